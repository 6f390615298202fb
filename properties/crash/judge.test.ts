// The judge: what was lost, what is wrong, and what a design may lose under what struck. Each verdict is also shown the
// evidence that must turn it round. Read next: judge.ts.
import { expect, test } from 'vitest'
import type { FaultId } from '../../model/pipeline/vocabulary.ts'
import type { Symbols } from '../kill/input.ts'
import type { Rows } from '../kill/store.ts'
import { judge } from './judge.ts'

const rows = (versions: Readonly<Record<string, number>>): Rows =>
  new Map(Object.entries(versions).map(([key, version]) => [key, { version: `${version}`, value: `v${version}` }]))

interface Case {
  readonly design?: string
  readonly symbols?: Symbols
  readonly classes?: readonly FaultId[]
  readonly seen: Readonly<Record<string, number>>
  readonly confirmed?: Readonly<Record<string, number>>
}

const judged = ({ design = 'flushOnSnapshot', symbols = 24, classes = ['F2d'], seen, confirmed = {} }: Case) =>
  judge({
    design,
    symbols,
    classes: new Set(classes),
    expected: rows({ a: 3, b: 5 }),
    rows: rows(seen),
    confirmed: new Map(Object.entries(confirmed)),
  })

test('the right table is right, whatever was confirmed', () => {
  expect(judged({ seen: { a: 3, b: 5 } })).toEqual({ verdict: 'right', lost: [], wrong: [] })
})

test('a missing row breaks the promise of a design that loses nothing, and is allowed to one that may', () => {
  expect(judged({ seen: { a: 3 } })).toEqual({ verdict: 'fell', lost: ['b'], wrong: ['b'] })
  expect(judged({ design: 'hashSetTransient', seen: { a: 3 } }).verdict).toBe('allowed')
  // It loses by a death; without one it has no excuse.
  expect(judged({ design: 'flushNotAwaited', classes: ['F1'], seen: { a: 3 } }).verdict).toBe('fell')
})

test('a row that was written and then overwritten by an older one is stale, not lost', () => {
  const seen = { a: 3, b: 4 }
  const confirmed = { b: 5 }
  expect(judged({ seen, confirmed })).toEqual({ verdict: 'fell', lost: [], wrong: ['b'] })
  // A late request and a replay together are what the table of guarantees names.
  expect(judged({ seen, confirmed, classes: ['F2d', 'F3', 'F4'] }).verdict).toBe('allowed')
  expect(judged({ seen, classes: ['F2d', 'F3', 'F4'] })).toMatchObject({ verdict: 'fell', lost: ['b'] })
})

test('where no key has two versions a late request excuses nothing', () => {
  const seen = { a: 3, b: 4 }
  expect(judged({ symbols: 'unique', seen, confirmed: { b: 5 }, classes: ['F2d', 'F3', 'F4'] }).verdict).toBe('fell')
})

test('a row that was confirmed and is gone has no excuse: overwriting does not remove', () => {
  const late = ['F2d', 'F3', 'F4'] as const
  expect(judged({ seen: { a: 3 }, confirmed: { b: 5 }, classes: late })).toEqual({
    verdict: 'fell',
    lost: [],
    wrong: ['b'],
  })
})

test('a row that nobody wrote is wrong', () => {
  expect(judged({ seen: { a: 3, b: 5, c: 1 } })).toEqual({ verdict: 'fell', lost: [], wrong: ['c'] })
})
