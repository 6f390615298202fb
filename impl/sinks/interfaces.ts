// What a sink implements and what it is given, in Flink's terms and with the language's habits.
// Sources followed: SinkFunction, CheckpointedFunction, CheckpointListener, RuntimeContext, ProcessingTimeService of
// Apache Flink. As in Flink, initializeState comes before open. Read next: dynamoDbSyncSink.ts, ../runtime/subtask.ts.
import type { Attempt, CheckpointId, SubtaskIndex } from '../../model/pipeline/ids.ts'
import type { SinkClient } from '../store/port.ts'

/** What a pipeline hands to a sink. `key` is the table's partition key; of one key, a higher `version` is newer. */
export interface SinkRecord {
  readonly key: string
  readonly version: number
  /** Unique per record of the input, kept over replays. */
  readonly id: string
  readonly value: string
  /** Present: the record takes its key out of the table, and `value` says nothing. */
  readonly op?: 'delete'
}

export interface SinkFunction<In> {
  open?(context: RuntimeContext): void | Promise<void>
  invoke(record: In, context: InvokeContext): void | Promise<void>
  /** End of input: everything must be out when it returns. Not called on a stop without drain. */
  finish?(): void | Promise<void>
  prepareSnapshotPreBarrier?(id: CheckpointId): void | Promise<void>
  /** Releases resources. Nothing may rely on it to write: a process that dies never calls it. */
  close?(): void | Promise<void>
}

export interface CheckpointedFunction {
  initializeState(context: FunctionInitializationContext): void | Promise<void>
  snapshotState(context: FunctionSnapshotContext): void | Promise<void>
}

export interface CheckpointListener {
  notifyCheckpointComplete(checkpointId: CheckpointId): void | Promise<void>
  notifyCheckpointAborted?(checkpointId: CheckpointId): void | Promise<void>
}

export interface InvokeContext {
  readonly timestamp: number | null
  readonly currentProcessingTime: number
}

/** Processing time of the task: the only clock and the only timers a sink may use. */
export interface ProcessingTimeService {
  now(): number
  /** Runs `callback` as a mail of the task after `delayMs`; the returned function disarms it. */
  registerTimer(delayMs: number, callback: () => void | Promise<void>): () => void
  /** Settles after `delayMs`; awaited inside a mail it blocks the task. */
  sleep(delayMs: number): Promise<void>
}

/** The task's mailbox, for sinks with requests in flight: their answers come in as mails (Flink: MailboxExecutor). */
export interface Mailbox {
  /** Runs `mail` as a mail of the task: when the task is idle, or inside a `yield`. */
  execute(mail: () => void): void
  /** Called inside a mail: settles when one more mail of the task has run to its end, whichever it was. */
  yield(): Promise<void>
}

export interface Logger {
  info(message: string): void
  warn(message: string): void
}

export interface RuntimeContext {
  readonly subtaskIndex: SubtaskIndex
  readonly parallelism: number
  readonly attempt: Attempt
  /** Persisted and rising over starts of the job: fences what an earlier run may still send. */
  readonly runId: number
  /** The store as this attempt may reach it. After the attempt's death none of its calls ever settles. */
  readonly client: SinkClient
  readonly processingTime: ProcessingTimeService
  readonly mailbox?: Mailbox
  /** Uniform in [0, 1), from the run's seed tree. */
  random(): number
  readonly logger: Logger
  /** Fails the task from a callback. */
  fail(error: Error): void
}

/** Operator state of SPLIT_DISTRIBUTE or UNION kind (Flink: ListState). Null elements are refused. */
export interface ListState<T> {
  add(element: T): void
  addAll(elements: readonly T[]): void
  update(elements: readonly T[]): void
  get(): readonly T[]
  clear(): void
}

export interface OperatorStateStore {
  listState<T>(name: string): ListState<T>
  unionListState<T>(name: string): ListState<T>
}

export interface FunctionInitializationContext {
  /** True where this operator has recorded state, which is not "the job restarted" (facts/flink.md 3.3). */
  readonly isRestored: boolean
  readonly restoredCheckpointId: CheckpointId | null
  readonly operatorState: OperatorStateStore
}

export interface FunctionSnapshotContext {
  readonly checkpointId: CheckpointId
  readonly operatorState: OperatorStateStore
}

export type Sink<In> = SinkFunction<In> & Partial<CheckpointedFunction> & Partial<CheckpointListener>
