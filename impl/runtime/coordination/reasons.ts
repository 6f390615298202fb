// Why a checkpoint or a request ended badly, in Flink's names, and what each reason means to the count of failures.
// Source followed: Flink's CheckpointFailureReason (preFlight) and CheckpointFailureManager (counted).
// Read next: failures.ts.

/** With which a task may decline. */
export type DeclineReason =
  | 'CHECKPOINT_DECLINED'
  | 'CHECKPOINT_ASYNC_EXCEPTION'
  | 'IO_EXCEPTION'
  | 'CHECKPOINT_DECLINED_TASK_NOT_READY'
  | 'CHECKPOINT_DECLINED_TASK_CLOSING'
  | 'CHECKPOINT_DECLINED_SUBSUMED'
  | 'CHECKPOINT_SUBSUMED'
  | 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER'
  | 'CHECKPOINT_DECLINED_INPUT_END_OF_STREAM'

/** Why a pending checkpoint was aborted. */
export type AbortReason =
  | DeclineReason
  | 'CHECKPOINT_EXPIRED'
  | 'CHECKPOINT_COORDINATOR_SUSPEND'
  | 'FINALIZE_CHECKPOINT_FAILURE'
  | 'JOB_FAILOVER_REGION'
  | 'TASK_FAILURE'

/** Why a request failed: its checkpoint was aborted, or it never came to one. */
export type FailureReason =
  | AbortReason
  | 'MINIMUM_TIME_BETWEEN_CHECKPOINTS'
  | 'NOT_ALL_REQUIRED_TASKS_RUNNING'
  | 'PERIODIC_SCHEDULER_SHUTDOWN'
  | 'TOO_MANY_CHECKPOINT_REQUESTS'

interface Meaning {
  /** Goes against the number of failures that the job bears. */
  readonly counted: boolean
  /** Nobody is blamed for it, even if a task sent it. */
  readonly preFlight: boolean
}

const IGNORED: Meaning = { counted: false, preFlight: false }
const COUNTED: Meaning = { counted: true, preFlight: false }

export const MEANING: Readonly<Record<AbortReason, Meaning>> = {
  CHECKPOINT_DECLINED: COUNTED,
  CHECKPOINT_ASYNC_EXCEPTION: COUNTED,
  IO_EXCEPTION: { counted: true, preFlight: true },
  CHECKPOINT_EXPIRED: COUNTED,
  FINALIZE_CHECKPOINT_FAILURE: COUNTED,
  CHECKPOINT_DECLINED_TASK_NOT_READY: IGNORED,
  CHECKPOINT_DECLINED_TASK_CLOSING: IGNORED,
  CHECKPOINT_DECLINED_SUBSUMED: IGNORED,
  CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER: IGNORED,
  CHECKPOINT_DECLINED_INPUT_END_OF_STREAM: IGNORED,
  CHECKPOINT_SUBSUMED: IGNORED,
  CHECKPOINT_COORDINATOR_SUSPEND: IGNORED,
  JOB_FAILOVER_REGION: IGNORED,
  TASK_FAILURE: IGNORED,
}
