// The packed views: vector, fifo and bag over 32-bit words, positions in fields.
// One class a kind for every variable of every spec, on purpose: rules written once run for many configurations in one
// process, and V8 keeps them fast only while the objects they touch have the same shape. Views with their positions
// compiled in were no faster alone and twice as slow after half a dozen configurations.
// A place is word * 32 + bit; JavaScript shifts take the low five bits of their operand, so `W[p >>> 5] >>> p` reads it.

import type { Field } from './layout.ts'
import type { Bag, Fifo, Vector } from './schema.ts'

export const maskOf = (bits: number): number => (bits >= 32 ? -1 : 2 ** bits - 1) | 0

/** Throws the error of a write that would leave the range and so change a neighbour. The same words as plain.ts. */
export function refuse(name: string, what: string, least: number, most: number, got: number): never {
  throw new RangeError(`${name}: expected ${what} in ${least}..${most}, got ${got}`)
}

/** What the views share: a run of elements, in one word or in several whole ones of which the last may be shared. */
class Elements {
  readonly words: Int32Array
  readonly name: string
  /** Place of the element with index 0. */
  readonly place: number
  readonly stride: number
  readonly mask: number
  readonly max: number
  readonly firstWord: number
  readonly lastWord: number
  /** The bits of the elements in the last word. */
  readonly region: number

  constructor(words: Int32Array, field: Field) {
    this.words = words
    this.name = field.name
    this.place = field.place
    this.stride = field.stride
    this.mask = maskOf(field.elementBits)
    this.max = field.declaration.max
    this.firstWord = field.place >>> 5
    this.lastWord = field.lastWord
    this.region = field.region
  }

  clear(): void {
    const W = this.words
    for (let w = this.firstWord; w < this.lastWord; w++) W[w] = 0
    W[this.lastWord] = (W[this.lastWord] as number) & ~this.region
  }
}

export class PackedVector extends Elements implements Vector {
  readonly length: number
  constructor(words: Int32Array, field: Field) {
    super(words, field)
    this.length = field.elements
  }
  at(index: number): number {
    const p = this.place + Math.imul(index, this.stride)
    return ((this.words[p >>> 5] as number) >>> p) & this.mask
  }
  set(index: number, value: number): void {
    if (!(index >= 0 && index < this.length)) refuse(this.name, 'an index', 0, this.length - 1, index)
    if (!(value >= 0 && value <= this.max)) refuse(this.name, 'a value', 0, this.max, value)
    const p = this.place + Math.imul(index, this.stride)
    const W = this.words
    W[p >>> 5] = ((W[p >>> 5] as number) & ~(this.mask << p)) | (value << p)
  }
}

export class PackedBag extends Elements implements Bag {
  private readonly values: number
  constructor(words: Int32Array, field: Field) {
    super(words, field)
    this.values = field.elements
  }
  get empty(): boolean {
    const W = this.words
    for (let w = this.firstWord; w < this.lastWord; w++) if (W[w] !== 0) return false
    return ((W[this.lastWord] as number) & this.region) === 0
  }
  has(value: number): boolean {
    return this.count(value) !== 0
  }
  count(value: number): number {
    const p = this.place + Math.imul(value - 1, this.stride)
    return ((this.words[p >>> 5] as number) >>> p) & this.mask
  }
  add(value: number): void {
    this.change(value, 1)
  }
  remove(value: number): void {
    this.change(value, -1)
  }
  private change(value: number, by: number): void {
    if (!(value >= 1 && value <= this.values)) refuse(this.name, 'a member', 1, this.values, value)
    const count = this.count(value) + by
    if (!(count >= 0 && count <= this.max)) refuse(`${this.name}, count of ${value}`, 'a value', 0, this.max, count)
    const p = this.place + Math.imul(value - 1, this.stride)
    this.words[p >>> 5] = (this.words[p >>> 5] as number) + (by << p)
  }
}

/** The head is element 0 and beyond the tail are zeroes, so that equal queues have equal words. */
export class PackedFifo extends Elements implements Fifo {
  private readonly capacity: number
  private readonly lengthPlace: number
  private readonly lengthMask: number
  constructor(words: Int32Array, field: Field) {
    super(words, field)
    this.capacity = field.elements
    this.lengthPlace = field.lengthPlace
    this.lengthMask = maskOf(field.lengthBits)
  }
  get length(): number {
    const p = this.lengthPlace
    return ((this.words[p >>> 5] as number) >>> p) & this.lengthMask
  }
  at(index: number): number {
    const p = this.place + Math.imul(index, this.stride)
    return ((this.words[p >>> 5] as number) >>> p) & this.mask
  }
  push(value: number): void {
    const length = this.length
    if (!(value >= 0 && value <= this.max)) refuse(this.name, 'a value', 0, this.max, value)
    if (length >= this.capacity) refuse(`${this.name}, its length`, 'a value', 0, this.capacity, length + 1)
    const W = this.words
    const p = this.place + Math.imul(length, this.stride)
    W[p >>> 5] = (W[p >>> 5] as number) + (value << p)
    W[this.lengthPlace >>> 5] = (W[this.lengthPlace >>> 5] as number) + (1 << this.lengthPlace)
  }
  shift(): number {
    if (this.length === 0) refuse(`${this.name}, its length`, 'a value', 0, this.capacity, -1)
    const W = this.words
    const { stride, lastWord, region, lengthPlace } = this
    const head = this.at(0)
    // whole words first: such a queue starts at bit 0 and its stride divides 32
    for (let w = this.firstWord; w < lastWord; w++) {
      const next = W[w + 1] as number
      W[w] = stride === 32 ? next : ((W[w] as number) >>> stride) | (next << (32 - stride))
    }
    const last = W[lastWord] as number
    W[lastWord] = (last & ~region) | (stride === 32 ? 0 : ((last & region) >>> stride) & region)
    W[lengthPlace >>> 5] = (W[lengthPlace >>> 5] as number) - (1 << lengthPlace)
    return head
  }
  override clear(): void {
    super.clear()
    const p = this.lengthPlace
    this.words[p >>> 5] = (this.words[p >>> 5] as number) & ~(this.lengthMask << p)
  }
}
