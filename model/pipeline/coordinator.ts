// The checkpoint coordinator: checkpoints and savepoints pending in slots, complete when every task has acknowledged; a
// completed checkpoint aborts the older ones (subsumption), then notifications leave. Source followed: Flink's
// CheckpointCoordinator (facts: trigger 1.3, ack 1.4, complete 1.5, abort 1.6). Read next: slots.ts, notice.ts.
import { highestId } from './bounds.ts'
import { copyFifo } from './copy.ts'
import { cutConsistent, durableOrInState } from './guarantees.ts'
import type { Pipeline } from './pipeline.ts'
import { pendingCount, release, type SnapshotBuffers, slotOf } from './slots.ts'

/** A notice on its way to the sink: `complete(id)`, or `abort(id)` carrying the newest completed id. */
export const completeNotice = (id: number): number => id
export const abortNotice = (ids: number, id: number, newest: number): number => id * (ids + 1) + newest
export const isComplete = (ids: number, notice: number): boolean => notice <= ids

/** A pending checkpoint ends without completing; the sinks will be told, with the newest completed id. */
export function abortPending(p: Pipeline, buffers: SnapshotBuffers, slot: number): void {
  const notice = abortNotice(highestId(p.b), p.s.pending.at(slot), p.s.completed)
  for (const sink of p.sinks) if (sink.p < p.parallelism()) sink.notices.push(notice)
  release(p, buffers, slot)
}

/** True when every subtask has been told of a checkpoint taken after all input was taken: nothing is left to do. */
export function lastNotified(p: Pipeline): boolean {
  const { finalId, notified } = p.s
  for (let i = 0; i < p.parallelism(); i++) if (finalId.at(i) === 0 || notified.at(i) < finalId.at(i)) return false
  return true
}

export function coordinatorRules(p: Pipeline, buffers: SnapshotBuffers): void {
  const { s, b, S, P } = p
  const ids = highestId(b)
  const T = S + P
  /** No source still has a trigger to answer, and what a restore put back into channels has been taken. */
  const ready = () => {
    for (let source = 0; source < S; source++) if (s.rpc.at(source) !== 0) return false
    for (let c = 0; c < s.recovering.length; c++) if (s.recovering.at(c) !== 0) return false
    return true
  }
  const inputTaken = () => {
    for (let source = 0; source < S; source++) if (s.ended.at(source) === 0) return false
    for (let i = 0; i < p.parallelism(); i++) if (s.finished.at(i) === 0) return false
    return true
  }
  const checkpointsPending = () => {
    let count = pendingCount(p)
    for (let slot = 0; slot < s.isSavepoint.length; slot++) count -= s.isSavepoint.at(slot)
    return count
  }
  const room = () => pendingCount(p) < s.pending.length
  const start = (savepoint: boolean) => {
    const slot = pendingCount(p)
    s.pending.set(slot, s.nextId)
    if (savepoint) s.isSavepoint.set(slot, 1)
    s.nextId = s.nextId + 1
    for (let source = 0; source < S; source++) s.rpc.set(source, s.pending.at(slot))
  }
  const budgeted = () => s.nextId <= b.checkpoints + s.savepoints
  p.rule(
    'trigger',
    b.periodic ? 'progress' : 'environment',
    () => p.running() && room() && checkpointsPending() < b.concurrency && budgeted() && ready() && !inputTaken(),
    () => start(false),
  )
  if (b.savepoints > 0)
    p.rule(
      'savepoint',
      'environment',
      () => p.running() && s.savepoints < b.savepoints && room() && ready() && !inputTaken(),
      () => {
        s.savepoints = s.savepoints + 1
        start(true)
      },
    )
  p.rule(
    'trigger(last)',
    'progress',
    () =>
      p.running() &&
      pendingCount(p) === 0 &&
      ready() &&
      inputTaken() &&
      nothingToTell(p) &&
      !lastNotified(p) &&
      s.nextId <= ids,
    () => start(false),
  )
  p.acks.forEach((queue, t) => {
    p.rule(
      `collect(${t < S ? `source${t}` : `sink${t - S}`})`,
      'progress',
      () => queue.length > 0,
      () => {
        const message = queue.shift()
        const id = message > ids ? message - ids : message
        let slot = slotOf(p, id)
        if (slot < 0) {
          if (!p.bug('ackCountedByTask') || pendingCount(p) === 0) return
          slot = 0
          p.report('S10')
        }
        if (message > ids) {
          if (!p.bug('declineIgnored')) abortPending(p, buffers, slot)
        } else s.collected.set(slot * T + t, 1)
      },
    )
  })
  const enough = (slot: number) => {
    if (s.pending.at(slot) === 0) return false
    const tasks = p.bug('completeWithoutSink') ? S : S + p.parallelism()
    for (let t = 0; t < tasks; t++) if (s.collected.at(slot * T + t) === 0) return false
    return true
  }
  const store = (slot: number) => {
    s.completed = s.pending.at(slot)
    for (let source = 0; source < S; source++) s.completedOffset.set(source, s.pendingOffset.at(slot * S + source))
    for (const sink of p.sinks) copyFifo(buffers(slot, sink.p), sink.completedBuffer)
    for (const channel of p.channels) {
      if (p.bug('channelStateForgotten')) channel.completedState.clear()
      else copyFifo(channel.pendingState, channel.completedState)
    }
    if ((b.budgets.F7 ?? 0) > 0) s.completedParallelism = s.parallelism
  }
  for (let slot = 0; slot < s.pending.length; slot++)
    p.rule(
      slot === 0 ? 'complete' : `complete(${slot})`,
      'progress',
      () => enough(slot),
      () => {
        const id = s.pending.at(slot)
        const savepoint = s.isSavepoint.length > 0 && s.isSavepoint.at(slot) === 1
        if (!durableOrInState(p, buffers, slot)) p.report('S7')
        if (!cutConsistent(p, slot)) p.report('S6')
        if (savepoint && !p.bug('savepointStored')) return release(p, buffers, slot)
        if (!savepoint && id > s.newestId) s.newestId = id
        if (!p.bug('completionNotStored')) store(slot)
        release(p, buffers, slot)
        // Subsumption: what is older and pending is over, savepoints apart; the abort is told first.
        for (let older = slot - 1; older >= 0 && !p.bug('noSubsumption'); older--)
          if (s.isSavepoint.length === 0 || s.isSavepoint.at(older) === 0) abortPending(p, buffers, older)
        for (const sink of p.sinks) if (sink.p < p.parallelism()) sink.notices.push(completeNotice(id))
      },
    )
}

export function nothingToTell(p: Pipeline): boolean {
  for (const sink of p.sinks) if (sink.notices.length > 0) return false
  return true
}
