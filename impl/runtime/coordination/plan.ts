// Whom a checkpoint triggers and whom it waits for: every running task is waited for; triggered are those that no running
// task feeds, which would otherwise never see a barrier. Source followed: Flink's DefaultCheckpointPlanCalculator
// (facts/flink.md 1.3, 1.12). Read next: requests.ts.
import type { CoordinatorState } from './state.ts'

export interface CheckpointPlan {
  readonly tasksToTrigger: readonly number[]
  readonly tasksToWaitFor: readonly number[]
}

/** Null: a task that is needed does not run. */
export function planOf<State>({ tasks, sources }: CoordinatorState<State>): CheckpointPlan | null {
  const running = tasks.flatMap((status, task) => (status === 'running' ? [task] : []))
  if (running.length === 0 || tasks.includes('failed')) return null
  const reading = running.filter((task) => task < sources)
  return { tasksToTrigger: reading.length > 0 ? reading : running, tasksToWaitFor: running }
}
