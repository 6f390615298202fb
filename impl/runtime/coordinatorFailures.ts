// Which failures of checkpoints count against the job, and whom they blame. A savepoint's failure counts only where a task
// says so; only a success newer than all before starts the count again.
// Source followed: Flink's CheckpointFailureManager. Read next: coordinator.ts.
import type { CoordinatorEffect, CoordinatorState, FailureReason, PendingCheckpoint } from './coordinatorState.ts'

/** Reasons that count: the task's, which is blamed, or the job's, which is nobody's. The others do not count. */
const COUNTED: Readonly<Partial<Record<FailureReason, 'task' | 'job'>>> = {
  CHECKPOINT_DECLINED: 'task',
  CHECKPOINT_ASYNC_EXCEPTION: 'task',
  IO_EXCEPTION: 'job',
  CHECKPOINT_EXPIRED: 'job',
}

export function countFailure(
  state: CoordinatorState,
  { id, savepoint }: PendingCheckpoint,
  reason: FailureReason,
  sender: number | null,
): { readonly failures: number; readonly effects: readonly CoordinatorEffect[] } {
  const level = COUNTED[reason]
  const { failures, lastSucceeded, config } = state
  if (level === undefined || id <= lastSucceeded || (savepoint && level === 'job')) return { failures, effects: [] }
  if (failures < config.tolerableFailures) return { failures: failures + 1, effects: [] }
  return { failures: 0, effects: [{ type: 'failJob', blamed: level === 'task' ? sender : null }] }
}

export const countSuccess = (state: CoordinatorState, id: number): CoordinatorState =>
  id <= state.lastSucceeded ? state : { ...state, failures: 0, lastSucceeded: id }
