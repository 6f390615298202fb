// Packed and plain storage must be the same thing: any sequence of operations on any schema leaves the same values,
// and where one refuses, the other refuses in the same words.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { layoutOf } from './layout.ts'
import { packed } from './packed.ts'
import { plain } from './plain.ts'
import { type Bag, bag, type Declaration, type Fifo, fifo, type Schema, scalar, type Vector, vector } from './schema.ts'
import { dump, load } from './snapshot.ts'

const max = fc.oneof(fc.nat(9), fc.constantFrom(0, 1, 15, 255, 65_535, 0x7fffffff))
const declaration: fc.Arbitrary<Declaration> = fc.oneof(
  max.map(scalar),
  fc.tuple(fc.nat(40), max).map(([length, most]) => vector(length, most)),
  fc.tuple(fc.nat(20), max).map(([capacity, most]) => fifo(capacity, most)),
  fc.tuple(fc.nat(40), fc.nat(5)).map(([values, most]) => bag(values, most)),
)
const schemas: fc.Arbitrary<Schema> = fc
  .array(declaration, { minLength: 1, maxLength: 6 })
  .map((all) => Object.fromEntries(all.map((one, i) => [`v${i}`, one])))
  .filter((schema) => {
    try {
      return layoutOf(schema).words > 0
    } catch {
      return false
    }
  })
const operations = fc.array(fc.record({ variable: fc.nat(5), what: fc.nat(7), a: fc.nat(99), b: fc.nat(99) }), {
  maxLength: 60,
})

/** Does one operation; returns what it gave back, or the message of its refusal. */
function operate(schema: Schema, state: object, op: { variable: number; what: number; a: number; b: number }): unknown {
  const names = Object.keys(schema)
  const name = names[op.variable % names.length] as string
  const { kind, max } = schema[name] as Declaration
  const view = (state as Record<string, unknown>)[name]
  const value = op.b === 0 ? max : op.b === 1 ? max + 1 : op.b % (max + 1) // sometimes the edge, sometimes one beyond
  try {
    if (kind === 'scalar') (state as Record<string, unknown>)[name] = value
    else if (op.what === 7) (view as Vector).clear()
    else if (kind === 'vector') (view as Vector).set(op.a % 42, value)
    else if (kind === 'fifo') return op.what < 5 ? (view as Fifo).push(value) : (view as Fifo).shift()
    else return op.what < 5 ? (view as Bag).add(op.a % 43) : (view as Bag).remove(op.a % 43)
  } catch (error) {
    return (error as Error).message
  }
  return undefined
}

describe('packed and plain storage', () => {
  test('agree after every operation, refusals included', () => {
    let refused = 0
    fc.assert(
      fc.property(schemas, operations, (schema, ops) => {
        const a = packed(schema)
        const b = plain(schema)
        for (const op of ops) {
          const [left, right] = [operate(schema, a.state, op), operate(schema, b.state, op)]
          if (typeof right === 'string') refused++
          expect(left).toEqual(right)
          expect(dump(schema, a.state)).toEqual(dump(schema, b.state))
        }
      }),
      { numRuns: 400, seed: 1 },
    )
    expect(refused).toBeGreaterThan(100)
  })

  test('a state goes through its snapshot and back into the same words', () => {
    fc.assert(
      fc.property(schemas, operations, (schema, ops) => {
        const a = packed(schema)
        const b = packed(schema)
        for (const op of ops) operate(schema, a.state, op)
        load(schema, b.state, dump(schema, a.state))
        expect([...b.words]).toEqual([...a.words])
      }),
      { numRuns: 200, seed: 2 },
    )
  })

  test('clear of every variable leaves no bit behind', () => {
    fc.assert(
      fc.property(schemas, operations, (schema, ops) => {
        const { state, words } = packed(schema)
        for (const op of ops) operate(schema, state, op)
        for (const [name, { kind }] of Object.entries(schema)) {
          if (kind === 'scalar') (state as Record<string, unknown>)[name] = 0
          else (state[name] as Vector).clear()
        }
        expect([...words].every((word) => word === 0)).toBe(true)
      }),
      { numRuns: 200, seed: 3 },
    )
  })

  test('states of one shape share one class, whatever their ranges: rules stay fast over many configurations', () => {
    const a = packed({ x: scalar(3), q: fifo(2, 3) })
    const b = packed({ x: scalar(300), q: fifo(5, 7) })
    expect(Object.getPrototypeOf(a.state)).toBe(Object.getPrototypeOf(b.state))
    expect(a.source).toContain('get "x"()')
    a.state.x = 2
    expect([a.state.x, b.state.x]).toEqual([2, 0])
  })
})

describe('the layout', () => {
  test('puts small variables together and lets no variable of up to 32 bits straddle a word', () => {
    const { words, fields } = layoutOf({ a: vector(4, 7), b: scalar(1), c: vector(10, 7), d: scalar(3), e: fifo(0, 9) })
    expect(words).toBe(2)
    for (const { place, lastWord } of fields) expect(place >>> 5).toBe(lastWord)
  })

  test('says which variable is the largest where a state does not fit', () => {
    expect(() => layoutOf({ small: scalar(1), huge: vector(5000, 1) })).toThrow(
      'expected a state of at most 64 words, got 157; the largest variable is huge with 5000 bits',
    )
  })

  test('refuses ranges that are none', () => {
    expect(() => scalar(-1)).toThrow('scalar: expected max to be a whole number in 0..2147483647, got -1')
    expect(() => vector(1.5, 1)).toThrow('vector: expected length to be a whole number')
    expect(() => bag(3, 2 ** 31)).toThrow('bag: expected max')
  })
})

describe('load', () => {
  const schema = { at: scalar(3), list: vector(2, 5), queue: fifo(2, 5), many: bag(3, 2) }
  const state = { at: 1, list: [1, 2], queue: [5], many: [1, 1, 3] }
  const into = (snapshot: object) => () => {
    const { state: views } = packed(schema)
    load(schema, views, snapshot as typeof state)
  }
  test('names the variable that does not fit', () => {
    expect(into(state)).not.toThrow()
    expect(into({ ...state, at: 4 })).toThrow('at: expected a value in 0..3, got 4')
    expect(into({ ...state, list: [1] })).toThrow('list: expected 2 elements, got 1')
    expect(into({ ...state, queue: [1, 2, 3] })).toThrow('queue, its length: expected a value in 0..2, got 3')
    expect(into({ ...state, many: [1, 1, 1] })).toThrow('many, count of 1: expected a value in 0..2, got 3')
    expect(into({ ...state, many: undefined })).toThrow('many: expected an array of numbers, got undefined')
    expect(into({ ...state, other: 1 })).toThrow("expected one of at, list, queue, many, got a variable 'other'")
    expect(into({ ...state, at: 'x' })).toThrow('at: expected a whole number, got x')
  })
})
