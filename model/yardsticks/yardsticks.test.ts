// Every yardstick's exact counts. A wrong guard, a lost successor or a hash that merges two states changes them.

import { describe, expect, test } from 'vitest'
import { checkEventually, Search, search } from '../kernel/index.ts'
import { twoPhaseCommit, yardsticks } from './index.ts'

describe('yardsticks', () => {
  test.each(yardsticks.filter(({ inTests }) => inTests))('$name has its known counts', ({ spec, expected }) => {
    const result = search(spec)
    const { states, transitions, depth } = result
    expect({ states, transitions, depth }).toEqual(expected)
    expect(result.exhausted).toBe(true)
    expect(result.violations).toEqual([])
    for (const { count } of Object.values(result.witnesses)) expect(count).toBeGreaterThan(0)
  })

  test('names are unique, and no row is without counts', () => {
    expect(new Set(yardsticks.map(({ name }) => name)).size).toBe(yardsticks.length)
    for (const { expected } of yardsticks) expect(Math.min(...Object.values(expected))).toBeGreaterThan(0)
  })
})

describe('two-phase commit', () => {
  test('decides under weak fairness, though messages that are received again change nothing', () => {
    const kept = new Search(twoPhaseCommit(5), { keepGraph: true })
    kept.run()
    const [decides] = checkEventually(kept.graph())
    expect(decides).toEqual({ property: 'decides', holds: true, fromStates: 8832, lassos: [] })
  })
})
