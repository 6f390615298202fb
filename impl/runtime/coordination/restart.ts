// The next attempt: everything pending is over and nobody is left to be told; requests that wait may start. One whose
// storing was under way is complete exactly if the restart found it, told or not: the store is the commit point.
// Source followed: Flink's SchedulerBase.restoreState (facts/flink.md 1.7, 1.8). Read next: complete.ts, initial.ts.
import { abortPending } from './abort.ts'
import { addToStore, succeed } from './complete.ts'
import type { Effects, RestartEvent } from './messages.ts'
import { startQueued } from './requests.ts'
import type { CoordinatorState, PendingCheckpoint } from './state.ts'

export function restart<State>(
  state: CoordinatorState<State>,
  event: RestartEvent,
  effects: Effects<State>,
): CoordinatorState<State> {
  const { attempt, restored, nextId, tasks = state.tasks.length } = event
  const highest = restored?.id ?? 0
  if (attempt <= state.attempt) throw new RangeError(`expected an attempt after ${state.attempt}, got ${attempt}`)
  if (!Number.isInteger(nextId) || nextId <= highest)
    throw new RangeError(`expected a next id above the restored ${highest}, got ${nextId}`)
  if (!Number.isInteger(tasks) || tasks < state.sources)
    throw new RangeError(`expected at least the ${state.sources} sources as tasks, got ${tasks}`)
  const over = state.pending.reduce((rest, pending) => end(rest, pending, event, effects), state)
  const known = over.retained.filter(({ id }) => id <= highest)
  const found = restored === null || known.at(-1)?.id === restored.id
  const retained = found
    ? known
    : addToStore({ ...over, retained: known }, { ...restored, acknowledgements: [] }, effects).retained
  return startQueued(
    {
      ...over,
      attempt,
      nextId,
      retained,
      tasks: new Array<'running'>(tasks).fill('running'),
      // An older restore point was chosen: ids above it may come again and mean others.
      failures: { ...over.failures, lastSucceeded: Math.min(over.failures.lastSucceeded, nextId - 1) },
      expired: over.expired.filter((id) => id < nextId),
    },
    effects,
  )
}

function end<State>(
  state: CoordinatorState<State>,
  pending: PendingCheckpoint<State>,
  { restored }: RestartEvent,
  effects: Effects<State>,
): CoordinatorState<State> {
  const storing = pending.phase === 'storing'
  if (storing && pending.id === restored?.id) return succeed(state, pending, effects).state
  const cause = { reason: 'JOB_FAILOVER_REGION', by: null, untold: true, keepsState: storing } as const
  return abortPending(state, pending, cause, effects)
}
