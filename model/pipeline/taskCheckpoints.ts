// What a sink's task remembers of checkpoints: the newest barrier, below which everything is out of order (FLINK-17869),
// and aborts told before their barrier came, the last few in the order of telling (FLINK-18238).
// Source followed: Flink's SubtaskCheckpointCoordinatorImpl. Read next: receive.ts (barriers), notice.ts (aborts).
import type { Fifo } from '../kernel/index.ts'
import type { Pipeline, Sink } from './pipeline.ts'

/** True where the barrier leads to a snapshot. What is too old to be remembered counts as aborted too. */
export function barrierTaken({ s, b }: Pipeline, { p: i, abortedIds }: Sink, id: number): boolean {
  const told = remove(abortedIds, id)
  if (id <= s.lastBarrier.at(i)) return false
  s.lastBarrier.set(i, id)
  return !told && id + b.concurrency >= s.maxAborted.at(i)
}

/** The gate gave the checkpoint up: no snapshot, and no older abort need be remembered. */
export function barrierAborted({ s }: Pipeline, { p: i, acking, abortedIds }: Sink, id: number): void {
  remove(acking, id)
  if (id > s.lastBarrier.at(i)) s.lastBarrier.set(i, id)
  for (let n = abortedIds.length; n > 0; n--) {
    const aborted = abortedIds.shift()
    if (aborted >= s.lastBarrier.at(i)) abortedIds.push(aborted)
  }
}

/** The coordinator tells of an abort: an open snapshot is dropped, what has not come yet is remembered. */
export function toldAborted({ s, b }: Pipeline, { p: i, acking, abortedIds }: Sink, id: number): void {
  remove(acking, id)
  if (id <= s.lastBarrier.at(i)) return
  for (let n = 0; n < abortedIds.length; n++) if (abortedIds.at(n) === id) return
  if (abortedIds.length === b.concurrency) abortedIds.shift()
  abortedIds.push(id)
  if (id > s.maxAborted.at(i)) s.maxAborted.set(i, id)
}

/** True where it was there. The others keep their order. */
function remove(ids: Fifo, id: number): boolean {
  const { length } = ids
  for (let n = length; n > 0; n--) {
    const each = ids.shift()
    if (each !== id) ids.push(each)
  }
  return ids.length < length
}
