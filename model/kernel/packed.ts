// Packed storage: the state as a few 32-bit words, so that a search copies, hashes and compares states as words and
// nothing is ever packed or unpacked. Scalars are accessors of a generated class, everything else is a view (views.ts).
// The class is generated once for every set of names and kinds, not for every range: see views.ts for why shapes are
// shared. Writes are range-checked. plain.ts is the same thing over ordinary objects, and the test oracle.

import { type Field, type Layout, layoutOf } from './layout.ts'
import type { Schema, State } from './schema.ts'
import { maskOf, PackedBag, PackedFifo, PackedVector, refuse } from './views.ts'

export interface PackedStorage<V extends Schema = Schema> {
  readonly state: State<V>
  readonly words: Int32Array
  readonly layout: Layout
  /** The generated class, for reading. */
  readonly source: string
  clear(): void
}

interface Position {
  readonly place: number
  readonly mask: number
  readonly max: number
}
type StateClass = new (words: Int32Array, views: object, scalars: Readonly<Record<string, Position>>) => unknown

const classes = new Map<string, StateClass>()

export function packed<V extends Schema>(schema: V): PackedStorage<V> {
  const layout = layoutOf(schema)
  const words = new Int32Array(layout.words)
  const source = stateSource(layout)
  let Generated = classes.get(source)
  if (Generated === undefined) {
    Generated = new Function('refuse', source)(refuse) as StateClass
    classes.set(source, Generated)
  }
  const views: Record<string, unknown> = {}
  const scalars: Record<string, Position> = {}
  for (const field of layout.fields) {
    if (field.declaration.kind === 'scalar') {
      scalars[field.name] = { place: field.place, mask: maskOf(field.elementBits), max: field.declaration.max }
    } else views[field.name] = viewOf(words, field)
  }
  const state = new Generated(words, views, scalars) as State<V>
  return { state, words, layout, source, clear: () => void words.fill(0) }
}

function viewOf(words: Int32Array, field: Field) {
  switch (field.declaration.kind) {
    case 'vector':
      return new PackedVector(words, field)
    case 'fifo':
      return new PackedFifo(words, field)
    default:
      return new PackedBag(words, field)
  }
}

/** The class of the states with these names and kinds. Accessors are on the prototype: on an object literal, many of
 * them would put it into V8's slow dictionary mode. Scalar number n has its place in `pn`, mask in `mn`, max in `xn`. */
export function stateSource({ fields }: Layout): string {
  const quoted = (name: string) => JSON.stringify(name)
  const scalars = fields.filter(({ declaration }) => declaration.kind === 'scalar').map(({ name }) => name)
  const views = fields.filter(({ declaration }) => declaration.kind !== 'scalar').map(({ name }) => name)
  const fieldLines = scalars.map((name, n) => {
    const of = `scalars[${quoted(name)}]`
    return `    this.p${n}$ = ${of}.place; this.m${n}$ = ${of}.mask; this.x${n}$ = ${of}.max;`
  })
  const accessors = scalars.map(
    (name, n) => `  get ${quoted(name)}() { const p = this.p${n}$; return (this.words$[p >>> 5] >>> p) & this.m${n}$; }
  set ${quoted(name)}(x) {
    if (!(x >= 0 && x <= this.x${n}$)) refuse(${quoted(name)}, 'a value', 0, this.x${n}$, x);
    const W = this.words$, p = this.p${n}$;
    W[p >>> 5] = W[p >>> 5] & ~(this.m${n}$ << p) | x << p;
  }`,
  )
  return `"use strict";
return class State {
  constructor(words, views, scalars) {
    this.words$ = words;
${fieldLines.join('\n')}
${views.map((name) => `    this[${quoted(name)}] = views[${quoted(name)}]; // ${name}`).join('\n')}
  }
${accessors.join('\n')}
}`
}
