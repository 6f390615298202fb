// What ids are called where there is no room for a sentence: `S7 (durable before complete)`, `F2d (death)`. Guarantees
// have their names from the catalogue; the words for fault classes are short for those of the vocabulary.
// Read next: timeline.ts, table.ts.
import type { FaultId } from '../../model/pipeline/vocabulary.ts'
import { GUARANTEES } from '../../properties/guarantees/catalogue.ts'

export const guaranteeName = (id: string): string => GUARANTEES.find((row) => row.id === id)?.name ?? ''

const FAULT_NAMES: Readonly<Record<FaultId, string>> = {
  F1: 'refusals that pass',
  F1p: 'a refusal for ever',
  F2d: 'death',
  F2f: 'failover',
  F3: 'zombie',
  F4: 'response lost or late',
  F5: 'notification lost',
  F6: 'checkpoint declined or expired',
  F7: 'rescale',
  F8: 'code update',
  F9: 'checkpoint damaged',
  F10: 'coordinator crash',
}

/** `without any fault`, or `under F2d (death) and F3 (zombie)`. */
export function under(faults: readonly FaultId[]): string {
  if (faults.length === 0) return 'without any fault'
  return `under ${faults.map((id) => `${id} (${FAULT_NAMES[id]})`).join(' and ')}`
}
