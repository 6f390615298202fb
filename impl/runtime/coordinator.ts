// The checkpoint coordinator as a pure state machine: (state, event) -> state and effects. Checkpoints and savepoints
// pending side by side, each complete when every task of the running attempt has acknowledged it; a completed checkpoint
// aborts the older ones. I/O (storing, sending) is the job's. Held to 235 cases recorded from Flink (properties/vectors).
// Source followed: Flink's CheckpointCoordinator and PendingCheckpoint (facts/flink.md 1.3 to 1.6).
// Read next: coordinatorState.ts, coordinatorRequests.ts, job.ts (which carries the effects out).
import { attempt, type CheckpointId } from '../../model/pipeline/ids.ts'
import { countFailure, countSuccess } from './coordinatorFailures.ts'
import { triggerWaiting } from './coordinatorRequests.ts'
import {
  type CoordinatorConfig,
  type CoordinatorEffect,
  type CoordinatorState,
  type CoordinatorStep,
  DEFAULT_COORDINATOR,
  type FailureReason,
  type PendingCheckpoint,
} from './coordinatorState.ts'
import type { Acknowledgement } from './messages.ts'

export { request, trigger } from './coordinatorRequests.ts'
export type { CoordinatorEffect, CoordinatorState, CoordinatorStep, PendingCheckpoint } from './coordinatorState.ts'

export const initialCoordinator = (
  tasks: number,
  nextId = 1,
  newestCompleted = 0,
  config: Partial<CoordinatorConfig> = {},
): CoordinatorState => ({
  config: { ...DEFAULT_COORDINATOR, ...config },
  tasks,
  attempt: attempt(0),
  nextId,
  pendings: [],
  newestCompleted,
  completed: [],
  waiting: [],
  failures: 0,
  lastSucceeded: 0,
  expired: [],
})

const NOTHING: readonly CoordinatorEffect[] = []
/** Flink: the ids of so many expired checkpoints are remembered. */
const EXPIRED_REMEMBERED = 16

export type AcknowledgeOutcome = 'success' | 'duplicate' | 'unknown' | 'expired' | 'discarded'

/** What becomes of an acknowledgement: counted by attempt and id, or its state is of no use. */
export function outcomeOf({ pendings, expired }: CoordinatorState, message: Acknowledgement): AcknowledgeOutcome {
  const pending = pendings.find(({ id }) => id === message.id)
  if (pending === undefined) return expired.includes(message.id) ? 'expired' : 'discarded'
  const collected = pending.collected[message.task]
  if (message.attempt !== pending.attempt || collected === undefined) return 'unknown'
  return collected === null ? 'success' : 'duplicate'
}

/** A decline ends the checkpoint whoever sends it, a dead attempt too: Flink does not fence declines (measured). */
export function collect(state: CoordinatorState, message: Acknowledgement): CoordinatorStep {
  const at = state.pendings.findIndex(({ id }) => id === message.id)
  const pending = state.pendings[at]
  if (message.declined) {
    if (pending === undefined) return { state, effects: NOTHING }
    return triggerWaiting(abortFor(state, pending, message.reason ?? 'CHECKPOINT_DECLINED', message.task))
  }
  const outcome = outcomeOf(state, message)
  if (outcome === 'duplicate') return { state, effects: NOTHING }
  if (outcome !== 'success' || pending === undefined) return { state, effects: [{ type: 'discard', message }] }
  const collected = pending.collected.with(message.task, message)
  return { state: { ...state, pendings: state.pendings.with(at, { ...pending, collected }) }, effects: NOTHING }
}

export const allCollected = (pending: PendingCheckpoint | undefined): boolean =>
  pending?.collected.every((message) => message !== null) === true

