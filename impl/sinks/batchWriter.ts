// Writes one batch until the store has taken all of it: BatchWriteItem, unprocessed items again after a back-off,
// throttling and 5xx the whole batch again, anything else is fatal. One request at a time.
// Read next: dynamoDbBatchingOutputFormat.ts, which decides what a batch is and when.
import type { WriteRequest } from '@aws-sdk/client-dynamodb'
import { EncodedRecord, writeRequestOf } from './encodedRecord.ts'
import type { RuntimeContext, SinkRecord } from './interfaces.ts'
import { InvalidRecordError, itemBytes, MAX_BATCH_BYTES, MAX_BATCH_ITEMS } from './item.ts'
import { type BackoffPolicy, backoffLevels, backoffMs, isRetryable } from './retry.ts'

export class BatchWriter {
  /** Records of the batch that the store has not confirmed. */
  current: readonly SinkRecord[] = []
  /** Back-off level of the current batch: 0 on its first try. */
  level = 0
  readonly #context: RuntimeContext
  readonly #table: string
  readonly #backoff: BackoffPolicy
  readonly #levels: number

  constructor(context: RuntimeContext, table: string, backoff: BackoffPolicy) {
    this.#context = context
    this.#table = table
    this.#backoff = backoff
    this.#levels = backoffLevels(backoff)
  }

  /** Settles when every record of the batch is in the store. Rejects on what no retry can mend. */
  async write(batch: readonly SinkRecord[]): Promise<void> {
    this.current = batch
    this.level = 0
    while (this.current.length > 0) {
      await this.#attempt()
      if (this.current.length > 0) await this.#backOff()
    }
  }

  /** One try, no retry: true where the store has taken all of it. */
  async writeOnce(batch: readonly SinkRecord[]): Promise<boolean> {
    this.current = batch
    await this.#attempt()
    return this.current.length === 0
  }

  forget(): void {
    this.current = []
    this.level = 0
  }

  async #attempt(): Promise<void> {
    const sent = this.current
    checkBatch(sent)
    const requests: WriteRequest[] = sent.map(writeRequestOf)
    try {
      const answer = await this.#context.client.batchWriteItem({ RequestItems: { [this.#table]: requests } })
      // Of one table, whatever the store calls it: an ARN may come back as a name.
      this.current = unprocessed(sent, Object.values(answer.UnprocessedItems ?? {}).flat())
    } catch (error) {
      if (!isRetryable(error)) throw fatal(error, sent)
    }
  }

  async #backOff(): Promise<void> {
    this.level = Math.min(this.level + 1, this.#levels)
    await this.#context.processingTime.sleep(backoffMs(this.#backoff, this.level, () => this.#context.random()))
  }
}

/**
 * Matched by key: a batch holds a key once, and the store may spell other attributes anew.
 * @throws Error where something else came back: taken for written, what was meant would be lost without a word.
 */
function unprocessed(sent: readonly SinkRecord[], back: readonly WriteRequest[]): readonly SinkRecord[] {
  if (back.length === 0) return []
  const keys = new Set(back.map((request) => request.PutRequest?.Item?.pk?.S))
  const left = sent.filter((record) => keys.has(record.key))
  if (left.length === back.length) return left
  throw new Error(`${back.length} items were handed back, ${left.length} of them known by the key`)
}

function checkBatch(batch: readonly SinkRecord[]): void {
  let bytes = 0
  for (const record of batch) bytes += record instanceof EncodedRecord ? record.bytes : itemBytes(record)
  if (batch.length > MAX_BATCH_ITEMS || bytes > MAX_BATCH_BYTES)
    throw new InvalidRecordError(
      `expected a batch of at most ${MAX_BATCH_ITEMS} items and ${MAX_BATCH_BYTES} bytes, got ${batch.length} items and ${bytes} bytes`,
    )
}

function fatal(error: unknown, batch: readonly SinkRecord[]): Error {
  const cause = error instanceof Error ? error : new Error(String(error))
  const names = batch.map((record) => `${record.id} (key ${JSON.stringify(record.key.slice(0, 80))})`).join(', ')
  const wrapped = new Error(`${cause.name}: ${cause.message} (record${batch.length === 1 ? '' : 's'} ${names})`, {
    cause,
  })
  wrapped.name = 'FatalWriteError'
  return wrapped
}
