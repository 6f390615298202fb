// The checkpoint coordinator as a pure state machine: (state, event) -> state and effects. Checkpoints and savepoints
// pending side by side, each complete when every task of the running attempt has acknowledged it; a completed checkpoint
// aborts the older ones. I/O (storing, sending) is the job's.
// Source followed: Flink's CheckpointCoordinator and PendingCheckpoint (facts/flink.md 1.3 to 1.6).
// Read next: job.ts, which carries the effects out.
import { type Attempt, attempt, type CheckpointId, checkpointId } from '../../model/pipeline/ids.ts'
import type { Acknowledgement } from './messages.ts'

export interface PendingCheckpoint {
  readonly id: CheckpointId
  readonly attempt: Attempt
  /** Written when complete, but neither a restore point nor notified; nothing subsumes it. */
  readonly savepoint: boolean
  /** By task; sources first, then the sink's subtasks. */
  readonly collected: readonly (Acknowledgement | null)[]
}

export interface CoordinatorState {
  readonly tasks: number
  readonly attempt: Attempt
  /** Next id: from 1, never reused in a run, gaps where a checkpoint was aborted. */
  readonly nextId: number
  /** Rising ids. */
  readonly pendings: readonly PendingCheckpoint[]
  readonly newestCompleted: number
}

export type CoordinatorEffect =
  | { readonly type: 'trigger'; readonly id: CheckpointId; readonly savepoint: boolean }
  | {
      readonly type: 'store'
      readonly id: CheckpointId
      readonly savepoint: boolean
      readonly acknowledgements: readonly Acknowledgement[]
    }
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
  pendings: [],
  newestCompleted,
})

const NOTHING: readonly CoordinatorEffect[] = []

export function trigger(state: CoordinatorState, savepoint = false): CoordinatorStep {
  const id = checkpointId(state.nextId)
  const collected = new Array<null>(state.tasks).fill(null)
  const pending = { id, attempt: state.attempt, savepoint, collected }
  return {
    state: { ...state, nextId: state.nextId + 1, pendings: [...state.pendings, pending] },
    effects: [{ type: 'trigger', id, savepoint }],
  }
}

/** Counts by attempt and id: what a dead attempt or an earlier checkpoint still sends changes nothing. */
export function collect(state: CoordinatorState, message: Acknowledgement): CoordinatorStep {
  const at = state.pendings.findIndex(({ id, attempt }) => id === message.id && attempt === message.attempt)
  const pending = state.pendings[at]
  if (pending === undefined) return { state, effects: NOTHING }
  if (message.declined) return abort(state, pending.id)
  if (pending.collected[message.task] !== null) return { state, effects: NOTHING }
  const collected = pending.collected.with(message.task, message)
  return { state: { ...state, pendings: state.pendings.with(at, { ...pending, collected }) }, effects: NOTHING }
}

export const allCollected = (pending: PendingCheckpoint | undefined): boolean =>
  pending?.collected.every((message) => message !== null) === true

/** In Flink's order: stored first, which is the commit point, then the older ones are aborted, then it is notified. */
export function complete(state: CoordinatorState, id: CheckpointId): CoordinatorStep {
  const pending = state.pendings.find((each) => each.id === id)
  if (pending === undefined || !allCollected(pending)) return { state, effects: NOTHING }
  const acknowledgements = pending.collected.filter((message) => message !== null)
  const { savepoint } = pending
  const store = { type: 'store', id, savepoint, acknowledgements } as const
  const rest = state.pendings.filter((each) => each !== pending)
  if (savepoint) return { state: { ...state, pendings: rest }, effects: [store] }
  const subsumed = (each: PendingCheckpoint) => each.id < id && !each.savepoint
  return {
    state: { ...state, pendings: rest.filter((each) => !subsumed(each)), newestCompleted: id },
    effects: [
      store,
      ...rest
        .filter(subsumed)
        .map((older): CoordinatorEffect => ({ type: 'notifyAborted', id: older.id, newestCompleted: id })),
      { type: 'notifyComplete', id },
    ],
  }
}

/** Declined, expired: the tasks are told, with the newest completed id. */
export function abort(state: CoordinatorState, id: CheckpointId): CoordinatorStep {
  const { pendings, newestCompleted } = state
  if (!pendings.some((each) => each.id === id)) return { state, effects: NOTHING }
  return {
    state: { ...state, pendings: pendings.filter((each) => each.id !== id) },
    effects: [{ type: 'notifyAborted', id, newestCompleted }],
  }
}

/** The attempt ended: its pending checkpoints are over, nobody is left to be told, the next attempt counts anew. */
export const restart = (state: CoordinatorState): CoordinatorState => ({
  ...state,
  pendings: [],
  attempt: attempt(state.attempt + 1),
})
