// The notes' DynamoDbSyncSink: a sink on a DynamoDbBatchingOutputFormat. By itself it implements no CheckpointedFunction:
// it still takes part in checkpoints, they complete, and what is in its buffer is in nobody's state.
// Read next: checkpointedSinks.ts (the same sink with state, or with a flush at the snapshot), designs.ts (the rows).
import { type BatchingOptions, DynamoDbBatchingOutputFormat } from './dynamoDbBatchingOutputFormat.ts'
import type { RuntimeContext, SinkFunction, SinkRecord } from './interfaces.ts'

export interface SyncSinkOptions extends BatchingOptions {
  /** Each record is written and awaited in invoke; the buffer only carries it there. */
  readonly writeThrough: boolean
  readonly onFinish: 'write' | 'drop'
  readonly onClose: 'write' | 'drop'
}

export class DynamoDbSyncSink implements SinkFunction<SinkRecord> {
  readonly format: DynamoDbBatchingOutputFormat
  readonly options: SyncSinkOptions
  protected context: RuntimeContext | undefined

  constructor(options: SyncSinkOptions) {
    this.options = options
    this.format = new DynamoDbBatchingOutputFormat(options)
  }

  open(context: RuntimeContext): void {
    this.context = context
    this.format.open(context)
  }

  invoke(record: SinkRecord): void | Promise<void> {
    const written = this.format.writeRecord(record)
    return this.options.writeThrough ? this.format.flush() : written
  }

  finish(): void | Promise<void> {
    if (this.options.onFinish === 'write') return this.format.flush()
    this.format.discard()
  }

  async close(): Promise<void> {
    if (this.options.onClose === 'write' && !(await this.format.flushOnce()))
      this.context?.logger.warn('close() could not write everything: what was left is dropped')
    this.format.discard()
  }
}
