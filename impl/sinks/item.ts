// A record as an item of the table, and the guards that come before sending: what the store would refuse for its size
// is refused here, with the record named. Sizes are UTF-8 bytes, as DynamoDB counts them.
// Read next: batchWriter.ts.
import type { AttributeValue, WriteRequest } from '@aws-sdk/client-dynamodb'
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

/** A record as one of the writes of BatchWriteItem: no condition, and a delete leaves nothing. */
export const toWriteRequest = (record: SinkRecord): WriteRequest =>
  record.op === 'delete'
    ? { DeleteRequest: { Key: { pk: { S: record.key } } } }
    : { PutRequest: { Item: toItem(record) } }

/** The key of the row that a write of BatchWriteItem is about. */
export const rowOf = ({ PutRequest, DeleteRequest }: WriteRequest): string | undefined =>
  (PutRequest?.Item ?? DeleteRequest?.Key)?.pk?.S

/** What a fenced delete leaves: no value, but the version, so that nothing older comes back. Readers take it for absent. */
const toTombstone = ({ key, version, id }: SinkRecord): Item => ({
  pk: { S: key },
  version: { N: String(version) },
  id: { S: id },
  deleted: { BOOL: true },
})

/** A record with its version, whatever it does to its key. */
export const toVersionedItem = (record: SinkRecord): Item =>
  record.op === 'delete' ? toTombstone(record) : toItem(record)

export const isTombstone = (item: Item): boolean => item.deleted?.BOOL === true

const NAMES_BYTES = 'pk'.length + 'version'.length + 'id'.length
/** A number takes at most 21 bytes (DynamoDB: about one byte per two digits, plus one). */
const NUMBER_BYTES = 21

/** Of an item, besides the texts of key, id and value. */
export const ITEM_OVERHEAD_BYTES = NAMES_BYTES + NUMBER_BYTES + 'value'.length

/** Upper bound of the stored size in bytes. */
export function itemBytes(record: SinkRecord): number {
  const { key, id, value, op } = record
  const text = Buffer.byteLength(key) + Buffer.byteLength(id)
  return op === 'delete'
    ? NAMES_BYTES + NUMBER_BYTES + 'deleted'.length + 1 + text
    : ITEM_OVERHEAD_BYTES + text + Buffer.byteLength(value)
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
