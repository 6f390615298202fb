// What a job is given, and what its coordinator and its sources make of it. Read next: job.ts.
import type { Alignment, BarrierKind } from './barriers/handler.ts'
import type { CheckpointStorage } from './checkpointStorage.ts'
import { DEFAULT_CONFIG } from './coordination/initial.ts'
import type { CoordinatorConfig } from './coordination/state.ts'
import type { Protocol } from './protocol.ts'
import type { SinkHost } from './sinkHost.ts'
import type { RecordLog } from './sourceTask.ts'

export interface JobOptions {
  readonly logs: readonly RecordLog[]
  /** Subtasks of the sink at the first start. */
  readonly parallelism: number
  /** The most there will ever be; default `parallelism`. Channels are numbered by it, so that a number keeps its meaning. */
  readonly maxParallelism?: number
  readonly channelCapacity: number
  /** Default `aligned`. */
  readonly alignment?: Alignment
  /** Of `alternating`: from this age of a checkpoint on its barriers overtake. Default 0. */
  readonly alignedCheckpointTimeoutMs?: number
  /** Checkpoints that may be pending at once, savepoints apart; default 1 (Flink: max-concurrent-checkpoints). */
  readonly maxConcurrentCheckpoints?: number
  readonly maxPendingSavepoints?: number
  /** Between periodic checkpoints; default: none is triggered by time. */
  readonly checkpointIntervalMs?: number
  /** From a completion to the next periodic checkpoint; default 0. */
  readonly minPauseMs?: number
  /** A checkpoint older than this is aborted; default 10 minutes. */
  readonly checkpointTimeoutMs?: number
  /** Failures of checkpoints in a row that the job bears; default any number. */
  readonly tolerableFailures?: number
  readonly storage: CheckpointStorage
  /** A new host for each subtask of each attempt. */
  readonly host: (subtask: number, attempt: number) => SinkHost
  readonly runId: number
  /** Says which job a checkpoint belongs to. */
  readonly fingerprint: string
  readonly now: () => number
  /** Default: the right one. */
  readonly protocol?: Protocol
}

export const coordinatorConfig = (options: JobOptions): Partial<CoordinatorConfig> => ({
  maxConcurrent: options.maxConcurrentCheckpoints ?? 1,
  unaligned: options.alignment === 'unaligned' || options.alignment === 'alternating',
  tolerableFailures: options.tolerableFailures ?? Number.POSITIVE_INFINITY,
  intervalMs: options.checkpointIntervalMs ?? null,
  minPauseMs: options.minPauseMs ?? 0,
  checkpointTimeoutMs: options.checkpointTimeoutMs ?? DEFAULT_CONFIG.checkpointTimeoutMs,
})

/** Of a checkpoint's barriers, as sources send them; a savepoint's are always aligned. */
export const BARRIER_KINDS: Readonly<Record<Alignment, BarrierKind>> = {
  aligned: 'aligned',
  unaligned: 'unaligned',
  alternating: 'timeout',
  atLeastOnce: 'aligned',
}