/** In Flink's order: stored first, which is the commit point, then the older ones are aborted, then it is notified. */
export function complete(state: CoordinatorState, id: CheckpointId): CoordinatorStep {
  const pending = state.pendings.find((each) => each.id === id)
  if (pending === undefined || !allCollected(pending)) return { state, effects: NOTHING }
  const { savepoint } = pending
  const store: CoordinatorEffect = { type: 'store', id, savepoint, acknowledgements: acknowledgementsOf(pending) }
  const done = requestDone(pending)
  const rest = countSuccess({ ...state, pendings: state.pendings.filter((each) => each !== pending) }, id)
  if (savepoint) return triggerWaiting({ state: rest, effects: [store, ...done] })
  const completed = [...state.completed, pending]
  const evicted = completed.length > state.config.retained ? completed[0] : undefined
  const kept = evicted === undefined ? completed : completed.slice(1)
  const subsumed = subsumeOlder({ ...rest, completed: kept, newestCompleted: id }, id)
  const told: CoordinatorEffect = { type: 'notifyComplete', id, subsumed: evicted?.id ?? 0 }
  return triggerWaiting({
    state: subsumed.state,
    effects: [store, ...(evicted === undefined ? [] : discards(evicted)), ...done, ...subsumed.effects, told],
  })
}

function subsumeOlder(state: CoordinatorState, id: CheckpointId): CoordinatorStep {
  let step: CoordinatorStep = { state, effects: NOTHING }
  for (const older of state.pendings) {
    if (older.id > id || older.savepoint) continue
    const { state: next, effects } = abortFor(step.state, older, 'CHECKPOINT_SUBSUMED', null)
    step = { state: next, effects: [...step.effects, ...effects] }
  }
  return step
}

/** It took too long: the tasks are told, with the newest completed id. */
export function expire(state: CoordinatorState, id: CheckpointId): CoordinatorStep {
  const pending = state.pendings.find((each) => each.id === id)
  if (pending === undefined) return { state, effects: NOTHING }
  const expired = [...state.expired, id].slice(-EXPIRED_REMEMBERED)
  return triggerWaiting(abortFor({ ...state, expired }, pending, 'CHECKPOINT_EXPIRED', null))
}

/** All that is pending is over; requests that wait survive, and may start. */
export const failover = (state: CoordinatorState): CoordinatorStep => triggerWaiting(abortAll(state))

function abortAll(state: CoordinatorState): CoordinatorStep {
  let step: CoordinatorStep = { state, effects: NOTHING }
  for (const pending of state.pendings) {
    const { state: next, effects } = abortFor(step.state, pending, 'JOB_FAILOVER_REGION', null)
    step = { state: next, effects: [...step.effects, ...effects] }
  }
  return step
}

/** The attempt ended: its pending checkpoints are over, nobody is left to be told, the next attempt counts anew. */
export const restart = (state: CoordinatorState): CoordinatorState => ({
  ...abortAll(state).state,
  attempt: attempt(state.attempt + 1),
})

/** In Flink's order: the request fails, its state goes, the job perhaps fails, the tasks are told. */
function abortFor(
  state: CoordinatorState,
  pending: PendingCheckpoint,
  reason: FailureReason,
  sender: number | null,
): CoordinatorStep {
  const { failures, effects } = countFailure(state, pending, reason, sender)
  const { id, request } = pending
  return {
    state: { ...state, failures, pendings: state.pendings.filter((each) => each.id !== id) },
    effects: [
      ...(request === null ? [] : [{ type: 'requestFailed', request, reason } as const]),
      ...discards(pending),
      ...effects,
      { type: 'notifyAborted', id, newestCompleted: state.newestCompleted },
    ],
  }
}

const acknowledgementsOf = ({ collected }: PendingCheckpoint): readonly Acknowledgement[] =>
  collected.filter((message) => message !== null)

const discards = (pending: PendingCheckpoint): readonly CoordinatorEffect[] =>
  acknowledgementsOf(pending).map((message) => ({ type: 'discard', message }))

const requestDone = ({ request, id }: PendingCheckpoint): readonly CoordinatorEffect[] =>
  request === null ? [] : [{ type: 'requestDone', request, id }]
