// The states a search has found: one growing arena of packed words that is state list, visited set and queue at once.
// Beside each state its parent and the rule that led to it (5 or 6 bytes, enough for every trace), and an
// open-addressing index of 4-byte slots whose spare bits hold a hash tag, so that most misses never touch the arena.
// Nothing is sized to the answer: arrays double as states arrive. engine.ts generates the insertion that fills it.

import { hashOf } from './hash.ts'

/** A slot of the index: the low bits hold the number of a state plus one, the others a tag of its hash. */
export const SLOT_BITS = 26
export const SLOT_MASK = (1 << SLOT_BITS) - 1
/** The most states a table can hold. */
export const MOST_STATES = SLOT_MASK - 1

/** Above this share of used slots the index doubles: 0.7 keeps look-ups near two probes. */
const FULLEST = 0.7
const FIRST_ROWS = 1024

export class StateTable {
  readonly words: number
  arena: Int32Array
  parent: Int32Array
  /** The rule that led to a state; of an initial state 0, and its parent is -1 minus the number of the root. */
  rule: Uint8Array | Uint16Array
  index: Int32Array
  count = 0

  constructor(words: number, rules: number) {
    this.words = words
    this.arena = new Int32Array(FIRST_ROWS * words)
    this.parent = new Int32Array(FIRST_ROWS)
    this.rule = rules <= 0x100 ? new Uint8Array(FIRST_ROWS) : new Uint16Array(FIRST_ROWS)
    this.index = new Int32Array(FIRST_ROWS * 2)
  }

  /** How many states can be inserted before `grow` must be called. */
  get room(): number {
    return Math.min(this.parent.length, Math.floor(this.index.length * FULLEST)) - this.count
  }

  /** Doubles what is too small for `more` further states. */
  grow(more: number): void {
    let rows = this.parent.length
    while (rows < this.count + more) rows *= 2
    if (rows > this.parent.length) {
      this.arena = copied(this.arena, new Int32Array(rows * this.words))
      this.parent = copied(this.parent, new Int32Array(rows))
      this.rule = copied(this.rule, this.rule instanceof Uint8Array ? new Uint8Array(rows) : new Uint16Array(rows))
    }
    let slots = this.index.length
    while (this.count + more > slots * FULLEST) slots *= 2
    if (slots > this.index.length) this.reindex(slots)
  }

  private reindex(slots: number): void {
    const index = new Int32Array(slots)
    const mask = slots - 1
    for (let id = 0; id < this.count; id++) {
      const hash = hashOf(this.arena, id * this.words, this.words)
      let slot = hash & mask
      while (index[slot] !== 0) slot = (slot + 1) & mask
      index[slot] = (hash & ~SLOT_MASK) | (id + 1)
    }
    this.index = index
  }

  /** Bytes a state takes: rows in use plus the whole index, as allocated. */
  get bytesPerState(): number {
    if (this.count === 0) return 0
    return this.words * 4 + 4 + this.rule.BYTES_PER_ELEMENT + this.index.byteLength / this.count
  }

  /** Rule numbers from the root to a state, and the number of that root. */
  path(id: number): { root: number; rules: number[] } {
    const rules: number[] = []
    let at = id
    for (;;) {
      const parent = this.parent[at]
      if (parent === undefined) throw new RangeError(`path: expected a state in 0..${this.count - 1}, got ${id}`)
      if (parent < 0) return { root: -1 - parent, rules: rules.reverse() }
      rules.push(this.rule[at] as number)
      at = parent
    }
  }
}

function copied<T extends Int32Array | Uint8Array | Uint16Array>(from: T, to: T): T {
  to.set(from)
  return to
}
