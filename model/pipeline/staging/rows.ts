// The staging table as far as it matters: of each record whether its row is there, under the place that an attempt or a
// checkpoint names. When an attempt is over, what no checkpoint names is nobody's any more: the next attempt removes it in
// its housekeeping, and a request that would still write or remove such rows changes nothing that anybody looks at.
// Source followed: impl/sinks/staged/staleRows.ts. Read next: writer.ts.
import type { Fifo } from '../../kernel/index.ts'
import type { Pipeline } from '../pipeline.ts'
import { byFallingMask } from '../store.ts'

/** What a request does once nobody waits for it; a write is remembered by its records alone. */
export const STAGING = 1
export const REMOVING = 2

export const afterlifeOf = ({ V }: Pipeline, kind: typeof STAGING | typeof REMOVING, records: number): number =>
  records === 0 ? 0 : records + kind * 2 ** V

/** A late request of the staging table takes effect. */
export function landInStaging({ s, V }: Pipeline, zombie: number): void {
  const there = zombie >> V === STAGING ? 1 : 0
  for (let r = 0; r < V; r++) if ((zombie >> r) & 1) s.stagedRows.set(r, there)
}

/** An attempt is over, or an older checkpoint has been chosen: what no checkpoint names is forgotten. */
export function forgetUnnamed(p: Pipeline): void {
  const { s, V } = p
  if (!p.design.staged) return
  let named = 0
  const name = (records: Fifo) => {
    for (let at = 0; at < records.length; at++) named |= 1 << (records.at(at) - 1)
  }
  for (const { completedBuffer, olderBuffer } of p.sinks) {
    name(completedBuffer)
    name(olderBuffer)
  }
  for (let r = 0; r < V; r++) if (((named >> r) & 1) === 0) s.stagedRows.set(r, 0)
  for (let i = 0; i < s.zombies.length; i++) {
    const zombie = s.zombies.at(i)
    const kind = zombie >> V
    if (kind === 0) continue
    const left = zombie & named & (2 ** V - 1)
    s.zombies.set(i, left === 0 ? 0 : left + kind * 2 ** V)
  }
  byFallingMask(s.zombies)
}
