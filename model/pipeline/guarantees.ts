// The guarantees as the model can see them. State predicates (S1, S2) are asked of every state, step guarantees
// (S3-S11) are reported by the rule that breaks them, L1 and L2 are questions to fair runs. The catalogue with reasons
// and lessons is properties/guarantees. Read next: spec.ts.
import { type Bounds, highestId, keyOf, newestOf, recordOf } from './bounds.ts'
import { crashesUsed } from './budgets.ts'
import { isComplete, lastNotified, nothingToTell } from './coordinator.ts'
import type { Elements } from './elements.ts'
import { type Channel, type Pipeline, routedBefore } from './pipeline.ts'
import type { SnapshotBuffers } from './slots.ts'
import { APPLIED, DOWN, IDLE, WRITE } from './variables.ts'
import { adds, isDelete, sumOf } from './workloads.ts'
import type { Task } from './writer.ts'

/** Records of a channel that its subtask has taken: those emitted into it and no longer there. */
export function taken(p: Pipeline, { source, sink, queue, held }: Channel): number {
  let queued = 0
  for (let i = 0; i < queue.length; i++) if (queue.at(i) <= p.b.records) queued++
  for (let i = 0; i < held.length; i++) if (held.at(i) <= p.b.records) queued++
  return routedBefore(p, source, sink.p, p.s.offset.at(source)) - queued
}

/** Logs ended and received, finish() returned, the last checkpoint notified, nothing armed, sent or under way. */
export function quiescent(p: Pipeline, tasks: readonly Task[]): boolean {
  const { s } = p
  if (!p.running() || s.stopMode !== 0 || s.pending.at(0) !== 0 || !lastNotified(p) || !nothingToTell(p)) return false
  for (let i = 0; i < p.parallelism(); i++) {
    const { sink, buf, writer } = tasks[i] as Task
    if (s.finished.at(i) === 0 || s.doing.at(i) !== IDLE || !writer.quiet()) return false
    if (s.armed.at(i) === 1 || sink.acking.length > 0 || buf.size() > 0) return false
  }
  for (let source = 0; source < p.S; source++) if (s.ended.at(source) === 0 || s.rpc.at(source) !== 0) return false
  for (const { queue } of p.channels) if (queue.length > 0) return false
  for (const queue of p.acks) if (queue.length > 0) return false
  return true
}

/** Of a key the newer record covers the older; what adds to a row covers nothing but itself. */
const covers = (b: Bounds, other: number, record: number): boolean =>
  adds(b) ? other === record : other >= record && keyOf(b, other) === keyOf(b, record)

/** A write that covers the record has been applied. */
const isWritten = ({ s, b }: Pipeline, record: number): boolean =>
  adds(b) ? s.changed.at(record - 1) === 1 : s.newest.at(keyOf(b, record)) >= record

/** S1 for a key. */
const hasAll = ({ s, b }: Pipeline, key: number, newest: number): boolean =>
  adds(b) ? s.sums.at(key) >= sumOf(b, key) : s.newest.at(key) >= newest

/** S2 for a key. A tombstone reads as absent. */
function isFinal({ s, b }: Pipeline, key: number, newest: number): boolean {
  if (adds(b)) return s.sums.at(key) === sumOf(b, key)
  const row = s.table.at(key)
  return isDelete(b, newest) ? row === 0 || isDelete(b, row) : row === newest
}

/** S7, asked when a checkpoint completes: every record before the cut is in the store or in the checkpoint. */
export function durableOrInState(p: Pipeline, snapshots: SnapshotBuffers, slot: number): boolean {
  const { s, b } = p
  const inState = (record: number) => {
    for (let i = 0; i < p.P; i++) {
      const buffer = snapshots(slot, i)
      for (let at = 0; at < buffer.length; at++) if (covers(b, buffer.at(at), record)) return true
    }
    for (const { source, pendingState } of p.channels)
      for (let at = 0; at < pendingState.length; at++)
        if (covers(b, recordOf(b, source, pendingState.at(at) - 1), record)) return true
    return false
  }
  for (let source = 0; source < p.S; source++)
    for (let index = 0; index < s.pendingOffset.at(slot * p.S + source); index++) {
      const record = recordOf(b, source, index)
      if (!isWritten(p, record) && !inState(record)) return false
    }
  return true
}

/** S6, asked when a checkpoint completes: on every channel what the sink has taken, and what is channel state, is the source's cut. */
export function cutConsistent(p: Pipeline, slot: number): boolean {
  const { s, S, P } = p
  for (const { c, source, sink, pendingState } of p.channels) {
    if (sink.p >= p.parallelism()) continue
    const cut = routedBefore(p, source, sink.p, s.pendingOffset.at(slot * S + source))
    const state = p.bug('channelStateForgotten') ? 0 : pendingState.length
    if (cut !== s.pendingTaken.at(slot * S * P + c) + state) return false
  }
  return true
}

/** S11, asked around an abort: what a sink took since the newest completed cut is buffered, being written, or written. */
export function accounted(p: Pipeline, { sink, buf, writer }: Task): boolean {
  const { s, b } = p
  const held = (record: number) => {
    if (isWritten(p, record)) return true
    for (let other = record; other <= p.V; other++)
      if (covers(b, other, record) && (buf.has(other) || writer.holds(other))) return true
    return false
  }
  const inChannel = ({ queue, held: waiting }: Channel, element: number) => {
    for (let i = 0; i < queue.length; i++) if (queue.at(i) === element) return true
    for (let i = 0; i < waiting.length; i++) if (waiting.at(i) === element) return true
    return false
  }
  for (const channel of p.channels) {
    if (channel.sink !== sink) continue
    for (let index = s.completedOffset.at(channel.source); index < s.offset.at(channel.source); index++) {
      const record = recordOf(b, channel.source, index)
      if (p.subtaskOf(record) === sink.p && !inChannel(channel, index + 1) && !held(record)) return false
    }
  }
  return true
}

