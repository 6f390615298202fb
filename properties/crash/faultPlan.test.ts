// Which write meets which fault: pure, so no network is needed. Read next: faultProxy.test.ts.
import { expect, test } from 'vitest'
import { FAULT_KINDS, type FaultKind } from './faultKinds.ts'
import { faultAt } from './faultPlan.ts'

const KINDS = FAULT_KINDS.map(({ name }) => name)
const plan = (seed: string, kinds: readonly FaultKind[] = KINDS, blocks = 2) => ({ seed, kinds, blocks })
const first = (count: number, of = plan('a')) => Array.from({ length: count }, (_, n) => faultAt(of, n + 1))

test('is the same for the same seed and write, whatever was asked before, and another for another seed', () => {
  const asked = first(40)
  expect(faultAt(plan('a'), 17)).toEqual(asked[16])
  expect(first(40)).toEqual(asked)
  expect(first(40, plan('b'))).not.toEqual(asked)
})

test('deals each kind once a block, with as many quiet writes, and nothing after the last block', () => {
  const kinds = first(60).map((fault) => fault?.kind ?? null)
  const length = 2 * KINDS.length
  for (const block of [0, 1]) {
    const dealt = kinds.slice(block * length, (block + 1) * length)
    expect(dealt.filter((kind) => kind !== null).sort()).toEqual([...KINDS].sort())
  }
  expect(kinds.slice(2 * length)).toEqual(Array.from({ length: 60 - 2 * length }, () => null))
})

test('gives every fault its own share, and no fault where no kind is asked for', () => {
  const shares = first(40).flatMap((fault) => (fault === null ? [] : [fault.share]))
  expect(new Set(shares).size).toBe(shares.length)
  for (const share of shares) expect(share >= 0 && share < 1).toBe(true)
  expect(first(20, plan('a', []))).toEqual(Array.from({ length: 20 }, () => null))
})
