// The end of a pending checkpoint that did not complete, in Flink's order: its request fails, its state goes, the job
// perhaps fails, and in any case the tasks are told. Source followed: Flink's abortPendingCheckpoint (facts/flink.md 1.6).
// Read next: failures.ts, complete.ts.
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import { discardAll, failRequest } from './effects.ts'
import { countFailure } from './failures.ts'
import type { DeclineEvent, Effects, Sender } from './messages.ts'
import type { AbortReason } from './reasons.ts'
import { startQueued } from './requests.ts'
import { acknowledgementsOf, type CoordinatorState, newestCompleted, type PendingCheckpoint } from './state.ts'

export interface Cause {
  readonly reason: AbortReason
  readonly by: Sender | null
  /** It may have been stored all the same, so its state must stay. */
  readonly keepsState?: boolean
  /** The attempt is over: nobody is left to be told. */
  readonly untold?: boolean
}

export function abortPending<State>(
  state: CoordinatorState<State>,
  pending: PendingCheckpoint<State>,
  { reason, by, keepsState = false, untold = false }: Cause,
  effects: Effects<State>,
): CoordinatorState<State> {
  const { id, kind, request, plan, phase } = pending
  if (phase !== 'storing' && reason !== 'CHECKPOINT_EXPIRED') effects.push({ type: 'cancelTimeout', id })
  failRequest(request, reason, effects)
  if (!keepsState) discardAll(id, acknowledgementsOf(pending), effects)
  const { failures, failJob } = countFailure(state.failures, state.config.tolerableFailures, { id, kind, reason, by })
  if (failJob !== null) effects.push({ type: 'failJob', blamed: failJob })
  const newest = newestCompleted(state)
  if (!untold) for (const task of plan) effects.push({ type: 'notifyAbort', task, id, newestCompleted: newest })
  return { ...state, failures, pending: state.pending.filter((each) => each.id !== id) }
}

/** All that `which` holds for, oldest first. What is being stored is past stopping: its fate is told by the store. */
export function abortWhere<State>(
  state: CoordinatorState<State>,
  which: (pending: PendingCheckpoint<State>) => boolean,
  cause: Cause,
  effects: Effects<State>,
): CoordinatorState<State> {
  const doomed = state.pending.filter((pending) => pending.phase !== 'storing' && which(pending))
  return doomed.reduce((rest, pending) => abortPending(rest, pending, cause, effects), state)
}

/** Nobody asks whose decline it is: one of a dead attempt ends the checkpoint of the living one (measured). */
export function decline<State>(
  state: CoordinatorState<State>,
  { task, attempt, id, reason }: DeclineEvent,
  effects: Effects<State>,
): CoordinatorState<State> {
  return abortAndGoOn(state, (pending) => pending.id === id, { reason, by: { task, attempt } }, effects)
}

/** Flink remembers so many. */
const EXPIRED_REMEMBERED = 16

export function expire<State>(
  state: CoordinatorState<State>,
  id: CheckpointId,
  effects: Effects<State>,
): CoordinatorState<State> {
  if (!state.pending.some((pending) => pending.id === id && pending.phase !== 'storing')) return state
  const remembered = { ...state, expired: [...state.expired, id].slice(-EXPIRED_REMEMBERED) }
  return abortAndGoOn(remembered, (pending) => pending.id === id, { reason: 'CHECKPOINT_EXPIRED', by: null }, effects)
}

/** Requests that wait survive a failover, and may start at once (measured). */
export const failover = <State>(state: CoordinatorState<State>, effects: Effects<State>): CoordinatorState<State> =>
  abortAndGoOn(state, () => true, { reason: 'JOB_FAILOVER_REGION', by: null }, effects)

/** Those that it has not acknowledged cannot complete any more; those that it has may. */
export function taskFailed<State>(
  state: CoordinatorState<State>,
  task: number,
  effects: Effects<State>,
): CoordinatorState<State> {
  const failed = { ...state, tasks: state.tasks.with(task, 'failed') }
  const waits = ({ plan, collected }: PendingCheckpoint<State>) => plan.includes(task) && collected[task] === null
  return abortAndGoOn(failed, waits, { reason: 'TASK_FAILURE', by: null }, effects)
}

function abortAndGoOn<State>(
  state: CoordinatorState<State>,
  which: (pending: PendingCheckpoint<State>) => boolean,
  cause: Cause,
  effects: Effects<State>,
): CoordinatorState<State> {
  return startQueued(abortWhere(state, which, cause, effects), effects)
}
