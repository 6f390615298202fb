// Where every variable of a schema lives in a state's 32-bit words.
// A variable of up to 32 bits never straddles a word. A longer vector, fifo or bag takes consecutive words from bit 0,
// its elements widened to 1, 2, 4, 8, 16 or 32 bits so that none straddles: reading an element is always one load,
// one shift and one mask. Next: views.ts and packed.ts, which read and write these places.

import type { Declaration, Schema } from './schema.ts'

/** The place of one variable. A place is word * 32 + bit. */
export interface Field {
  readonly name: string
  readonly declaration: Declaration
  /** Bits of one element; 0 where the range is 0..0, which takes no room. */
  readonly elementBits: number
  /** Distance between elements: elementBits, or more where the variable spans words. */
  readonly stride: number
  readonly elements: number
  readonly place: number
  readonly lastWord: number
  /** The bits of the elements within the last word. */
  readonly region: number
  /** Of a fifo: where its length is, and its bits. */
  readonly lengthPlace: number
  readonly lengthBits: number
}
export interface Layout {
  readonly fields: readonly Field[]
  readonly words: number
}

export const bitsFor = (max: number): number => (max <= 0 ? 0 : 32 - Math.clz32(max))
const maskOf = (bits: number): number => (bits >= 32 ? -1 : 2 ** bits - 1) | 0

/** More words make every copy and comparison slow, and are far beyond what an exhaustive search can finish. */
const MOST_WORDS = 64

/** Places the variables first-fit, largest first: few words, and the same schema always has the same layout. */
export function layoutOf(schema: Schema): Layout {
  const shapes = Object.entries(schema).map(([name, declaration]) => shapeOf(name, declaration))
  const bySize = [...shapes].sort((a, b) => sizeOf(b) - sizeOf(a))
  const room = new Room()
  const placed = new Map(bySize.map((shape) => [shape.name, fieldOf(shape, room)]))
  if (room.words > MOST_WORDS) {
    const largest = bySize[0] as Shape
    throw new RangeError(
      `schema: expected a state of at most ${MOST_WORDS} words, got ${room.words}; the largest variable is ${largest.name} with ${sizeOf(largest)} bits: lower its length or its max, or use the plain storage, which has no such limit`,
    )
  }
  return { fields: shapes.map(({ name }) => placed.get(name) as Field), words: Math.max(1, room.words) }
}

interface Shape {
  readonly name: string
  readonly declaration: Declaration
  readonly elements: number
  readonly elementBits: number
  readonly lengthBits: number
}
const sizeOf = ({ elements, elementBits, lengthBits }: Shape): number => elements * elementBits + lengthBits

function shapeOf(name: string, declaration: Declaration): Shape {
  const lengthBits = declaration.kind === 'fifo' ? bitsFor(declaration.capacity) : 0
  return { name, declaration, elements: elementsOf(declaration), elementBits: bitsFor(declaration.max), lengthBits }
}

function elementsOf(declaration: Declaration): number {
  switch (declaration.kind) {
    case 'scalar':
      return 1
    case 'vector':
      return declaration.length
    case 'fifo':
      return declaration.capacity
    case 'bag':
      return declaration.values
  }
}

/** The words taken so far; what is free in a word is always its top. */
class Room {
  private readonly free: number[] = []

  get words(): number {
    return this.free.length
  }
  /** A place for up to 32 bits within one word. */
  take(bits: number): number {
    if (bits === 0) return 0
    let word = this.free.findIndex((left) => left >= bits)
    if (word < 0) word = this.free.push(32) - 1
    const left = this.free[word] as number
    this.free[word] = left - bits
    return word * 32 + 32 - left
  }
  /** A place for whole words, the last of which is filled up to `bitsInLast`. */
  takeWords(words: number, bitsInLast: number): number {
    const first = this.free.length
    for (let i = 1; i < words; i++) this.free.push(0)
    this.free.push(32 - bitsInLast)
    return first * 32
  }
}

function fieldOf(shape: Shape, room: Room): Field {
  const { elements, elementBits, lengthBits } = shape
  if (sizeOf(shape) <= 32) {
    const start = room.take(sizeOf(shape)) // of a fifo, the length comes first
    const place = sizeOf(shape) === lengthBits ? start : start + lengthBits
    const region = maskOf(elements * elementBits) << place
    return { ...shape, stride: elementBits, place, lastWord: place >>> 5, region, lengthPlace: start }
  }
  const stride = 2 ** Math.ceil(Math.log2(elementBits))
  const perWord = 32 / stride
  const words = Math.ceil(elements / perWord)
  const bitsInLast = (elements - (words - 1) * perWord) * stride
  const place = room.takeWords(words, bitsInLast)
  const lastWord = (place >>> 5) + words - 1
  return { ...shape, stride, place, lastWord, region: maskOf(bitsInLast), lengthPlace: room.take(lengthBits) }
}
