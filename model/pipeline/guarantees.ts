// The guarantees as the model can see them. State predicates (S1, S2) are asked of every state, step guarantees
// (S3-S11) are reported by the rule that breaks them, L1 and L2 are questions to fair runs. The catalogue with reasons
// and lessons is properties/guarantees. Read next: spec.ts.
import { keyOf, newestOf, recordOf } from './bounds.ts'
import { type Buffer, batchEmpty } from './buffer.ts'
import { lastNotified } from './coordinator.ts'
import type { Pipeline } from './pipeline.ts'
import { endOfData } from './source.ts'
import { APPLIED, IDLE, NO_REQUEST, SENT } from './variables.ts'

/** Records of a source that the sink has taken: those emitted and no longer in the channel. */
export function taken(p: Pipeline, source: number): number {
  const channel = p.channels[source]
  let queued = 0
  if (channel !== undefined) for (let i = 0; i < channel.length; i++) if (channel.at(i) < endOfData(p)) queued++
  return p.s.offset.at(source) - queued
}

/** Logs ended and received, finish() returned, the last checkpoint notified, nothing armed, sent or under way. */
export function quiescent(p: Pipeline, buf: Buffer): boolean {
  const { s } = p
  if (!p.running() || s.finished === 0 || s.doing !== IDLE || s.request !== NO_REQUEST || s.sleeping === 1) return false
  if (s.armed === 1 || s.pending !== 0 || s.notices.length > 0 || s.acking.length > 0 || !lastNotified(p)) return false
  for (let source = 0; source < p.S; source++) {
    if (s.ended.at(source) === 0 || s.rpc.at(source) !== 0 || (p.channels[source]?.length ?? 0) > 0) return false
  }
  for (const queue of p.acks) if (queue.length > 0) return false
  return buf.size() === 0
}

/** S7, asked when a checkpoint completes: every record before the cut is in the store or in the checkpoint. */
export function durableOrInState(p: Pipeline): boolean {
  const { s, b } = p
  for (let source = 0; source < p.S; source++)
    for (let index = 0; index < s.pendingOffset.at(source); index++) {
      const record = recordOf(b, source, index)
      if (s.newest.at(keyOf(b, record)) >= record) continue
      let kept = false
      for (let i = 0; i < s.pendingBuffer.length; i++) {
        const other = s.pendingBuffer.at(i)
        kept = kept || (other >= record && keyOf(b, other) === keyOf(b, record))
      }
      if (!kept) return false
    }
  return true
}

/** S6, asked when a checkpoint completes: on every channel source and sink cut at the same record. */
export function cutConsistent(p: Pipeline): boolean {
  for (let source = 0; source < p.S; source++)
    if (p.s.pendingOffset.at(source) !== p.s.pendingTaken.at(source)) return false
  return true
}

/** S11, asked around an abort: what the sink took since the newest completed cut is buffered, being written, or written. */
export function accounted(p: Pipeline, buf: Buffer): boolean {
  const { s, b } = p
  const held = (record: number) => {
    if (s.newest.at(keyOf(b, record)) >= record) return true
    for (let other = record; other <= p.V; other++)
      if (keyOf(b, other) === keyOf(b, record) && (buf.has(other) || s.batch.at(other - 1) === 1)) return true
    return false
  }
  for (let source = 0; source < p.S; source++)
    for (let index = s.completedOffset.at(source); index < taken(p, source); index++)
      if (!held(recordOf(b, source, index))) return false
  return true
}

export function stateGuarantees(p: Pipeline, buf: Buffer): Record<'S1' | 'S2', () => boolean> {
  const { s, b, K } = p
  const last = Array.from({ length: K }, (_, key) => newestOf(b, key))
  const everyKey = (holds: (key: number, newest: number) => boolean) => {
    for (let key = 0; key < K; key++) if (!holds(key, last[key] ?? 0)) return false
    return true
  }
  return {
    S1: () => !quiescent(p, buf) || everyKey((key, newest) => s.newest.at(key) >= newest),
    S2: () => !quiescent(p, buf) || everyKey((key, newest) => s.table.at(key) === newest),
  }
}

/** Situations without which a guarantee has not been put to the test; zero witnesses is a failure. */
export function witnesses(p: Pipeline, buf: Buffer): Record<string, () => boolean> {
  const { s, b, K } = p
  const rewrites = (test: (record: number) => boolean) => {
    if (s.request !== SENT) return false
    for (let r = 1; r <= p.V; r++) if (s.batch.at(r - 1) === 1 && test(r)) return true
    return false
  }
  const crashed = () => s.usedF2d + s.usedF2f > 0
  return {
    'S1 quiescent': () => quiescent(p, buf),
    'S1 quiescent after a crash': () => crashed() && quiescent(p, buf),
    'S2 every key written, quiescent': () => {
      for (let key = 0; key < K; key++) if (s.table.at(key) === 0) return false
      return quiescent(p, buf)
    },
    'S3 a write meets a row': () => rewrites((r) => s.table.at(keyOf(b, r)) > 0),
    'S4 a record is written again': () => rewrites((r) => s.changed.at(r - 1) === 1),
    'S5 a write while a checkpoint is pending': () => s.pending !== 0 && s.request === APPLIED,
    'S6 a record waits behind the barrier': () => {
      if (s.collected.at(p.S) === 1) return false
      for (const channel of p.channels)
        for (let i = 0; i + 1 < channel.length; i++)
          if (channel.at(i) > endOfData(p) && channel.at(i + 1) < endOfData(p)) return true
      return false
    },
    'S7 a completed cut holds records': () => s.completed !== 0 && s.completedOffset.at(0) > 0,
    'S8 a second notification': () => s.notified !== 0 && s.notices.length > 0,
    'S9 restored from a checkpoint': () => crashed() && p.running() && s.completed !== 0,
    'S10 an acknowledgement of another checkpoint': () =>
      s.pending !== 0 && p.acks.some((queue) => queue.length > 0 && queue.at(0) < s.pending),
    'S11 an abort finds records in the sink': () => s.abortedId !== 0 && (buf.size() > 0 || !batchEmpty(p)),
    'L1 a checkpoint is pending': () => s.pending !== 0,
    'L2 not yet drained': () => s.offset.at(0) < b.records,
  }
}
