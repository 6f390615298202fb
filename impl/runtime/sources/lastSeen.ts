// The last version seen of each key, to notice an input whose versions contradict each other. Bounded: beyond `capacity`
// keys the one not seen for longest is forgotten, and `forgotten` says how many were, so that "no contradiction found"
// can be said with its limit. Not part of the checkpoint: after a restart it begins empty.
// Read next: toRecord.ts.
import { createHash } from 'node:crypto'

export interface Seen {
  readonly version: number
  readonly line: number
  /** Digest of the content: of large rows only this is kept. */
  readonly content: string
}

export class LastSeen {
  readonly #capacity: number
  // A Map walks in insertion order; a key is taken out and put in again when seen, so the first is the oldest.
  readonly #byKey = new Map<string, Seen>()
  #forgotten = 0

  /** About 300 bytes a key: 100,000 keys are 30 MB. */
  constructor(capacity = 100_000) {
    if (!Number.isInteger(capacity) || capacity < 1)
      throw new RangeError(`expected a capacity of 1 or more, got ${capacity}`)
    this.#capacity = capacity
  }

  get forgotten(): number {
    return this.#forgotten
  }

  clear(): void {
    this.#byKey.clear()
  }

  /** What was seen of the key before, and this. The higher version is kept. */
  exchange(key: string, version: number, line: number, json: string): { before: Seen | undefined; now: Seen } {
    const before = this.#byKey.get(key)
    const now = { version, line, content: digest(json) }
    this.#byKey.delete(key)
    this.#byKey.set(key, before !== undefined && before.version > version ? before : now)
    if (this.#byKey.size > this.#capacity) {
      const [oldest] = this.#byKey.keys()
      this.#byKey.delete(oldest as string)
      this.#forgotten += 1
    }
    return { before, now }
  }
}

const digest = (json: string): string => (json.length <= 64 ? json : createHash('sha256').update(json).digest('base64'))
