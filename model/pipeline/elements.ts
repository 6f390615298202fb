// What flows in a channel, as numbers: 1..N the record of that index plus one, then end of data, then by checkpoint id
// barriers that wait their turn, barriers that overtake, and cancel markers.
// Read next: channels.ts (how they arrive), source.ts (who sends them), receive.ts (who takes them).
import { highestId } from './bounds.ts'
import type { Pipeline } from './pipeline.ts'

/** Kinds of element that carry a checkpoint id. */
export const BARRIER = 0
export const OVERTAKING = 1
export const CANCEL = 2

export interface Elements {
  readonly endOfData: number
  isRecord(element: number): boolean
  encode(kind: number, id: number): number
  kindOf(element: number): number
  idOf(element: number): number
  /** A barrier behind which its sender sends nothing until the channel is resumed. */
  stopsSender(element: number): boolean
}

export function elements(p: Pipeline): Elements {
  const endOfData = p.b.records + 1
  const ids = highestId(p.b)
  const kindOf = (element: number) => (element <= endOfData ? -1 : Math.floor((element - endOfData - 1) / ids))
  return {
    endOfData,
    isRecord: (element) => element < endOfData,
    encode: (kind, id) => endOfData + kind * ids + id,
    kindOf,
    idOf: (element) => ((element - endOfData - 1) % ids) + 1,
    // Where barriers overtake after a timeout only, one that overtakes was sent as an aligned one.
    stopsSender: (element) =>
      kindOf(element) === BARRIER || (p.b.alignment === 'alternating' && kindOf(element) === OVERTAKING),
  }
}
