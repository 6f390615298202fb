// What the checkpoint coordinator remembers and what it says. Plain data, never changed in place.
// Read next: coordinator.ts (what happens to it), coordinatorRequests.ts, coordinatorFailures.ts.
import type { Attempt, CheckpointId } from '../../model/pipeline/ids.ts'
import type { Acknowledgement } from './messages.ts'

export interface CoordinatorConfig {
  /** Flink: max-concurrent-checkpoints. Counts savepoints too. */
  readonly maxConcurrent: number
  /** Savepoints wait in the queue like checkpoints; with aligned barriers they are forced, beyond the limit. */
  readonly unaligned: boolean
  /** Failed checkpoints in a row that the job bears; Infinity: any number. */
  readonly tolerableFailures: number
  /** Completed checkpoints kept. */
  readonly retained: number
}

export const DEFAULT_COORDINATOR: CoordinatorConfig = {
  maxConcurrent: 1,
  unaligned: false,
  tolerableFailures: Number.POSITIVE_INFINITY,
  retained: 1,
}

export interface PendingCheckpoint {
  readonly id: CheckpointId
  readonly attempt: Attempt
  /** Written when complete, but neither a restore point nor notified; nothing subsumes it. */
  readonly savepoint: boolean
  /** Number of the request it answers, null where the job itself triggered it. */
  readonly request: number | null
  /** By task; sources first, then the sink's subtasks. */
  readonly collected: readonly (Acknowledgement | null)[]
}

export interface WaitingRequest {
  readonly number: number
  readonly savepoint: boolean
}

export interface CoordinatorState {
  readonly config: CoordinatorConfig
  readonly tasks: number
  readonly attempt: Attempt
  /** Next id: from 1, never reused in a run, gaps where a checkpoint was aborted. */
  readonly nextId: number
  /** Rising ids. */
  readonly pendings: readonly PendingCheckpoint[]
  readonly newestCompleted: number
  /** Kept completed checkpoints, oldest first, with the acknowledgements they consist of. */
  readonly completed: readonly PendingCheckpoint[]
  /** Oldest first. */
  readonly waiting: readonly WaitingRequest[]
  /** Failures in a row, and the newest id that ended well. */
  readonly failures: number
  readonly lastSucceeded: number
  /** Ids that expired lately: a late acknowledgement of one is answered otherwise. */
  readonly expired: readonly number[]
}

/** With which a task may decline. */
export type DeclineReason =
  | 'CHECKPOINT_DECLINED'
  | 'CHECKPOINT_ASYNC_EXCEPTION'
  | 'IO_EXCEPTION'
  | 'CHECKPOINT_DECLINED_TASK_NOT_READY'
  | 'CHECKPOINT_DECLINED_SUBSUMED'
  | 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER'
  | 'CHECKPOINT_DECLINED_INPUT_END_OF_STREAM'
export type FailureReason = DeclineReason | 'CHECKPOINT_EXPIRED' | 'CHECKPOINT_SUBSUMED' | 'JOB_FAILOVER_REGION'

export type CoordinatorEffect =
  | { readonly type: 'trigger'; readonly id: CheckpointId; readonly savepoint: boolean }
  | {
      readonly type: 'store'
      readonly id: CheckpointId
      readonly savepoint: boolean
      readonly acknowledgements: readonly Acknowledgement[]
    }
  /** `subsumed`: the completed checkpoint that left the store for it, 0 for none. */
  | { readonly type: 'notifyComplete'; readonly id: CheckpointId; readonly subsumed: number }
  | { readonly type: 'notifyAborted'; readonly id: CheckpointId; readonly newestCompleted: number }
  /** State that will never be restored. */
  | { readonly type: 'discard'; readonly message: Acknowledgement }
  | { readonly type: 'requestDone'; readonly request: number; readonly id: CheckpointId }
  | { readonly type: 'requestFailed'; readonly request: number; readonly reason: FailureReason }
  /** Too many failures in a row; null where no task is to blame. */
  | { readonly type: 'failJob'; readonly blamed: number | null }

export interface CoordinatorStep {
  readonly state: CoordinatorState
  readonly effects: readonly CoordinatorEffect[]
}
