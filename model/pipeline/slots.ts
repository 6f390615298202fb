// What the coordinator's slots hold: of each pending checkpoint what the tasks have snapshotted for it, offsets, buffers
// copied into state, and (where there is one slot) channel state. Read next: coordinator.ts.
import type { Fifo } from '../kernel/index.ts'
import { copyFifo } from './copy.ts'
import type { Pipeline, Sink } from './pipeline.ts'

/** Slot of a pending id, or -1. */
export function slotOf({ s: { pending } }: Pipeline, id: number): number {
  for (let slot = 0; slot < pending.length; slot++) if (pending.at(slot) === id && id !== 0) return slot
  return -1
}

/** What of a sink a snapshot copies: its buffer, or the epochs whose rows are staged. */
export const keptOf = ({ design }: Pipeline, sink: Sink): Fifo => (design.staged ? sink.closedEpochs : sink.bufferList)

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

/** A slot is free: what belongs to younger ones moves down, what belonged to the last is cleared. */
export function moveDown(p: Pipeline, buffers: SnapshotBuffers, slot: number): void {
  const { s, S, P } = p
  const last = s.pending.length - 1
  const C = S * P
  for (let at = slot; at <= last; at++) {
    const more = at < last
    for (let i = 0; i < S; i++) s.pendingOffset.set(at * S + i, more ? s.pendingOffset.at((at + 1) * S + i) : 0)
    for (let c = 0; c < C; c++) s.pendingTaken.set(at * C + c, more ? s.pendingTaken.at((at + 1) * C + c) : 0)
    for (let sink = 0; sink < P; sink++) {
      if (more) copyFifo(buffers(at + 1, sink), buffers(at, sink))
      else buffers(at, sink).clear()
    }
  }
  for (const channel of p.channels) channel.pendingState.clear()
}
