// What the threads of a divided search share: a few counters, and a ring of states from each thread to each other one.
// Everything else a thread has for itself. A ring has one writer and one reader: entries are plain words, and the counter
// that is stored after them (Atomics, sequentially consistent) makes them visible. Next: shard.ts, which uses it.

import { ENTRY_EXTRA, type Outbox } from './engine.ts'
import { layoutOf } from './layout.ts'
import type { Spec } from './spec.ts'

/** Can be posted to a worker as it is. */
export interface SharedMemory {
  readonly shards: number
  readonly ringEntries: number
  readonly words: number
  readonly buffer: SharedArrayBuffer
}

const MOST_SHARDS = 16
/** Small enough for the processor's caches, large enough that a slice of states nearly always has room. */
const RING_ENTRIES = 1 << 15

/** @throws RangeError where `shards` or `ringEntries` is no power of two within its limits. */
export function sharedMemory(spec: Spec, shards: number, ringEntries = RING_ENTRIES): SharedMemory {
  const isPower = (n: number) => Number.isInteger(n) && n > 0 && (n & (n - 1)) === 0
  if (!isPower(shards) || shards > MOST_SHARDS)
    throw new RangeError(`shards: expected a power of two up to ${MOST_SHARDS}, got ${shards}`)
  if (!isPower(ringEntries)) throw new RangeError(`ringEntries: expected a power of two, got ${ringEntries}`)
  const { words } = layoutOf(spec.variables)
  const ring = ringEntries * (words + ENTRY_EXTRA)
  const ints = CONTROL + shards * SHARD + shards * shards * (RING_COUNTERS + ring)
  return { shards, ringEntries, words, buffer: new SharedArrayBuffer(ints * Int32Array.BYTES_PER_ELEMENT) }
}

// Counters of different writers are at least a cache line apart.
const LINE = 16
const CONTROL = 2 * LINE
const CHANGES = 0
const FAILED = LINE
const SHARD = LINE
const RING_COUNTERS = 2 * LINE

/** What a thread says of itself when it has closed a level. */
export interface Closing {
  /** Of the next level. */
  readonly newStates: number
  readonly states: number
  /** A violation was found, and the search is to stop at the first. */
  readonly stop: boolean
}

/** One thread's view of the shared memory. */
export class Exchange {
  readonly outboxes: readonly (Outbox | undefined)[]
  private readonly ints: Int32Array
  private readonly memory: SharedMemory
  private readonly shard: number
  private readonly others: readonly number[]

  constructor(memory: SharedMemory, shard: number) {
    this.memory = memory
    this.shard = shard
    this.ints = new Int32Array(memory.buffer)
    const all = Array.from({ length: memory.shards }, (_, i) => i)
    this.others = all.filter((other) => other !== shard)
    this.outboxes = all.map((to) =>
      to === shard ? undefined : { ring: this.ring(shard, to), mask: memory.ringEntries - 1, head: 0 },
    )
  }

  /** Changes so far: what `wait` is given, read before the look that found nothing to do. */
  changes(): number {
    return Atomics.load(this.ints, CHANGES)
  }
  /** Sleeps until something has changed since; at most a tenth of a second. */
  wait(since: number): void {
    Atomics.wait(this.ints, CHANGES, since, 100)
  }
  fail(): void {
    Atomics.store(this.ints, FAILED, 1)
    this.changed()
  }
  get failed(): boolean {
    return Atomics.load(this.ints, FAILED) !== 0
  }

  /** Entries that can be written to every ring before the others must have read. */
  room(): number {
    let least = Number.POSITIVE_INFINITY
    for (const to of this.others) {
      const read = Atomics.load(this.ints, this.counters(this.shard, to) + LINE)
      const written = ((this.outboxes[to] as Outbox).head - read) | 0 // counters wrap around
      least = Math.min(least, this.memory.ringEntries - written)
    }
    return least
  }
  /** Makes visible what has been written. */
  publish(): void {
    for (const to of this.others)
      Atomics.store(this.ints, this.counters(this.shard, to), (this.outboxes[to] as Outbox).head)
    this.changed()
  }
  /** Hands over what the others have made visible. Returns how many entries. */
  take(receive: (ring: Int32Array, mask: number, first: number, count: number) => void): number {
    let taken = 0
    for (const from of this.others) {
      const at = this.counters(from, this.shard)
      const tail = Atomics.load(this.ints, at + LINE)
      const count = (Atomics.load(this.ints, at) - tail) | 0
      if (count === 0) continue
      receive(this.ring(from, this.shard), this.memory.ringEntries - 1, tail, count)
      Atomics.store(this.ints, at + LINE, tail + count)
      taken += count
    }
    if (taken > 0) this.changed()
    return taken
  }

  /** This thread has expanded its part of the level with this number, and made visible all it sent. */
  announceExpanded(level: number): void {
    Atomics.store(this.ints, this.of(this.shard) + EXPANDED, level + 1)
    this.changed()
  }
  allExpanded(level: number): boolean {
    return this.others.every((other) => Atomics.load(this.ints, this.of(other) + EXPANDED) > level)
  }
  announceClosed(level: number, { newStates, states, stop }: Closing): void {
    const at = this.of(this.shard)
    Atomics.store(this.ints, at + NEW_STATES, newStates)
    Atomics.store(this.ints, at + STATES, states)
    Atomics.store(this.ints, at + STOP, stop ? 1 : 0)
    Atomics.store(this.ints, at + CLOSED, level + 1)
    this.changed()
  }
  /** What all together say of a level; null while some have not closed it. */
  closing(level: number): Closing | null {
    let newStates = 0
    let states = 0
    let stop = false
    for (let shard = 0; shard < this.memory.shards; shard++) {
      const at = this.of(shard)
      if (Atomics.load(this.ints, at + CLOSED) <= level) return null
      newStates += Atomics.load(this.ints, at + NEW_STATES)
      states += Atomics.load(this.ints, at + STATES)
      stop ||= Atomics.load(this.ints, at + STOP) === 1
    }
    return { newStates, states, stop }
  }

  private changed(): void {
    Atomics.add(this.ints, CHANGES, 1)
    Atomics.notify(this.ints, CHANGES)
  }
  private of(shard: number): number {
    return CONTROL + shard * SHARD
  }
  /** Of a ring: entries written, and a line further entries read. */
  private counters(from: number, to: number): number {
    const { shards } = this.memory
    return CONTROL + shards * SHARD + (from * shards + to) * RING_COUNTERS
  }
  private ring(from: number, to: number): Int32Array {
    const { shards, ringEntries, words } = this.memory
    const length = ringEntries * (words + ENTRY_EXTRA)
    const first = CONTROL + shards * SHARD + shards * shards * RING_COUNTERS + (from * shards + to) * length
    return this.ints.subarray(first, first + length)
  }
}

const EXPANDED = 0
const CLOSED = 1
const NEW_STATES = 2
const STATES = 3
const STOP = 4
