// What every buffer of a sink can do, and the one rule by which all of them cut a batch. The three kinds differ in
// what they do with equal records and in which order they give them back: that is what the notes' question
// "transient HashSet or ListState?" is about. Guarantees B1-B3 are judged on this interface.
// Read next: listBuffer.ts, hashSetBuffer.ts, keyedBuffer.ts.
import { EncodedRecord } from '../encodedRecord.ts'
import type { SinkRecord } from '../interfaces.ts'

export interface RecordBuffer {
  readonly size: number
  readonly isEmpty: boolean
  /** Keeps the reference, as a Java collection does. Returns whether the buffer now holds one record more. */
  add(record: SinkRecord): boolean
  /**
   * Removes and returns the next batch in iteration order: at most `limit` records (1 or more). A repeated key closes
   * the batch: no request holds a key twice (the store would refuse it), and the order of the records stays as it was.
   */
  takeBatch(limit: number): SinkRecord[]
  /** What is held, in the order in which it would leave. The records are the live ones; the array is the caller's. */
  records(): readonly SinkRecord[]
  clear(): void
  /** Deep copies in iteration order: nothing that happens to the buffer or its records later can change them. */
  snapshot(): readonly SinkRecord[]
  /** Adds copies of what a snapshot held to what is there already. */
  restore(snapshot: readonly SinkRecord[]): void
}

/**
 * A deep copy: every field is a primitive, so this equals what a serialiser would give back with far less work. An
 * encoded record is never changed and is its own copy.
 */
export function copyRecord(record: SinkRecord): SinkRecord {
  if (record instanceof EncodedRecord) return record
  const copy = { key: record.key, version: record.version, id: record.id, value: record.value }
  return record.op === undefined ? copy : { ...copy, op: record.op }
}

/**
 * How many of `available` records make the next batch, given the key of each by its index.
 * Throws RangeError on a limit below 1: a flush until empty would never end.
 */
export function batchLength(available: number, limit: number, keyAt: (index: number) => string): number {
  checkLimit(limit)
  const most = Math.min(limit, available)
  const keys = new Set<string>()
  for (let taken = 0; taken < most; taken++) {
    const key = keyAt(taken)
    if (keys.has(key)) return taken
    keys.add(key)
  }
  return most
}

export function checkLimit(limit: number): void {
  if (!(limit >= 1)) throw new RangeError(`expected a batch limit of 1 or more, got ${limit}`)
}
