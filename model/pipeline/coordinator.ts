// The checkpoint coordinator: one pending checkpoint at a time, complete when every task has acknowledged, notifications
// that leave afterwards. Source followed: Flink's CheckpointCoordinator (facts: trigger 1.3, ack 1.4, complete 1.5, abort 1.6).
import { highestId } from './bounds.ts'
import { copyFifo } from './copy.ts'
import { cutConsistent, durableOrInState } from './guarantees.ts'
import type { Pipeline } from './pipeline.ts'

/** A notice on its way to the sink: `complete(id)`, or `abort(id)` carrying the newest completed id. */
export const completeNotice = (id: number): number => id
export const abortNotice = (ids: number, id: number, newest: number): number => id * (ids + 1) + newest
export const isComplete = (ids: number, notice: number): boolean => notice <= ids

export function clearPending(p: Pipeline): void {
  const { s } = p
  s.pending = 0
  s.pendingOffset.clear()
  s.pendingBuffer.clear()
  s.pendingTaken.clear()
  s.collected.clear()
}

/** The pending checkpoint ends without completing; the sink will be told, with the newest completed id. */
export function abortPending(p: Pipeline): void {
  const { s } = p
  s.notices.push(abortNotice(highestId(p.b), s.pending, s.completed))
  clearPending(p)
}

/** True when a checkpoint taken after all input was taken has been notified: nothing is left to do. */
export const lastNotified = (p: Pipeline): boolean => p.s.finalId !== 0 && p.s.notified >= p.s.finalId

export function coordinatorRules(p: Pipeline): void {
  const { s, S } = p
  const ids = highestId(p.b)
  const noRpc = () => {
    for (let source = 0; source < S; source++) if (s.rpc.at(source) !== 0) return false
    return true
  }
  const allEnded = () => {
    for (let source = 0; source < S; source++) if (s.ended.at(source) === 0) return false
    return true
  }
  const inputTaken = () => allEnded() && s.finished === 1
  const start = () => {
    s.pending = s.nextId
    s.nextId = s.nextId + 1
    for (let source = 0; source < S; source++) s.rpc.set(source, s.pending)
  }
  p.rule(
    'trigger',
    'environment',
    () => p.running() && s.pending === 0 && s.nextId <= p.b.checkpoints && noRpc() && !inputTaken(),
    start,
  )
  p.rule(
    'trigger(last)',
    'progress',
    () =>
      p.running() &&
      s.pending === 0 &&
      noRpc() &&
      inputTaken() &&
      s.notices.length === 0 &&
      !lastNotified(p) &&
      s.nextId <= ids,
    start,
  )
  const task = (t: number) => (t < S ? `source${t}` : 'sink0')
  p.acks.forEach((queue, t) => {
    p.rule(
      `collect(${task(t)})`,
      'progress',
      () => queue.length > 0,
      () => {
        const message = queue.shift()
        const id = message > ids ? message - ids : message
        if (id !== s.pending) {
          if (!p.bug('ackCountedByTask') || s.pending === 0) return
          p.report('S10')
        }
        if (message > ids) {
          if (!p.bug('declineIgnored')) abortPending(p)
        } else s.collected.set(t, 1)
      },
    )
  })
  const allCollected = () => {
    for (let t = 0; t <= S; t++) if (s.collected.at(t) === 0) return false
    return true
  }
  const enough = () => {
    if (!p.bug('completeWithoutSink')) return allCollected()
    for (let t = 0; t < S; t++) if (s.collected.at(t) === 0) return false
    return true
  }
  p.rule(
    'complete',
    'progress',
    () => s.pending !== 0 && enough(),
    () => {
      if (!durableOrInState(p)) p.report('S7')
      if (!cutConsistent(p)) p.report('S6')
      s.newestId = s.pending
      s.notices.push(completeNotice(s.pending))
      if (!p.bug('completionNotStored')) {
        s.completed = s.pending
        for (let source = 0; source < S; source++) s.completedOffset.set(source, s.pendingOffset.at(source))
        copyFifo(s.pendingBuffer, s.completedBuffer)
      }
      clearPending(p)
    },
  )
}
