// The last write of a key wins and takes the place of the one before: what overwriteByPartitionKeys in Flink's
// DynamoDB sink does within a batch, here over the whole buffer. Right for upserts of whole rows, where only the
// newest version of a key counts; wrong where every record counts (appends, counters): B1 falls on purpose.
// Read next: recordBuffer.ts.
import type { SinkRecord } from '../interfaces.ts'
import { checkLimit, copyRecord, type RecordBuffer } from './recordBuffer.ts'

export class KeyedBuffer implements RecordBuffer {
  // A Map keeps the position of a key that is set again: exactly "position of the old".
  readonly #byKey = new Map<string, SinkRecord>()
  // Kept over batches: a new one would walk past the traces of all deleted keys each time. It never ends: it is not
  // asked for more than there is, and sees keys that are added later.
  #next: MapIterator<[string, SinkRecord]> | null = null

  get size(): number {
    return this.#byKey.size
  }

  get isEmpty(): boolean {
    return this.#byKey.size === 0
  }

  /** False where an older record of the key was replaced: the buffer is no larger. */
  add(record: SinkRecord): boolean {
    const before = this.#byKey.size
    this.#byKey.set(record.key, record)
    return this.#byKey.size > before
  }

  takeBatch(limit: number): SinkRecord[] {
    checkLimit(limit)
    const batch: SinkRecord[] = []
    const most = Math.min(limit, this.#byKey.size)
    this.#next ??= this.#byKey.entries()
    while (batch.length < most) {
      const { value } = this.#next.next()
      if (value === undefined) break
      const [key, record] = value
      batch.push(record)
      this.#byKey.delete(key)
    }
    return batch
  }

  records(): readonly SinkRecord[] {
    return [...this.#byKey.values()]
  }

  clear(): void {
    this.#byKey.clear()
    this.#next = null
  }

  snapshot(): readonly SinkRecord[] {
    return this.records().map(copyRecord)
  }

  restore(snapshot: readonly SinkRecord[]): void {
    for (const record of snapshot) this.add(copyRecord(record))
  }
}
