// Plain storage: the views over ordinary objects. Every read and write is checked and an error names variable, value
// and range (spec.ts adds the rule that left it). It is the storage for tests and stepping, and what the generated
// code of packed.ts is held to.

import type { Bag, BagDeclaration, Fifo, FifoDeclaration, Schema, State, Vector, VectorDeclaration } from './schema.ts'

export interface PlainStorage<V extends Schema = Schema> {
  readonly state: State<V>
  clear(): void
}

export function plain<V extends Schema>(schema: V): PlainStorage<V> {
  const state: Record<string, unknown> = {}
  const clears: (() => void)[] = []
  for (const [name, declaration] of Object.entries(schema)) {
    if (declaration.kind === 'scalar') {
      let value = 0
      const set = (next: number) => {
        value = within(name, 'a value', 0, declaration.max, next)
      }
      Object.defineProperty(state, name, { get: () => value, set, enumerable: true })
      clears.push(() => {
        value = 0
      })
      continue
    }
    const view =
      declaration.kind === 'vector'
        ? plainVector(name, declaration)
        : declaration.kind === 'fifo'
          ? plainFifo(name, declaration)
          : plainBag(name, declaration)
    state[name] = view
    clears.push(() => view.clear())
  }
  return {
    state: state as State<V>,
    clear: () => {
      for (const clear of clears) clear()
    },
  }
}

function within(name: string, what: string, least: number, most: number, got: number): number {
  if (Number.isInteger(got) && got >= least && got <= most) return got
  throw new RangeError(`${name}: expected ${what} in ${least}..${most}, got ${got}`)
}

function plainVector(name: string, { length, max }: VectorDeclaration): Vector {
  const items = new Array<number>(length).fill(0)
  const index = (i: number) => within(name, 'an index', 0, length - 1, i)
  return {
    length,
    at: (i) => items[index(i)] as number,
    set: (i, value) => {
      items[index(i)] = within(name, 'a value', 0, max, value)
    },
    clear: () => void items.fill(0),
  }
}

function plainFifo(name: string, { capacity, max }: FifoDeclaration): Fifo {
  const items: number[] = []
  return {
    get length() {
      return items.length
    },
    at: (i) => items[within(name, 'an index', 0, items.length - 1, i)] as number,
    push: (value) => {
      within(name, 'a value', 0, max, value)
      within(`${name}, its length`, 'a value', 0, capacity, items.length + 1)
      items.push(value)
    },
    shift: () => {
      within(`${name}, its length`, 'a value', 0, capacity, items.length - 1)
      return items.shift() as number
    },
    clear: () => {
      items.length = 0
    },
  }
}

function plainBag(name: string, { values, max }: BagDeclaration): Bag {
  const counts = new Array<number>(values + 1).fill(0)
  const member = (value: number) => within(name, 'a member', 1, values, value)
  const change = (value: number, by: number) => {
    const next = (counts[member(value)] as number) + by
    counts[value] = within(`${name}, count of ${value}`, 'a value', 0, max, next)
  }
  return {
    get empty() {
      return counts.every((count) => count === 0)
    },
    has: (value) => (counts[member(value)] as number) > 0,
    count: (value) => counts[member(value)] as number,
    add: (value) => change(value, 1),
    remove: (value) => change(value, -1),
    clear: () => void counts.fill(0),
  }
}
