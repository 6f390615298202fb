// Writes one batch until the store has taken all of it: BatchWriteItem, unprocessed items again after a back-off,
// throttling and 5xx the whole batch again, anything else is fatal. One request at a time.
// Read next: dynamoDbBatchingOutputFormat.ts, which decides what a batch is and when.
import type { WriteRequest } from '@aws-sdk/client-dynamodb'
import { EncodedRecord, writeRequestOf } from './encodedRecord.ts'
import type { RuntimeContext, SinkRecord } from './interfaces.ts'
import { InvalidRecordError, itemBytes, MAX_BATCH_BYTES, MAX_BATCH_ITEMS, rowOf } from './item.ts'
import { type BackoffPolicy, backoffLevels, backoffMs, isRetryable } from './retry.ts'

/** How the entries of a batch become writes; no two of a batch are about the same row. */
export interface BatchedWrites<Entry> {
  readonly toRequest: (entry: Entry) => WriteRequest
  readonly bytesOf: (entry: Entry) => number
  /** For errors. */
  readonly nameOf: (entry: Entry) => string
}

const nameOf = ({ id, key }: SinkRecord): string => `${id} (key ${JSON.stringify(key.slice(0, 80))})`

export const RECORDS: BatchedWrites<SinkRecord> = {
  toRequest: writeRequestOf,
  bytesOf: (record) => (record instanceof EncodedRecord ? record.bytes : itemBytes(record)),
  nameOf,
}

export class BatchWriter<Entry> {
  /** Entries of the batch that the store has not confirmed. */
  current: readonly Entry[] = []
  /** Back-off level of the current batch: 0 on its first try. */
  level = 0
  readonly #context: RuntimeContext
  readonly #table: string
  readonly #backoff: BackoffPolicy
  readonly #levels: number

  readonly #writes: BatchedWrites<Entry>

  constructor(context: RuntimeContext, table: string, backoff: BackoffPolicy, writes: BatchedWrites<Entry>) {
    this.#context = context
    this.#table = table
    this.#writes = writes
    this.#backoff = backoff
    this.#levels = backoffLevels(backoff)
  }

  /** Settles when every entry of the batch is in the store. Rejects on what no retry can mend. */
  async write(batch: readonly Entry[]): Promise<void> {
    this.current = batch
    this.level = 0
    while (this.current.length > 0) {
      await this.#attempt()
      if (this.current.length > 0) await this.#backOff()
    }
  }

  /** One try, no retry: true where the store has taken all of it. */
  async writeOnce(batch: readonly Entry[]): Promise<boolean> {
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
    checkBatch(sent, this.#writes)
    const requests = sent.map(this.#writes.toRequest)
    try {
      const answer = await this.#context.client.batchWriteItem({ RequestItems: { [this.#table]: requests } })
      // Of one table, whatever the store calls it: an ARN may come back as a name.
      this.current = unprocessed(sent, requests, Object.values(answer.UnprocessedItems ?? {}).flat())
    } catch (error) {
      if (!isRetryable(error)) throw fatal(error, sent.map(this.#writes.nameOf))
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
function unprocessed<Entry>(
  sent: readonly Entry[],
  requests: readonly WriteRequest[],
  back: readonly WriteRequest[],
): readonly Entry[] {
  if (back.length === 0) return []
  const keys = new Set(back.map(rowOf))
  const left = sent.filter((_, at) => keys.has(rowOf(requests[at] as WriteRequest)))
  if (left.length === back.length) return left
  throw new Error(`${back.length} items were handed back, ${left.length} of them known by the key`)
}

function checkBatch<Entry>(batch: readonly Entry[], { bytesOf }: BatchedWrites<Entry>): void {
  let bytes = 0
  for (const entry of batch) bytes += bytesOf(entry)
  if (batch.length > MAX_BATCH_ITEMS || bytes > MAX_BATCH_BYTES)
    throw new InvalidRecordError(
      `expected a batch of at most ${MAX_BATCH_ITEMS} items and ${MAX_BATCH_BYTES} bytes, got ${batch.length} items and ${bytes} bytes`,
    )
}

function fatal(error: unknown, names: readonly string[]): Error {
  const cause = error instanceof Error ? error : new Error(String(error))
  const records = `record${names.length === 1 ? '' : 's'} ${names.join(', ')}`
  const wrapped = new Error(`${cause.name}: ${cause.message} (${records})`, { cause })
  wrapped.name = 'FatalWriteError'
  return wrapped
}
