// Which failures of checkpoints count against the job, and whom they blame. Failures in a row above the tolerable number
// fail the job; a newer success, a savepoint's too, starts again from zero. A savepoint that fails counts only where the failure
// is a task's. Sources followed: Flink's CheckpointFailureManager, CheckpointFailureReason.
// Read next: cells.ts (where the count is kept).
import { keepsLastSucceeded } from './cells.ts'
import type { Coordinator } from './coordinator.ts'
import { isSavepoint } from './pending.ts'

interface ReasonRow {
  readonly counted: boolean
  /** Whose failure it is. A task may report one that is the job's. */
  readonly level: 'job' | 'task'
}
const NOT_COUNTED: ReasonRow = { counted: false, level: 'job' }
const JOB_LEVEL: ReasonRow = { counted: true, level: 'job' }
const TASK_LEVEL: ReasonRow = { counted: true, level: 'task' }

/** With which a task may decline. */
export const DECLINE_REASONS = {
  CHECKPOINT_DECLINED: TASK_LEVEL,
  CHECKPOINT_ASYNC_EXCEPTION: TASK_LEVEL,
  IO_EXCEPTION: JOB_LEVEL,
  CHECKPOINT_DECLINED_TASK_NOT_READY: NOT_COUNTED,
  CHECKPOINT_DECLINED_SUBSUMED: NOT_COUNTED,
  CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER: NOT_COUNTED,
  CHECKPOINT_DECLINED_INPUT_END_OF_STREAM: NOT_COUNTED,
} as const satisfies Readonly<Record<string, ReasonRow>>

export const FAILURE_REASONS = {
  ...DECLINE_REASONS,
  CHECKPOINT_EXPIRED: JOB_LEVEL,
  CHECKPOINT_SUBSUMED: NOT_COUNTED,
  JOB_FAILOVER_REGION: NOT_COUNTED,
} as const satisfies Readonly<Record<string, ReasonRow>>

export type DeclineReason = keyof typeof DECLINE_REASONS
export type FailureReason = keyof typeof FAILURE_REASONS

/** An id fails at most once, as it is pending no more: none can count twice. */
export function countFailure(k: Coordinator, slot: number, reason: FailureReason, sender: number | null): void {
  const { tolerableFailures } = k.config
  const { failures, lastSucceeded, pendingId } = k.cells
  if (!Number.isFinite(tolerableFailures) || pendingId.at(slot) <= lastSucceeded.read()) return
  const { counted, level } = FAILURE_REASONS[reason]
  if (!counted || (level === 'job' && isSavepoint(k, slot))) return
  const exceeded = failures.read() === tolerableFailures
  failures.write(exceeded ? 0 : failures.read() + 1)
  if (exceeded) k.effects.failJob(level === 'task' ? sender : null)
}

/** Only a success newer than all before starts the count again. */
export function succeeded(k: Coordinator, id: number): void {
  const { failures, lastSucceeded } = k.cells
  if (!Number.isFinite(k.config.tolerableFailures) || id <= lastSucceeded.read()) return
  failures.write(0)
  if (keepsLastSucceeded(k.config)) lastSucceeded.write(id)
}
