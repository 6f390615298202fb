// A record that was serialised when it came in: the JSON text of its PutRequest, which is what a flush sends and what
// ListState keeps. Text cannot change, so it needs no copy in a snapshot and no serialiser at a flush. It is still a
// record to every buffer and still a WriteRequest to every transport; the value is in the text alone.
// Read next: item.ts, batchWriter.ts, ../store/fastClient.ts.
import type { SinkRecord } from './interfaces.ts'
import { type Item, toItem } from './item.ts'

export class EncodedRecord implements SinkRecord {
  readonly key: string
  readonly version: number
  readonly id: string
  /** `{"PutRequest":{"Item":...}}`, as BatchWriteItem spells it. */
  readonly json: string

  constructor(key: string, version: number, id: string, json: string) {
    this.key = key
    this.version = version
    this.id = id
    this.json = json
  }

  get value(): string {
    return this.PutRequest.Item.value?.S ?? ''
  }

  /** For transports that serialise by themselves. */
  get PutRequest(): { readonly Item: Item } {
    return (JSON.parse(this.json) as { PutRequest: { Item: Item } }).PutRequest
  }
}

export function encodeRecord(record: SinkRecord): EncodedRecord {
  if (record instanceof EncodedRecord) return record
  const json = JSON.stringify({ PutRequest: { Item: toItem(record) } })
  return new EncodedRecord(record.key, record.version, record.id, json)
}

/**
 * From the text that a checkpoint holds.
 * @throws Error where it is no PutRequest of ours: what cannot be read must not be written.
 */
export function decodeRecord(json: string): EncodedRecord {
  const { pk, version, id } = (JSON.parse(json) as { PutRequest?: { Item?: Item } }).PutRequest?.Item ?? {}
  if (pk?.S === undefined || version?.N === undefined || id?.S === undefined)
    throw new Error(`expected the PutRequest of a record with pk, version and id, got ${json.slice(0, 80)}`)
  return new EncodedRecord(pk.S, Number(version.N), id.S, json)
}