export function stateGuarantees(p: Pipeline, tasks: readonly Task[]): Record<'S1' | 'S2', () => boolean> {
  const { b, K } = p
  const last = Array.from({ length: K }, (_, key) => newestOf(b, key))
  const everyKey = (holds: (key: number, newest: number) => boolean) => {
    for (let key = 0; key < K; key++) if (!holds(key, last[key] ?? 0)) return false
    return true
  }
  return {
    S1: () => !quiescent(p, tasks) || everyKey((key, newest) => hasAll(p, key, newest)),
    S2: () => !quiescent(p, tasks) || everyKey((key, newest) => isFinal(p, key, newest)),
  }
}

/** Situations without which a guarantee has not been put to the test; zero witnesses is a failure. */
export function witnesses(p: Pipeline, e: Elements, tasks: readonly Task[]): Record<string, () => boolean> {
  const { s, b, K } = p
  const rewrites = (test: (record: number) => boolean) => tasks.some(({ writer }) => writer.someSent(test))
  /** A request that a reader of the table may see. */
  const applied = () => {
    for (let at = 0; at < s.request.length; at++)
      if (s.request.at(at) === APPLIED && (!p.design.staged || s.sending.at(at) === WRITE)) return true
    return false
  }
  const rescaledWithState = () =>
    s.usedF7 > 0 && p.running() && p.sinks.some(({ completedBuffer }) => completedBuffer.length > 0)
  /** Whether the checkpoint it completed was the newest that was ever started. */
  const coordinatorDied = (stored: boolean) =>
    s.job === DOWN && s.usedF10 > 0 && crashesUsed(s) === s.usedF10 && (s.completed === s.nextId - 1) === stored
  const crashed = () => crashesUsed(s) > 0
  return {
    'S1 quiescent': () => quiescent(p, tasks),
    'S1 quiescent after a crash': () => crashed() && quiescent(p, tasks),
    'S2 every key written, quiescent': () => {
      for (let key = 0; key < K; key++) if (s.newest.at(key) === 0) return false
      return quiescent(p, tasks)
    },
    'S3 a write meets a row': () => rewrites((r) => s.table.at(keyOf(b, r)) > 0),
    'S4 a record is written again': () => rewrites((r) => s.changed.at(r - 1) === 1),
    // Multiplicative decrease as far as it goes: each failure halves the limit, and one entry is always let through.
    ...(p.design.inFlight > 1
      ? { 'S4 the rate limit is at its floor': () => p.sinks.some((sink) => p.running() && s.limit.at(sink.p) === 1) }
      : {}),
    'S5 a write while a checkpoint is pending': () => s.pending.at(0) !== 0 && applied(),
    'S6 a record waits behind the barrier': () => {
      if (s.pending.at(0) === 0 || s.waiting.at(p.S) === 0) return false
      for (const { queue, held } of p.channels) {
        for (let i = 0; i + 1 < queue.length; i++)
          if (queue.at(i) > e.endOfData && e.isRecord(queue.at(i + 1))) return true
        // Where barriers may overtake, what comes behind an aligned one is held back at the sender.
        for (let i = 0; i < held.length; i++) if (e.isRecord(held.at(i))) return true
      }
      return false
    },
    'S7 a completed cut holds records': () => s.completed !== 0 && s.completedOffset.at(0) > 0,
    'S8 a second notification': () => s.notified.at(0) !== 0 && (p.sinks[0]?.notices.length ?? 0) > 0,
    'S9 restored from a checkpoint': () => crashed() && p.running() && s.completed !== 0,
    'S10 an acknowledgement of another checkpoint': () =>
      s.pending.at(0) !== 0 && p.acks.some((queue) => queue.length > 0 && queue.at(0) < s.pending.at(0)),
    'S11 an abort finds records in the sink': () =>
      tasks.some(
        ({ sink, buf, writer }) =>
          sink.notices.length > 0 &&
          !isComplete(highestId(b), sink.notices.at(0)) &&
          (buf.size() > 0 || !writer.holdsNothing()),
      ),
    // Behind a fence a record is sent as it comes: none waits for a snapshot without another fault.
    ...((b.budgets.F7 ?? 0) > 0 && (!p.design.fenced || p.design.staged)
      ? { 'S12 a rescaled attempt has list state': rescaledWithState }
      : {}),
    ...((b.budgets.F10 ?? 0) > 0
      ? {
          'S9 the coordinator died before the entry': () => coordinatorDied(false),
          'S9 the coordinator died after the entry': () => coordinatorDied(true),
        }
      : {}),
    ...((b.budgets.F8 ?? 0) > 0
      ? {
          'S1 a stop has suspended the input': () => s.stopMode === 1 && s.pending.at(0) === 0,
          'S1 a stop has drained the input': () => s.stopMode === 2 && s.pending.at(0) === 0 && s.finished.at(0) === 1,
        }
      : {}),
    ...((b.budgets.F9 ?? 0) > 0
      ? {
          'S9 a restore is refused, an older checkpoint is retained': () =>
            s.refused === 1 && s.olderRetained.length > 0,
          'S9 a restore is refused, no other is retained': () => s.refused === 1 && s.olderRetained.length === 0,
        }
      : {}),
    'L1 a checkpoint is pending': () => s.pending.at(0) !== 0,
    'L2 not yet drained': () => s.offset.at(0) < b.records,
  }
}
