// A record as an item of the table, and the guards that come before sending: what the store would refuse for its size
// is refused here, with the record named. Sizes are UTF-8 bytes, as DynamoDB counts them.
// Read next: batchWriter.ts.
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { SinkRecord } from './interfaces.ts'

export type Item = Record<string, AttributeValue>

export const MAX_ITEM_BYTES = 400 * 1024
export const MAX_BATCH_ITEMS = 25
export const MAX_BATCH_BYTES = 16 * 1024 * 1024

/** A record the store can never take. Fatal: no retry helps. */
export class InvalidRecordError extends Error {
  override readonly name = 'InvalidRecordError'
}

/** `pk` is the key; id and version travel with the row so that its origin can be judged from the store alone. */
export const toItem = (record: SinkRecord): Item => ({
  pk: { S: record.key },
  version: { N: String(record.version) },
  id: { S: record.id },
  value: { S: record.value },
})

const NAMES_BYTES = 'pk'.length + 'version'.length + 'id'.length + 'value'.length
/** A number takes at most 21 bytes (DynamoDB: about one byte per two digits, plus one). */
const NUMBER_BYTES = 21

/** Of an item, besides the texts of key, id and value. */
export const ITEM_OVERHEAD_BYTES = NAMES_BYTES + NUMBER_BYTES

/** Upper bound of the stored size in bytes. */
export function itemBytes(record: SinkRecord): number {
  const text = Buffer.byteLength(record.key) + Buffer.byteLength(record.id) + Buffer.byteLength(record.value)
  return ITEM_OVERHEAD_BYTES + text
}

/** @throws InvalidRecordError naming the record, where its key is empty or its item too large. */
export function checkRecord(record: SinkRecord): void {
  if (record.key === '') throw new InvalidRecordError(`record ${record.id}: expected a key, got an empty one`)
  const bytes = itemBytes(record)
  if (bytes > MAX_ITEM_BYTES)
    throw new InvalidRecordError(
      `record ${record.id} (key ${JSON.stringify(record.key.slice(0, 80))}): an item may have ${MAX_ITEM_BYTES} bytes, this one has ${bytes}`,
    )
}
