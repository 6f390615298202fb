// Packed storage: generated views over 32-bit words, in which reading a variable is reading bits.
// A search copies, hashes and compares states as words, so nothing is ever packed or unpacked on the way.
// The source is generated from the layout (a class with prototype accessors: an object literal with many accessors
// would be in V8's slow dictionary mode) and kept printable as `source`. Writes are range-checked: a value that does
// not fit would silently change its neighbour. plain.ts is the same thing over ordinary objects, and the test oracle.

import { type Field, type Layout, layoutOf } from './layout.ts'
import type { Schema, State } from './schema.ts'

export interface PackedStorage<V extends Schema = Schema> {
  readonly state: State<V>
  readonly words: Int32Array
  readonly layout: Layout
  /** The generated class, for reading. */
  readonly source: string
  clear(): void
}

export function packed<V extends Schema>(schema: V): PackedStorage<V> {
  const layout = layoutOf(schema)
  const words = new Int32Array(layout.words)
  const source = sourceOf(layout)
  const state = new Function('words', 'refuse', source)(words, refuse) as State<V>
  return { state, words, layout, source, clear: () => void words.fill(0) }
}

/** Throws the error of a write that would leave the range. Names what happened in the words of plain.ts. */
function refuse(name: string, what: string, most: number, got: number): never {
  throw new RangeError(`${name}: expected ${what} in 0..${most}, got ${got}`)
}

export function sourceOf(layout: Layout): string {
  const views: string[] = []
  const accessors: string[] = []
  for (const field of layout.fields) {
    if (field.declaration.kind === 'scalar') accessors.push(scalarSource(field))
    else views.push(`this[${JSON.stringify(field.name)}] = {\n${viewSource(field)}\n};`)
  }
  return `"use strict";
const W = words;
class State {
  constructor() {
${views.join('\n')}
  }
${accessors.join('\n')}
}
return new State();`
}

const mask = (bits: number): number => (bits >= 32 ? -1 : 2 ** bits - 1) | 0
const check = (field: Field, what: string, most: number, value: string): string =>
  `if (!(${value} >= 0 && ${value} <= ${most})) refuse(${JSON.stringify(field.name)}, ${JSON.stringify(what)}, ${most}, ${value});`

function scalarSource(field: Field): string {
  const { word, bit, elementBits, declaration } = field
  const name = JSON.stringify(field.name)
  const m = mask(elementBits)
  const read = elementBits === 0 ? '0' : `(W[${word}] >>> ${bit}) & ${m}`
  const write = elementBits === 0 ? '' : ` W[${word}] = W[${word}] & ${~(m << bit)} | x << ${bit};`
  return `  get ${name}() { return ${read}; }
  set ${name}(x) { ${check(field, 'a value', declaration.max, 'x')}${write} }`
}

/** JavaScript that reads element `i`, or adds to, or replaces it; `i` counts from 0. */
function elementSource(field: Field, i: string) {
  const { word, bit, elementBits: b, perWord } = field
  const m = mask(b)
  if (b === 0) return { place: '', read: '0', write: (_: string) => '', plus: (_: string) => '' }
  if (perWord === Number.POSITIVE_INFINITY) {
    const at = b === 1 ? `${bit} + ${i}` : `${bit} + (${i}) * ${b}`
    return {
      place: `const p = ${at};`,
      read: `(W[${word}] >>> ${at}) & ${m}`,
      write: (x: string) => `W[${word}] = W[${word}] & ~(${m} << p) | ${x} << p;`,
      plus: (x: string) => `W[${word}] = W[${word}] + (${x} << p);`,
    }
  }
  const w = `${word} + ((${i}) / ${perWord} | 0)`
  const p = `((${i}) % ${perWord}) * ${b}`
  return {
    place: `const w = ${w}, p = ${p};`,
    read: `(W[${w}] >>> ${p}) & ${m}`,
    write: (x: string) => `W[w] = W[w] & ~(${m} << p) | ${x} << p;`,
    plus: (x: string) => `W[w] = W[w] + (${x} << p);`,
  }
}

/** The bits of a variable's elements, word by word. */
function regions(field: Field): { word: number; bits: number }[] {
  const { word, bit, elementBits, elements, perWord, spannedWords } = field
  if (perWord === Number.POSITIVE_INFINITY) return [{ word, bits: mask(elements * elementBits) << bit }]
  return Array.from({ length: spannedWords }, (_, i) => ({
    word: word + i,
    bits: mask(Math.min(perWord, elements - i * perWord) * elementBits),
  }))
}

