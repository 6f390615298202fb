// The notes' DynamoDbBatchingOutputFormat: a buffer of records, written in batches when it is full, when a timer fires,
// or when its owner says so. It knows nothing of checkpoints; what a sink makes of it at a checkpoint is the design.
// Read next: dynamoDbSyncSink.ts.
import { BatchWriter, RECORDS } from './batchWriter.ts'
import type { RecordBuffer } from './buffers/recordBuffer.ts'
import { encodeRecord } from './encodedRecord.ts'
import type { RuntimeContext, SinkRecord } from './interfaces.ts'
import { checkRecord, MAX_BATCH_ITEMS } from './item.ts'
import type { BackoffPolicy } from './retry.ts'

export interface BatchingOptions {
  readonly table: string
  readonly buffer: RecordBuffer
  /** Records a request may hold, 1 to 25, and the size at which the buffer is flushed. */
  readonly batchLimit: number
  /** False: only the owner flushes, and no timer is armed. */
  readonly flushWhenFull: boolean
  readonly flushIntervalMs: number
  readonly backoff: BackoffPolicy
  /** Records are serialised when they come in, once, and not when they are sent. Default false. */
  readonly encodeOnEntry?: boolean
}

export class DynamoDbBatchingOutputFormat {
  readonly buffer: RecordBuffer
  readonly #options: BatchingOptions
  #context: RuntimeContext | undefined
  #writer: BatchWriter<SinkRecord> | undefined
  #flushing: Promise<void> = Promise.resolve()
  /** False from the step that finds the buffer empty, not from when the promise settles: a record may come in between. */
  #looping = false
  #disarm: (() => void) | undefined

  constructor(options: BatchingOptions) {
    if (!Number.isInteger(options.batchLimit) || options.batchLimit < 1 || options.batchLimit > MAX_BATCH_ITEMS)
      throw new RangeError(`batchLimit: expected 1 to ${MAX_BATCH_ITEMS}, got ${options.batchLimit}`)
    this.#options = options
    this.buffer = options.buffer
  }

  open(context: RuntimeContext): void {
    this.#context = context
    this.#writer = new BatchWriter(context, this.#options.table, this.#options.backoff, RECORDS)
    if (!this.buffer.isEmpty) this.#arm()
  }

  writeRecord(record: SinkRecord): void | Promise<void> {
    checkRecord(record)
    // A delete has no item whose text could be kept.
    const encodes = this.#options.encodeOnEntry === true && record.op !== 'delete'
    this.buffer.add(encodes ? encodeRecord(record) : record)
    if (!this.#options.flushWhenFull) return
    if (this.buffer.size >= this.#options.batchLimit) return this.flush()
    if (!this.#looping) this.#arm()
  }

  /** Settles when all that is buffered is written. A flush under way is joined: there is never a second loop. */
  flush(): Promise<void> {
    if (!this.#looping) this.#flushing = this.#drain()
    return this.#flushing
  }

  /** For close(): one try for each batch and no retry, since nobody waits any longer. Says whether all was written. */
  async flushOnce(): Promise<boolean> {
    const { writer } = this.#opened()
    let batch: readonly SinkRecord[] = writer.current.length > 0 ? writer.current : this.#take()
    while (batch.length > 0) {
      if (!(await writer.writeOnce(batch))) return false
      batch = this.#take()
    }
    return true
  }

  /** Drops what is held. */
  discard(): void {
    this.buffer.clear()
    this.#writer?.forget()
    this.#disarmTimer()
  }

  /** The batch being written or waiting for its back-off, and that back-off's level. */
  get writing(): { readonly records: readonly SinkRecord[]; readonly level: number } {
    return { records: this.#writer?.current ?? [], level: this.#writer?.level ?? 0 }
  }

  async #drain(): Promise<void> {
    const { writer } = this.#opened()
    this.#disarmTimer()
    this.#looping = true
    try {
      for (let batch = this.#take(); batch.length > 0; batch = this.#take()) await writer.write(batch)
      writer.forget()
    } finally {
      this.#looping = false
    }
  }

  #take(): readonly SinkRecord[] {
    return this.buffer.isEmpty ? [] : this.buffer.takeBatch(this.#options.batchLimit)
  }

  #arm(): void {
    if (this.#disarm !== undefined || !this.#options.flushWhenFull) return
    this.#disarm = this.#opened().context.processingTime.registerTimer(this.#options.flushIntervalMs, () => {
      this.#disarm = undefined
      return this.flush()
    })
  }

  #disarmTimer(): void {
    this.#disarm?.()
    this.#disarm = undefined
  }

  #opened(): { readonly context: RuntimeContext; readonly writer: BatchWriter<SinkRecord> } {
    if (this.#context === undefined || this.#writer === undefined)
      throw new Error('expected open() before the first write')
    return { context: this.#context, writer: this.#writer }
  }
}
