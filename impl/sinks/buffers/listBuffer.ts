// A multiset in arrival order: what a list copied into Flink's ListState at the snapshot holds (design listStateBuffer).
// B1 (nothing collapses), B2 (order kept) and B3 (snapshot isolated) hold for it. On rescale the order across old
// subtasks is lost all the same: ../../runtime/operatorState.ts.
// Read next: hashSetBuffer.ts, for which B1 and B2 fall.
import type { SinkRecord } from '../interfaces.ts'
import { batchLength, copyRecord, type RecordBuffer } from './recordBuffer.ts'

export class ListBuffer implements RecordBuffer {
  #records: SinkRecord[] = []
  // Records before it have left. Removing them one batch at a time would move the whole rest each time.
  #head = 0

  get size(): number {
    return this.#records.length - this.#head
  }

  get isEmpty(): boolean {
    return this.size === 0
  }

  add(record: SinkRecord): boolean {
    this.#records.push(record)
    return true
  }

  takeBatch(limit: number): SinkRecord[] {
    const length = batchLength(this.size, limit, (index) => (this.#records[this.#head + index] as SinkRecord).key)
    const end = this.#head + length
    const batch = this.#records.slice(this.#head, end)
    this.#head = end
    if (end * 2 >= this.#records.length) {
      this.#records = this.#records.slice(end)
      this.#head = 0
    }
    return batch
  }

  records(): readonly SinkRecord[] {
    return this.#records.slice(this.#head)
  }

  clear(): void {
    this.#records = []
    this.#head = 0
  }

  snapshot(): readonly SinkRecord[] {
    return this.records().map(copyRecord)
  }

  restore(snapshot: readonly SinkRecord[]): void {
    for (const record of snapshot) this.add(copyRecord(record))
  }
}
