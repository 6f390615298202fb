// The notes' `transient HashSet<In> buffer` with Java's semantics, which a JS Set has not: equality by value, an equal
// element added again is dropped and the old one stays, iteration order unspecified (here: by a seeded hash taken at
// add). A record changed after its add is lost to lookups, by its old value and by its new one, and can get in twice.
// Read next: hashSetBuffer.test.ts, the counterexamples to B1 and B2.
import type { SinkRecord } from '../interfaces.ts'
import { batchLength, copyRecord, type RecordBuffer } from './recordBuffer.ts'
import { hashOfKey, hashOfRecord } from './recordHash.ts'

export interface HashSetOptions {
  /** What equals and hashCode look at: all fields (default), or the key alone, as with `@EqualsAndHashCode(of = "key")`. */
  readonly equality?: 'value' | 'key'
  /** Seed of the hash; another seed is another iteration order. Default 0. */
  readonly seed?: number
  /**
   * Position in the iteration, taken once at add: lower leaves first, equal ones in the order they came.
   * A model gives its own to know the order beforehand. Default: the seeded hash of what equality looks at.
   */
  readonly order?: (record: SinkRecord) => number
}

interface Entry {
  readonly record: SinkRecord
  /** As it was at add: Java caches it too and never looks at the element's hash again. */
  readonly hash: number
  readonly order: number
  /** Next entry of the same hash, as in a bucket. */
  next: Entry | undefined
}

export class HashSetBuffer implements RecordBuffer {
  readonly #hash: (record: SinkRecord) => number
  readonly #equal: (left: SinkRecord, right: SinkRecord) => boolean
  readonly #order: ((record: SinkRecord) => number) | undefined
  readonly #buckets = new Map<number, Entry>()
  #entries: Entry[] = []
  // Entries before it have left, as in ListBuffer.
  #head = 0
  #sorted = true

  constructor(options: HashSetOptions = {}) {
    const seed = options.seed ?? 0
    const byKey = options.equality === 'key'
    this.#hash = byKey ? (record) => hashOfKey(record, seed) : (record) => hashOfRecord(record, seed)
    this.#equal = byKey ? equalKeys : equalValues
    this.#order = options.order
  }

  get size(): number {
    return this.#entries.length - this.#head
  }

  get isEmpty(): boolean {
    return this.size === 0
  }

  /** False where an equal record is held already: that one stays and this one is dropped. */
  add(record: SinkRecord): boolean {
    const hash = this.#hash(record)
    const first = this.#buckets.get(hash)
    if (this.#findFrom(first, record)) return false
    const entry: Entry = { record, hash, order: this.#order ? this.#order(record) : hash, next: first }
    this.#buckets.set(hash, entry)
    this.#entries.push(entry)
    this.#sorted = this.size === 1
    return true
  }

  /** As Java looks: at the hash of `record` now, then at the held records as they are now. */
  contains(record: SinkRecord): boolean {
    return this.#findFrom(this.#buckets.get(this.#hash(record)), record)
  }

  takeBatch(limit: number): SinkRecord[] {
    this.#sort()
    const at = (index: number): Entry => this.#entries[this.#head + index] as Entry
    const end = this.#head + batchLength(this.size, limit, (index) => at(index).record.key)
    const batch = this.#entries.slice(this.#head, end)
    this.#head = end
    for (const entry of batch) this.#unlink(entry)
    if (end * 2 >= this.#entries.length) this.#compact()
    return batch.map((entry) => entry.record)
  }

  records(): readonly SinkRecord[] {
    this.#sort()
    return this.#entries.slice(this.#head).map((entry) => entry.record)
  }

  clear(): void {
    this.#entries = []
    this.#buckets.clear()
    this.#head = 0
    this.#sorted = true
  }

  snapshot(): readonly SinkRecord[] {
    return this.records().map(copyRecord)
  }

  restore(snapshot: readonly SinkRecord[]): void {
    for (const record of snapshot) this.add(copyRecord(record))
  }

  /** Put off until the order is asked for: adds stay cheap, and a flush sorts once. */
  #sort(): void {
    if (this.#sorted) return
    this.#compact()
    this.#entries.sort((left, right) => left.order - right.order)
    this.#sorted = true
  }

  #compact(): void {
    this.#entries = this.#entries.slice(this.#head)
    this.#head = 0
  }

  #findFrom(first: Entry | undefined, record: SinkRecord): boolean {
    for (let entry = first; entry !== undefined; entry = entry.next) {
      if (entry.record === record || this.#equal(entry.record, record)) return true
    }
    return false
  }

  #unlink(gone: Entry): void {
    const first = this.#buckets.get(gone.hash)
    if (first !== gone) {
      let before = first
      while (before !== undefined && before.next !== gone) before = before.next
      if (before !== undefined) before.next = gone.next
    } else if (gone.next === undefined) this.#buckets.delete(gone.hash)
    else this.#buckets.set(gone.hash, gone.next)
  }
}

const equalKeys = (left: SinkRecord, right: SinkRecord): boolean => left.key === right.key

const equalValues = (left: SinkRecord, right: SinkRecord): boolean =>
  left.key === right.key &&
  left.version === right.version &&
  left.id === right.id &&
  left.value === right.value &&
  left.op === right.op
