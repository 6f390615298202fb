// The checkpoint coordinator as a pure state machine: (state, event) -> state and effects. One pending checkpoint,
// complete when every task of the running attempt has acknowledged it. I/O (storing, sending) is the job's.
// Source followed: Flink's CheckpointCoordinator and PendingCheckpoint (facts/flink.md 1.3 to 1.6).
// Read next: job.ts, which carries the effects out.
import { type Attempt, attempt, type CheckpointId, checkpointId } from '../../model/pipeline/ids.ts'
import type { Acknowledgement } from './messages.ts'

export interface PendingCheckpoint {
  readonly id: CheckpointId
  readonly attempt: Attempt
  /** By task; sources first, then the sink's subtasks. */
  readonly collected: readonly (Acknowledgement | null)[]
}

export interface CoordinatorState {
  readonly tasks: number
  readonly attempt: Attempt
  /** Next id: from 1, never reused in a run, gaps where a checkpoint was aborted. */
  readonly nextId: number
  readonly pending: PendingCheckpoint | null
  readonly newestCompleted: number
}

export type CoordinatorEffect =
  | { readonly type: 'trigger'; readonly id: CheckpointId }
  | { readonly type: 'store'; readonly id: CheckpointId; readonly acknowledgements: readonly Acknowledgement[] }
  | { readonly type: 'notifyComplete'; readonly id: CheckpointId }
  | { readonly type: 'notifyAborted'; readonly id: CheckpointId; readonly newestCompleted: number }

export interface CoordinatorStep {
  readonly state: CoordinatorState
  readonly effects: readonly CoordinatorEffect[]
}

export const initialCoordinator = (tasks: number, nextId = 1, newestCompleted = 0): CoordinatorState => ({
  tasks,
  attempt: attempt(0),
  nextId,
  pending: null,
  newestCompleted,
})

const NOTHING: readonly CoordinatorEffect[] = []

export function trigger(state: CoordinatorState): CoordinatorStep {
  if (state.pending !== null) return { state, effects: NOTHING }
  const id = checkpointId(state.nextId)
  const pending = { id, attempt: state.attempt, collected: new Array<null>(state.tasks).fill(null) }
  return { state: { ...state, nextId: state.nextId + 1, pending }, effects: [{ type: 'trigger', id }] }
}

/** Counts by attempt and id: what a dead attempt or an earlier checkpoint still sends changes nothing. */
export function collect(state: CoordinatorState, message: Acknowledgement): CoordinatorStep {
  const { pending } = state
  if (pending === null || message.id !== pending.id || message.attempt !== pending.attempt)
    return { state, effects: NOTHING }
  if (message.declined) return abort(state)
  if (pending.collected[message.task] !== null) return { state, effects: NOTHING }
  const collected = pending.collected.with(message.task, message)
  return { state: { ...state, pending: { ...pending, collected } }, effects: NOTHING }
}

export const allCollected = ({ pending }: CoordinatorState): boolean =>
  pending?.collected.every((message) => message !== null) === true

/** In Flink's order: stored first, which is the commit point, then notified. */
export function complete(state: CoordinatorState): CoordinatorStep {
  const { pending } = state
  if (pending === null || !allCollected(state)) return { state, effects: NOTHING }
  const acknowledgements = pending.collected.filter((message) => message !== null)
  return {
    state: { ...state, pending: null, newestCompleted: pending.id },
    effects: [
      { type: 'store', id: pending.id, acknowledgements },
      { type: 'notifyComplete', id: pending.id },
    ],
  }
}

/** Declined, expired: the tasks are told, with the newest completed id. */
export function abort(state: CoordinatorState): CoordinatorStep {
  const { pending, newestCompleted } = state
  if (pending === null) return { state, effects: NOTHING }
  return { state: { ...state, pending: null }, effects: [{ type: 'notifyAborted', id: pending.id, newestCompleted }] }
}

/** The attempt ended: its pending checkpoint is over, nobody is left to be told, the next attempt counts anew. */
export const restart = (state: CoordinatorState): CoordinatorState => ({
  ...state,
  pending: null,
  attempt: attempt(state.attempt + 1),
})
