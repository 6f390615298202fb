// Where every variable of a schema lives in a state's 32-bit words.
// A variable of up to 32 bits never straddles a word; a longer vector, fifo or bag takes consecutive words whose
// elements never straddle either, so that reading an element is always one load, one shift and one mask.
// Next: packed.ts generates the views from these fields.

import type { Declaration, Schema } from './schema.ts'

/** The place of one variable. `elementBits` is 0 where the range is 0..0: such a variable takes no room. */
export interface Field {
  readonly name: string
  readonly declaration: Declaration
  readonly elementBits: number
  readonly elements: number
  /** First word and, within it, first bit of element 0. */
  readonly word: number
  readonly bit: number
  /** Elements a word holds where the variable spans several; Infinity where one word is enough. */
  readonly perWord: number
  readonly spannedWords: number
  /** Of a fifo: where its length is. In one-word fifos it sits directly below the items. */
  readonly lengthWord: number
  readonly lengthBit: number
  readonly lengthBits: number
}
export interface Layout {
  readonly fields: readonly Field[]
  readonly words: number
  /** Bits that carry information; words * 32 minus this is padding. */
  readonly bits: number
}

export const bitsFor = (max: number): number => (max <= 0 ? 0 : 32 - Math.clz32(max))

/** More words than this make every copy and comparison slow; it is also far beyond what an exhaustive search can finish. */
const MOST_WORDS = 64

/** Places the variables first-fit, largest first: few words, and the same schema always gives the same layout. */
export function layoutOf(schema: Schema): Layout {
  const shapes = Object.entries(schema).map(([name, declaration]) => shapeOf(name, declaration))
  const free: number[] = [] // free bits at the top of each word
  const placed = new Map<string, Field>()
  const take = (bits: number): { word: number; bit: number } => {
    let word = free.findIndex((left) => left >= bits)
    if (word < 0) word = free.push(32) - 1
    const bit = 32 - (free[word] ?? 0)
    free[word] = 32 - bit - bits
    return { word, bit: bits === 0 ? 0 : bit }
  }
  const bySize = [...shapes].sort((a, b) => b.itemBits + b.lengthBits - (a.itemBits + a.lengthBits))
  for (const { name, declaration, elements, elementBits, itemBits, lengthBits } of bySize) {
    const base = { name, declaration, elements, elementBits, lengthBits }
    if (itemBits + lengthBits <= 32) {
      const { word, bit } = take(itemBits + lengthBits)
      const at = { word, bit: bit + lengthBits, lengthWord: word, lengthBit: bit }
      placed.set(name, { ...base, ...at, perWord: Number.POSITIVE_INFINITY, spannedWords: 1 })
      continue
    }
    const perWord = Math.floor(32 / elementBits)
    const spannedWords = Math.ceil(elements / perWord)
    const word = free.length
    for (let i = 1; i < spannedWords; i++) free.push(0) // what is left over in a full word is padding
    const inLast = elements - (spannedWords - 1) * perWord
    free.push(32 - inLast * elementBits)
    const length = take(lengthBits)
    placed.set(name, { ...base, word, bit: 0, perWord, spannedWords, lengthWord: length.word, lengthBit: length.bit })
  }
  if (free.length > MOST_WORDS) {
    const widest = bySize[0]
    throw new RangeError(
      `schema: expected a state of at most ${MOST_WORDS} words, got ${free.length}; the largest variable is ${widest?.name} (${widest?.itemBits} bits): lower its length or max, or use the plain storage, which has no such limit`,
    )
  }
  const fields = shapes.map(({ name }) => placed.get(name) as Field)
  const bits = shapes.reduce((sum, shape) => sum + shape.itemBits + shape.lengthBits, 0)
  return { fields, words: Math.max(1, free.length), bits }
}

function shapeOf(name: string, declaration: Declaration) {
  const elementBits = bitsFor(declaration.max)
  const elements =
    declaration.kind === 'scalar'
      ? 1
      : declaration.kind === 'vector'
        ? declaration.length
        : declaration.kind === 'fifo'
          ? declaration.capacity
          : declaration.values
  const lengthBits = declaration.kind === 'fifo' ? bitsFor(declaration.capacity) : 0
  return { name, declaration, elementBits, elements, itemBits: elements * elementBits, lengthBits }
}
