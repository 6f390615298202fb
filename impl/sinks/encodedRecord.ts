// A record that was serialised when it came in: the JSON text of its PutRequest, which is what a flush sends and what
// ListState keeps. Text cannot change, so it needs no copy in a snapshot and no serialiser at a flush. It is still a
// record to every buffer and still a WriteRequest to every transport; the value is in the text alone.
// Read next: item.ts, batchWriter.ts, ../store/fastClient.ts.
import type { WriteRequest } from '@aws-sdk/client-dynamodb'
import { EncodedWrite } from '../store/encodedWrite.ts'
import type { SinkRecord } from './interfaces.ts'
import { ITEM_OVERHEAD_BYTES, type Item, itemBytes, toItem, toWriteRequest } from './item.ts'

export class EncodedRecord extends EncodedWrite implements SinkRecord {
  readonly key: string
  readonly version: number
  readonly id: string
  /** Upper bound of the stored size, as `itemBytes` has it: the text is never measured again. */
  readonly bytes: number

  constructor(key: string, version: number, id: string, bytes: number, json: string) {
    super(json)
    this.key = key
    this.version = version
    this.id = id
    this.bytes = bytes
  }

  get value(): string {
    return this.PutRequest?.Item?.value?.S ?? ''
  }
}

/** Printable ASCII without quote and backslash: one byte a character, and its own JSON. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

/** What JSON.stringify gives for the item, in a fifth of its time where the texts are plain; a test holds the two equal. */
export function encodeRecord(record: SinkRecord): EncodedRecord {
  if (record instanceof EncodedRecord) return record
  const { key, version, id, value } = record
  if (!PLAIN.test(value) || !PLAIN.test(key) || !PLAIN.test(id))
    return new EncodedRecord(
      key,
      version,
      id,
      itemBytes(record),
      JSON.stringify({ PutRequest: { Item: toItem(record) } }),
    )
  const json = `{"PutRequest":{"Item":{"pk":{"S":"${key}"},"version":{"N":"${version}"},"id":{"S":"${id}"},"value":{"S":"${value}"}}}}`
  return new EncodedRecord(key, version, id, ITEM_OVERHEAD_BYTES + key.length + id.length + value.length, flat(json))
}

const scratch = Buffer.allocUnsafe(16 * 1024)

/** One piece of memory: a template leaves a tree of parts, which keeps them all alive and is put together at each use. */
function flat(ascii: string): string {
  if (ascii.length > scratch.length) return ascii
  return scratch.toString('latin1', 0, scratch.write(ascii, 0, 'latin1'))
}

/**
 * From the text that a checkpoint holds.
 * @throws Error where it is no PutRequest of ours: what cannot be read must not be written.
 */
export function decodeRecord(json: string): EncodedRecord {
  const { pk, version, id, value } = (JSON.parse(json) as { PutRequest?: { Item?: Item } }).PutRequest?.Item ?? {}
  if (pk?.S === undefined || version?.N === undefined || id?.S === undefined || value?.S === undefined)
    throw new Error(`expected the PutRequest of a record with pk, version, id and value, got ${json.slice(0, 80)}`)
  const record = { key: pk.S, version: Number(version.N), id: id.S, value: value.S }
  return new EncodedRecord(record.key, record.version, record.id, itemBytes(record), json)
}

/** One element of a request, serialised already or left to the transport. */
export const writeRequestOf = (record: SinkRecord): WriteRequest =>
  record instanceof EncodedRecord ? record : toWriteRequest(record)

/** What ListState keeps of a record: the text of an encoded one, the fields of any other. */
export type StoredRecord = SinkRecord | string

export const storedRecord = (record: SinkRecord): StoredRecord =>
  record instanceof EncodedRecord ? record.json : record

/** A checkpoint is read whichever way its sink was set; the next snapshot is of the way it is set now. */
export const restoredRecord = (stored: StoredRecord): SinkRecord =>
  typeof stored === 'string' ? decodeRecord(stored) : stored
