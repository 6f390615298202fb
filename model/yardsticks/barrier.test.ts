// The barrier model held to its oracle: packed storage, plain storage and the independent immutable model walk in
// lockstep and must agree on what is enabled, on every variable and on every property, after every step.

import { describe, expect, test } from 'vitest'
import { checkEventually, Search, search, Walker } from '../kernel/index.ts'
import {
  actionName,
  oracleActions,
  oracleInitial,
  oracleSnapshot,
  oracleStep,
  oracleViolated,
} from './barrier.oracle.ts'
import { barrier } from './barrier.ts'
import { type BarrierBounds, BOUNDS_M } from './barrierBounds.ts'

const wide: BarrierBounds = { ...BOUNDS_M, sources: 3, checkpoints: 3, crashes: 3, aborts: 2, capacity: 2 }

/** Random walks in lockstep; returns how many steps they made and which properties were seen broken. */
function lockstep(b: BarrierBounds, walks: number, seed: number) {
  const spec = barrier(b)
  const [packed, plain] = [new Walker(spec, 'packed'), new Walker(spec, 'plain')]
  const broken = new Set<string>()
  let random = seed
  let steps = 0
  for (let walk = 0; walk < walks; walk++) {
    packed.reset()
    plain.reset()
    let state = oracleInitial(b)
    for (;;) {
      const numbers = packed.enabled()
      const actions = oracleActions(b, state)
      const names = numbers.map((number) => packed.ruleNames[number] as string)
      expect(plain.enabled()).toEqual(numbers)
      expect([...names].sort()).toEqual(actions.map(actionName).sort())
      if (actions.length === 0) break
      random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff
      const action = actions[(random >>> 8) % actions.length] as (typeof actions)[0]
      const number = packed.ruleNumber(actionName(action))
      packed.take(number)
      plain.take(number)
      state = oracleStep(b, state, action)
      steps++
      expect(packed.dump()).toEqual(oracleSnapshot(b, state))
      expect(plain.dump()).toEqual(packed.dump())
      const violated = oracleViolated(b, state)
      for (const property of violated) broken.add(property)
      expect(packed.check()).toEqual(violated)
    }
  }
  return { steps, broken: [...broken].sort() }
}

describe('lockstep with the oracle', () => {
  test.each(['flush-on-barrier', 'buffer-in-state'] as const)('%s: nothing breaks', (strategy) => {
    const { steps, broken } = lockstep({ ...wide, strategy }, 150, 7)
    expect(broken).toEqual([])
    expect(steps).toBeGreaterThan(5_000)
  })

  test('the broken variants break the same properties in all three', () => {
    expect(lockstep({ ...wide, strategy: 'none' }, 150, 8).broken).toContain('durable')
    expect(lockstep({ ...wide, store: 'blind' }, 150, 9).broken).toContain('accounted')
  })
})

describe('broken variants', () => {
  test('a sink that keeps nothing: 11 steps to a checkpoint that does not hold', () => {
    const { violations } = search(barrier({ ...BOUNDS_M, strategy: 'none' }))
    expect(violations.map(({ property, steps }) => [property, steps])).toEqual([['durable', 11]])
    const trace = violations[0]?.trace() ?? []
    expect(trace).toHaveLength(11)
    expect(trace.at(-1)).toBe('complete')
    expect(trace).not.toContain('crash')
  })

  test('the same with one source and one record: 8 steps', () => {
    const { violations } = search(barrier({ ...BOUNDS_M, sources: 1, records: 1, keys: 1, strategy: 'none' }))
    expect(violations.map(({ property, steps }) => [property, steps])).toEqual([['durable', 8]])
  })

  test('a store that takes any version: 8 steps, without a crash', () => {
    const { violations } = search(barrier({ ...BOUNDS_M, store: 'blind' }))
    expect(violations[0]?.steps).toBe(8)
    expect(violations[0]?.trace()).not.toContain('crash')
  })

  test('collect finds what stop finds, and the loss that follows from it', () => {
    const { violations, exhausted } = search(barrier({ ...BOUNDS_M, strategy: 'none' }), { onViolation: 'collect' })
    expect(exhausted).toBe(true)
    expect(violations.map(({ property }) => property).sort()).toEqual(['accounted', 'durable', 'exact'])
    expect(violations.find(({ property }) => property === 'durable')?.steps).toBe(11)
    const loss = violations.find(({ property }) => property === 'exact')
    expect(loss?.trace()).toContain('crash')
  })
})

describe('drains', () => {
  const drains = (b: BarrierBounds) => {
    const kept = new Search(barrier(b), { keepGraph: true, onViolation: 'collect' })
    kept.run()
    return checkEventually(kept.graph())[0]
  }

  test('from every state of M, fair progress alone drains the pipeline', () => {
    expect(drains(BOUNDS_M)).toEqual({ property: 'drains', holds: true, fromStates: 617_149, lassos: [] })
  })
})
