// The periodic trigger. It runs while the job does; when it stops, everything pending and waiting is given up, so that
// nothing of it comes after the stop. Source followed: Flink's startCheckpointScheduler, stopCheckpointScheduler and
// ScheduledTrigger (facts/flink.md 1.1, 1.7). Read next: requests.ts.
import { abortWhere } from './abort.ts'
import { failRequest } from './effects.ts'
import type { Effects } from './messages.ts'
import { enqueue } from './requests.ts'
import type { CoordinatorState } from './state.ts'

export function startScheduler<State>(
  state: CoordinatorState<State>,
  initialDelayMs: number,
  effects: Effects<State>,
): CoordinatorState<State> {
  if (state.config.intervalMs === null)
    throw new RangeError('expected config.intervalMs to start the periodic trigger, got null')
  const stopped = state.periodicAtMs === null ? state : stopScheduler(state, effects)
  effects.push({ type: 'armPeriodic', afterMs: initialDelayMs })
  return { ...stopped, periodicAtMs: state.nowMs + initialDelayMs }
}

export function stopScheduler<State>(state: CoordinatorState<State>, effects: Effects<State>): CoordinatorState<State> {
  const reason = 'CHECKPOINT_COORDINATOR_SUSPEND'
  if (state.periodicAtMs !== null) effects.push({ type: 'cancelPeriodic' })
  for (const { number } of state.queue) failRequest(number, reason, effects)
  return abortWhere({ ...state, periodicAtMs: null, queue: [] }, () => true, { reason, by: null }, effects)
}

/** Due times that were missed are made up for one by one, as in Flink; a checkpoint inside the pause moves the next. */
export function tick<State>(state: CoordinatorState<State>, effects: Effects<State>): CoordinatorState<State> {
  const { periodicAtMs, nowMs, config } = state
  if (periodicAtMs === null || config.intervalMs === null || nowMs < periodicAtMs) return state
  const nextAtMs = periodicAtMs + Math.max(config.intervalMs, config.minPauseMs)
  effects.push({ type: 'armPeriodic', afterMs: Math.max(0, nextAtMs - nowMs) })
  const due = { number: null, kind: 'checkpoint', periodic: true } as const
  return enqueue({ ...state, periodicAtMs: nextAtMs }, due, effects)
}
