// How many checkpoints in a row failed, and when that is too many for the job. A success forgets them; what failed below
// a success says nothing any more. Source followed: Flink's CheckpointFailureManager (facts/flink.md 1.6).
// Read next: abort.ts.
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import { KINDS, type SnapshotKind } from './kinds.ts'
import type { Sender } from './messages.ts'
import { type AbortReason, MEANING } from './reasons.ts'

export interface FailureCount {
  /** Ids that failed since the last success or failure of the job; each counts once. */
  readonly counted: readonly CheckpointId[]
  /** 0 for none. */
  readonly lastSucceeded: number
}

export const NO_FAILURES: FailureCount = { counted: [], lastSucceeded: 0 }

export interface Failure {
  readonly id: CheckpointId
  readonly kind: SnapshotKind
  readonly reason: AbortReason
  /** Null where no task said so. */
  readonly by: Sender | null
}

export interface FailureVerdict {
  readonly failures: FailureCount
  /** Null: the job bears it. */
  readonly failJob: Sender | 'coordinator' | null
}

export function countFailure(failures: FailureCount, tolerable: number, failure: Failure): FailureVerdict {
  const { id, kind, reason, by } = failure
  const blamed = MEANING[reason].preFlight || by === null ? 'coordinator' : by
  // A savepoint is the user's to repeat; only where a task fails may a restart help.
  if (blamed === 'coordinator' && KINDS[kind].savepoint) return { failures, failJob: null }
  // Its tasks wait for a notification that will never come.
  if (KINDS[kind].synchronous) return { failures, failJob: 'coordinator' }
  const counts = MEANING[reason].counted && id > failures.lastSucceeded && !failures.counted.includes(id)
  if (!counts || tolerable === Number.POSITIVE_INFINITY) return { failures, failJob: null }
  if (failures.counted.length < tolerable)
    return { failures: { ...failures, counted: [...failures.counted, id] }, failJob: null }
  return { failures: { ...failures, counted: [] }, failJob: blamed }
}

export const countSuccess = (failures: FailureCount, id: CheckpointId): FailureCount =>
  id > failures.lastSucceeded ? { counted: [], lastSucceeded: id } : failures
