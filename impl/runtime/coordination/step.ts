// The checkpoint coordinator as a pure state machine: (state, event) -> state and effects. What comes too late or from
// nobody is answered and changes nothing; what the caller cannot have meant is refused at the door. I/O is the job's.
// Source followed: Flink's CheckpointCoordinator (facts/flink.md 1.1 to 1.12). Read next: state.ts, then requests.ts,
// acknowledge.ts, complete.ts, abort.ts in the order of a checkpoint's life.
import { decline, expire, failover, taskFailed } from './abort.ts'
import { acknowledge } from './acknowledge.ts'
import { complete, stored, storeFailed } from './complete.ts'
import type { AcknowledgeEvent, CoordinatorEvent, CoordinatorStep, Effects } from './messages.ts'
import { enqueue } from './requests.ts'
import { restart } from './restart.ts'
import { startScheduler, stopScheduler, tick } from './schedule.ts'
import type { CoordinatorState, TaskStatus } from './state.ts'

export function stepCoordinator<State>(
  state: CoordinatorState<State>,
  event: CoordinatorEvent<State>,
): CoordinatorStep<State> {
  if (event.type === 'acknowledge') return acknowledge(state, event)
  const effects: Effects<State> = []
  return { state: next(state, event, effects), effects }
}

function next<State>(
  state: CoordinatorState<State>,
  event: Exclude<CoordinatorEvent<State>, AcknowledgeEvent<State>>,
  effects: Effects<State>,
): CoordinatorState<State> {
  switch (event.type) {
    case 'request': {
      const { number, kind, periodic } = event
      if (periodic && kind !== 'checkpoint') throw new RangeError(`periodic: expected a checkpoint, got a ${kind}`)
      return enqueue(at(state, event.nowMs), { number, kind, periodic }, effects)
    }
    case 'decline':
      return decline(state, event, effects)
    case 'expire':
      return expire(state, event.id, effects)
    case 'complete':
      return complete(state, event.id, effects)
    case 'stored':
      return stored(at(state, event.nowMs), event.id, effects)
    case 'storeFailed':
      return storeFailed(state, event, effects)
    case 'failover':
      return failover(state, effects)
    case 'restart':
      return restart(state, event, effects)
    // A checkpoint that waits for it goes on waiting: it is declined or expires, as in Flink.
    case 'taskFinished':
      return { ...state, tasks: state.tasks.with(taskOf(state.tasks, event.task), 'finished') }
    case 'taskFailed':
      return taskFailed(state, taskOf(state.tasks, event.task), effects)
    case 'startScheduler':
      return startScheduler(at(state, event.nowMs), event.initialDelayMs, effects)
    case 'stopScheduler':
      return stopScheduler(state, effects)
    case 'tick':
      return tick(at(state, event.nowMs), effects)
  }
}

/** A clock that goes back is taken to stand still. */
const at = <State>(state: CoordinatorState<State>, nowMs: number): CoordinatorState<State> =>
  nowMs > state.nowMs ? { ...state, nowMs } : state

function taskOf(tasks: readonly TaskStatus[], task: number): number {
  if (Number.isInteger(task) && task >= 0 && task < tasks.length) return task
  throw new RangeError(`task: expected 0 .. ${tasks.length - 1}, got ${task}`)
}
