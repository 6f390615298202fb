// What the checkpoint coordinator remembers: plain data, never changed in place, the same for the same history however
// the messages that make no difference were ordered. Tasks are numbered, sources first.
// Read next: messages.ts (what it hears and says), step.ts (what happens to it).
import type { Attempt, CheckpointId } from '../../../model/pipeline/ids.ts'
import type { FailureCount } from './failures.ts'
import type { SnapshotKind } from './kinds.ts'

export interface CoordinatorConfig {
  readonly maxConcurrent: number
  /** From a completion to the next periodic checkpoint. Manual requests do not wait. */
  readonly minPauseMs: number
  /** Between periodic checkpoints; null: only manual ones. */
  readonly intervalMs: number | null
  readonly checkpointTimeoutMs: number
  /** Failures in a row that the job bears; Infinity: any number. */
  readonly tolerableFailures: number
  /** Completed checkpoints kept. */
  readonly retained: number
  /** Savepoints wait for room like checkpoints; with aligned barriers they are forced. */
  readonly unaligned: boolean
}

/** Of the running attempt. A failed one fails every request until the next attempt. */
export type TaskStatus = 'running' | 'finished' | 'failed'

export interface QueuedRequest {
  /** Null: the periodic trigger's own, nobody waits for its outcome. */
  readonly number: number | null
  readonly kind: SnapshotKind
  readonly periodic: boolean
}

/** Null: the task has no state. */
export interface Collected<State> {
  readonly state: State | null
}

export interface PendingCheckpoint<State> {
  readonly id: CheckpointId
  readonly kind: SnapshotKind
  readonly request: number | null
  readonly attempt: Attempt
  /** Waits for these, and tells these: all that ran when it was triggered. Rising. */
  readonly plan: readonly number[]
  /** By task; null: not yet, or not in the plan. */
  readonly collected: readonly (Collected<State> | null)[]
  /** `ready`: all have acknowledged. `storing`: being written, and may already be what a restart finds. */
  readonly phase: 'collecting' | 'ready' | 'storing'
}

export interface Acknowledged<State> {
  readonly task: number
  readonly state: State | null
}

export interface CompletedCheckpoint<State> {
  readonly id: CheckpointId
  /** A savepoint that the job was started from: the user's, left alone when its turn to go comes. */
  readonly savepoint: boolean
  /** Empty for one that an earlier coordinator completed. */
  readonly acknowledgements: readonly Acknowledged<State>[]
}

export interface CoordinatorState<State> {
  readonly config: CoordinatorConfig
  /** Tasks 0 .. sources - 1 read; each of them feeds every other task. */
  readonly sources: number
  readonly tasks: readonly TaskStatus[]
  readonly attempt: Attempt
  /** From 1, never reused in a run, gaps where a checkpoint was aborted. */
  readonly nextId: number
  /** What the last event with a time said. */
  readonly nowMs: number
  /** When the periodic trigger is due; null: stopped. */
  readonly periodicAtMs: number | null
  readonly lastCompletionMs: number | null
  /** Rising ids. */
  readonly pending: readonly PendingCheckpoint<State>[]
  /** In the order in which they may start. */
  readonly queue: readonly QueuedRequest[]
  /** Oldest first; the last one is what a failover restores. */
  readonly retained: readonly CompletedCheckpoint<State>[]
  readonly failures: FailureCount
  /** Ids that expired lately: a late acknowledgement of one is answered otherwise. */
  readonly expired: readonly CheckpointId[]
}

/** Flink's getLatestCheckpointId: 0 where there is none. */
export const newestCompleted = <State>({ retained }: CoordinatorState<State>): number => retained.at(-1)?.id ?? 0

export function acknowledgementsOf<State>({ collected }: PendingCheckpoint<State>): readonly Acknowledged<State>[] {
  return collected.flatMap((each, task) => (each === null ? [] : [{ task, state: each.state }]))
}
