// A pipeline that runs for real: one log, a sink design in P subtasks, a DynamoDB endpoint, checkpoints in a storage.
// It may be killed at any moment and started again with the same storage: it goes on from the newest checkpoint.
// Read next: inOrder.ts (who performs its steps), pipelineStorage.ts, ../../reports/run/command.ts (the command line).
import type { SinkDesign } from '../sinks/designs.ts'
import type { Logger } from '../sinks/interfaces.ts'
import type { SinkClient } from '../store/port.ts'
import type { CheckpointStorage } from './checkpointStorage.ts'
import { type Ended, InOrderExecutor } from './inOrder.ts'
import { Job } from './job.ts'
import type { OnRunEvent } from './pipelineEvents.ts'
import { runHost } from './pipelineHost.ts'
import type { ProvableLog } from './pipelineLog.ts'
import { PipelineStorage } from './pipelineStorage.ts'
import type { StopMode } from './stopWithSavepoint.ts'

export interface PipelineOptions {
  readonly log: ProvableLog
  readonly design: SinkDesign
  readonly table: string
  readonly parallelism: number
  /** A checkpoint after so many records, or every so many milliseconds: one of the two. */
  readonly checkpointEvery: number | null
  readonly checkpointIntervalMs?: number
  /** Between the end of a checkpoint and the next of the interval; default 0. */
  readonly minPauseMs?: number
  /** How long a record may wait in a sink's buffer; default 1,000. */
  readonly flushIntervalMs: number
  readonly connect: () => SinkClient
  readonly storage: CheckpointStorage
  readonly runId: number
  readonly fingerprint: string
  readonly logger: Logger
  readonly onEvent: OnRunEvent
  /** A request failed and will be sent again. */
  readonly onTrouble: (error: Error) => void
}

/** Records a channel holds before its source has to wait. */
const CHANNEL_CAPACITY = 256

export class Pipeline {
  readonly job: Job
  readonly #executor: InOrderExecutor

  private constructor(job: Job, executor: InOrderExecutor) {
    this.job = job
    this.#executor = executor
  }

  static async create(options: PipelineOptions): Promise<Pipeline> {
    const { log, onEvent, runId, fingerprint, parallelism, checkpointEvery } = options
    const storage = new PipelineStorage(options.storage, [log], () => onEvent('stored'))
    const highest = await storage.highestId()
    const job: Job = new Job(
      {
        logs: [log],
        parallelism,
        channelCapacity: CHANNEL_CAPACITY,
        storage,
        runId,
        fingerprint,
        now: Date.now,
        ...(options.checkpointIntervalMs !== undefined && { checkpointIntervalMs: options.checkpointIntervalMs }),
        ...(options.minPauseMs !== undefined && { minPauseMs: options.minPauseMs }),
        host: (subtask, attempt) => runHost(options, subtask, attempt, () => executor.wake()),
      },
      highest + 1,
    )
    const executor = new InOrderExecutor(job, { checkpointEvery })
    return new Pipeline(job, executor)
  }

  /** Rejects with what failed the job; the next run goes on from the newest checkpoint. */
  run(): Promise<Ended> {
    return this.#executor.run()
  }

  /** With a savepoint, which the next run restores from; with drain every sink finishes first. */
  stop(mode: StopMode = 'suspend'): void {
    this.#executor.stop(mode)
  }
}
