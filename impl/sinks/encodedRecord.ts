// A record that was serialised when it came in: the JSON text of its PutRequest, which is what a flush sends and what
// ListState keeps. Text cannot change, so it needs no copy in a snapshot and no serialiser at a flush. It is still a
// record to every buffer and still a WriteRequest to every transport; the value is in the text alone.
// Read next: item.ts, batchWriter.ts, ../store/fastClient.ts.
import type { WriteRequest } from '@aws-sdk/client-dynamodb'
import { EncodedWrite } from '../store/encodedWrite.ts'
import type { SinkRecord } from './interfaces.ts'
import { type Item, itemBytes, toItem } from './item.ts'

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

/** The same fields in the same order as `toItem` gives them; a test holds the two together. */
export function encodeRecord(record: SinkRecord): EncodedRecord {
  if (record instanceof EncodedRecord) return record
  const { key, version, id, value } = record
  const json = flat(
    `{"PutRequest":{"Item":{"pk":{"S":${quoted(key)}},"version":{"N":"${version}"},` +
      `"id":{"S":${quoted(id)}},"value":{"S":${quoted(value)}}}}}`,
  )
  return new EncodedRecord(key, version, id, itemBytes(record), json)
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

/** Printable ASCII without quote and backslash is its own JSON; asking is four times as fast as quoting. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text))

const ASCII = /^[\x20-\x7e]*$/
const scratch = Buffer.allocUnsafe(16 * 1024)

/** One piece of memory: a template leaves a tree of parts, which keeps them all alive and is put together at each use. */
function flat(text: string): string {
  if (text.length > scratch.length || !ASCII.test(text)) return text
  return scratch.toString('latin1', 0, scratch.write(text, 0, 'latin1'))
}

/** One element of a request, serialised already or left to the transport. */
export const writeRequestOf = (record: SinkRecord): WriteRequest =>
  record instanceof EncodedRecord ? record : { PutRequest: { Item: toItem(record) } }

/** What ListState keeps of a record: the text of an encoded one, the fields of any other. */
export type StoredRecord = SinkRecord | string

export const storedRecord = (record: SinkRecord): StoredRecord =>
  record instanceof EncodedRecord ? record.json : record

/** A checkpoint is read whichever way its sink was set; the next snapshot is of the way it is set now. */
export const restoredRecord = (stored: StoredRecord): SinkRecord =>
  typeof stored === 'string' ? decodeRecord(stored) : stored