const clearSource = (places: readonly { word: number; bits: number }[]): string =>
  places.map(({ word, bits }) => (bits === -1 ? `W[${word}] = 0;` : `W[${word}] = W[${word}] & ${~bits};`)).join(' ')

function viewSource(field: Field): string {
  switch (field.declaration.kind) {
    case 'vector':
      return vectorSource(field)
    case 'fifo':
      return fifoSource(field)
    case 'bag':
      return bagSource(field)
    default:
      throw new Error(`${field.name}: expected a vector, fifo or bag, got ${field.declaration.kind}`)
  }
}

function vectorSource(field: Field): string {
  const { read } = elementSource(field, 'i')
  const { place, write } = elementSource(field, 'i')
  return `  length: ${field.elements},
  at(i) { return ${read}; },
  set(i, x) { ${check(field, 'an index', field.elements - 1, 'i')} ${check(field, 'a value', field.declaration.max, 'x')} ${place} ${write('x')} },
  clear() { ${clearSource(regions(field))} }`
}

function bagSource(field: Field): string {
  const { read, place, plus } = elementSource(field, 'v - 1')
  const { max } = field.declaration
  const any = regions(field).map(({ word, bits }) => `(W[${word}] & ${bits})`)
  return `  get empty() { return (${any.join(' | ')}) === 0; },
  has(v) { return (${read}) !== 0; },
  count(v) { return ${read}; },
  add(v) { if (!(v >= 1 && v <= ${field.elements} && (${read}) < ${max})) this.overflow(v); ${place} ${plus('1')} },
  remove(v) { if (!(v >= 1 && v <= ${field.elements} && (${read}) > 0)) this.underflow(v); ${place} ${plus('-1')} },
  overflow(v) { ${bagRange(field)} refuse(${JSON.stringify(`${field.name}, count of `)} + v, 'a value', ${max}, ${max} + 1); },
  underflow(v) { ${bagRange(field)} refuse(${JSON.stringify(`${field.name}, count of `)} + v, 'a value', ${max}, -1); },
  clear() { ${clearSource(regions(field))} }`
}
const bagRange = (field: Field): string =>
  `if (!(v >= 1 && v <= ${field.elements})) refuse(${JSON.stringify(field.name)}, 'a member (from 1)', ${field.elements}, v);`

function fifoSource(field: Field): string {
  const { elements, lengthWord, lengthBit, lengthBits } = field
  const length = `(W[${lengthWord}] >>> ${lengthBit}) & ${mask(lengthBits)}`
  const lengthPlace = { word: lengthWord, bits: mask(lengthBits) << lengthBit }
  const element = elementSource(field, 'i')
  return `  get length() { return ${length}; },
  at(i) { return ${element.read}; },
  push(x) { const i = ${length}; ${check(field, 'a value', field.declaration.max, 'x')} if (i >= ${elements}) refuse(${JSON.stringify(`${field.name}, its length`)}, 'a value', ${elements}, ${elements} + 1);
    ${element.place} ${element.plus('x')} W[${lengthWord}] = W[${lengthWord}] + ${1 << lengthBit}; },
  shift() { if ((${length}) === 0) refuse(${JSON.stringify(`${field.name}, its length`)}, 'a value', ${elements}, -1);
    const i = 0, head = ${element.read}; ${shiftSource(field)} W[${lengthWord}] = W[${lengthWord}] - ${1 << lengthBit}; return head; },
  clear() { ${clearSource([...regions(field), lengthPlace])} }`
}

/** Moves every item one place towards the head; beyond the tail stay zeroes, so equal queues have equal words. */
function shiftSource(field: Field): string {
  const { elementBits: b, perWord, word, spannedWords } = field
  if (b === 0) return ''
  const places = regions(field)
  if (perWord === Number.POSITIVE_INFINITY) {
    const bits = places[0]?.bits ?? 0
    return `W[${word}] = W[${word}] & ${~bits} | ((W[${word}] & ${bits}) >>> ${b}) & ${bits};`
  }
  return places
    .map(({ bits }, i) => {
      const here = word + i
      const keep = bits === -1 ? '' : `W[${here}] & ${~bits} | `
      const own = b === 32 ? '0' : `(W[${here}] & ${bits}) >>> ${b}`
      const next = i + 1 < spannedWords ? ` | (W[${here + 1}] & ${mask(b)}) << ${(perWord - 1) * b}` : ''
      return `W[${here}] = ${keep}${own}${next};`
    })
    .join(' ')
}
