// A code update (F8): the job is stopped with a savepoint, or cancelled, and its next version goes on from the savepoint,
// or from the checkpoint that was retained. With drain the sources end the input before the savepoint's barrier, and
// finish() is called; with suspend the input stops and nothing is finished. The stop's savepoint is stored, named as what
// the next start is from, and notified: here it is a checkpoint behind an end of data. The next version's coordinator
// knows the store alone: what was on its way to the old one is lost, and its ids start above the highest stored.
// Sources followed: Flink's StopWithSavepointTerminationHandlerImpl, StreamTask. Read next: source.ts, restore.ts.
import { type Coordinator, mayTrigger, pendingCount, trigger } from './coordination/index.ts'
import { inputTaken, readyToTrigger } from './coordinator.ts'
import type { Pipeline, Sink } from './pipeline.ts'
import { FAILING, IDLE, IN_FINISH } from './variables.ts'

export const NOT_STOPPING = 0
const SUSPEND = 1
const DRAIN = 2

/** The stop's savepoint: pending, or complete. Nothing else is triggered beside it. */
const savepointOf = ({ s }: Pipeline): number => (s.pending.at(0) === 0 ? s.completed : s.pending.at(0))

/** No timer fires between the end of the input that a stop brings and the end of the task, but inside finish(). */
export function firesTimers(p: Pipeline, { p: i }: Sink): boolean {
  const { s } = p
  if (s.stopMode === NOT_STOPPING) return true
  if (s.lastBarrier.at(i) === savepointOf(p)) return false
  if (s.stopMode === DRAIN || s.finished.at(i) === 1 || s.doing.at(i) === IN_FINISH) return true
  for (const { c, sink } of p.channels) if (sink.p === i && s.endReceived.at(c) === 0) return true
  return false
}

/** The end that all channels have brought is one without finish(), where one of them was only suspended. */
export function suspended({ s }: Pipeline): boolean {
  if (s.stopMode !== SUSPEND) return false
  for (let source = 0; source < s.inputStopped.length; source++) if (s.inputStopped.at(source) === 1) return true
  return false
}

/** True where a source answers a trigger with the end of its data, and with the barrier only after that. */
export function stopsInput({ s }: Pipeline, source: number): boolean {
  if (s.stopMode === NOT_STOPPING || s.ended.at(source) === 1 || s.inputStopped.at(source) === 1) return false
  s.inputStopped.set(source, 1)
  return true
}

export const inputStopped = ({ s }: Pipeline, source: number): boolean =>
  s.inputStopped.length > 0 && s.inputStopped.at(source) === 1

/** A task ends when it has been told of the savepoint. */
function allTasksEnded(p: Pipeline): boolean {
  const { s } = p
  for (let i = 0; i < p.parallelism(); i++) if (s.notified.at(i) !== s.completed || s.doing.at(i) !== IDLE) return false
  return true
}

export function codeUpdateRules(p: Pipeline, k: Coordinator, endAttempt: () => void): void {
  const { s } = p
  if ((p.b.budgets.F8 ?? 0) === 0) return
  const mayStop = () => readyToTrigger(p) && pendingCount(k) === 0 && mayTrigger(k, 'checkpoint') && !inputTaken(p)
  for (const [name, mode] of [
    ['suspend', SUSPEND],
    ['drain', DRAIN],
  ] as const)
    p.fault('F8', `stop(${name})`, mayStop, () => {
      s.stopMode = mode
      trigger(k, 'checkpoint')
    })
  // As in a failover each close() runs through the same gates before the next version starts.
  const end = () => {
    endAttempt()
    for (const queue of p.acks) queue.clear()
    s.nextId = s.highestStored + 1
    s.job = FAILING
  }
  p.rule(
    'upgrade(stopped)',
    'progress',
    () => p.running() && s.stopMode !== NOT_STOPPING && pendingCount(k) === 0 && allTasksEnded(p),
    end,
  )
  p.fault('F8', 'upgrade(cancelled)', () => p.running() && s.stopMode === NOT_STOPPING, end)
}
