// Pending checkpoints by slot, oldest first; each slot has room for what the tasks have snapshotted for it: offsets, the
// buffers copied into state, and (where there is one slot) the channel state. Read next: coordinator.ts.
import type { Fifo } from '../kernel/index.ts'
import { copyFifo } from './copy.ts'
import type { Pipeline } from './pipeline.ts'

/** Slot of a pending id, or -1. */
export function slotOf(p: Pipeline, id: number): number {
  const { pending } = p.s
  for (let slot = 0; slot < pending.length; slot++) if (pending.at(slot) === id && id !== 0) return slot
  return -1
}

export function pendingCount(p: Pipeline): number {
  const { pending } = p.s
  let count = 0
  while (count < pending.length && pending.at(count) !== 0) count++
  return count
}

/** The copied buffer of a subtask in a slot's snapshot. */
export type SnapshotBuffers = (slot: number, sink: number) => Fifo

export function snapshotBuffers(p: Pipeline): SnapshotBuffers {
  const { s, P } = p
  const all = [
    s.pendingBuffer0,
    s.pendingBuffer1,
    s.pendingBuffer2,
    s.pendingBuffer3,
    s.pendingBuffer4,
    s.pendingBuffer5,
  ]
  return (slot, sink) => all[slot * P + sink] as Fifo
}

/** Frees a slot: younger pending checkpoints move down, so that equal situations are equal states. */
export function release(p: Pipeline, buffers: SnapshotBuffers, slot: number): void {
  const { s, S, P } = p
  const last = s.pending.length - 1
  for (let at = slot; at <= last; at++) {
    const from = at + 1
    s.pending.set(at, at < last ? s.pending.at(from) : 0)
    if (s.isSavepoint.length > 0) s.isSavepoint.set(at, at < last ? s.isSavepoint.at(from) : 0)
    for (let t = 0; t < S + P; t++)
      s.collected.set(at * (S + P) + t, at < last ? s.collected.at(from * (S + P) + t) : 0)
    for (let i = 0; i < S; i++) s.pendingOffset.set(at * S + i, at < last ? s.pendingOffset.at(from * S + i) : 0)
    for (let c = 0; c < S * P; c++)
      s.pendingTaken.set(at * S * P + c, at < last ? s.pendingTaken.at(from * S * P + c) : 0)
    for (let sink = 0; sink < P; sink++) {
      if (at < last) copyFifo(buffers(from, sink), buffers(at, sink))
      else buffers(at, sink).clear()
    }
  }
  for (const channel of p.channels) channel.pendingState.clear()
}
