// Stepping by hand: the machine is pure and strict, the walker is the same thing changed in place.

import { describe, expect, test } from 'vitest'
import { fifo, scalar } from './schema.ts'
import { defineSpec, rule } from './spec.ts'
import { machine, Walker } from './step.ts'

const spec = defineSpec({
  name: 'lift',
  variables: { floor: scalar(3), calls: fifo(2, 3) },
  define: (s, report) => ({
    initial: [() => {}, () => (s.floor = 3)],
    rules: [
      ...[0, 1, 2, 3].map((floor) =>
        rule(
          `call(${floor})`,
          'environment',
          () => s.calls.length < 2,
          () => s.calls.push(floor),
        ),
      ),
      rule(
        'go',
        'progress',
        () => s.calls.length > 0,
        () => {
          if (s.calls.at(0) === s.floor) report('noVainTrip')
          s.floor = s.calls.shift()
        },
      ),
      rule(
        'fall',
        'fault',
        () => s.floor === 3,
        () => (s.floor = s.floor - 4),
      ),
    ],
    always: { notTwice: () => s.calls.length < 2 || s.calls.at(0) !== s.calls.at(1) },
    sometimes: { top: () => s.floor === 3 },
    classify: () => s.floor,
  }),
})

describe('machine', () => {
  const lift = machine(spec)
  const [ground, top] = lift.initial as [(typeof lift.initial)[0], (typeof lift.initial)[0]]

  test('steps from state to state and leaves the old one as it was', () => {
    const before = JSON.stringify(ground)
    const called = lift.step(ground, 'call(2)')
    expect(called).toEqual({ floor: 0, calls: [2] })
    expect(lift.step(called, 'go')).toEqual({ floor: 2, calls: [] })
    expect(JSON.stringify(ground)).toBe(before)
    expect(Object.isFrozen(called) && Object.isFrozen(called.calls)).toBe(true)
    expect(top).toEqual({ floor: 3, calls: [] })
  })

  test('says what is enabled, what a step breaks and what a state breaks', () => {
    const called = lift.step(ground, 'call(0)')
    expect(lift.enabled(called)).toEqual(['call(0)', 'call(1)', 'call(2)', 'call(3)', 'go'])
    expect(lift.reported(called, 'go')).toEqual(['noVainTrip'])
    expect(lift.reported(lift.step(ground, 'call(1)'), 'go')).toEqual([])
    expect(lift.violated(lift.step(called, 'call(0)'))).toEqual(['notTwice'])
    expect(lift.violated(called)).toEqual([])
  })

  test('refuses what is not enabled, what does not exist and what leaves a range', () => {
    expect(() => lift.step(ground, 'go')).toThrow(
      'spec lift: expected an enabled action (call(0), call(1), call(2), call(3)), got go',
    )
    expect(() => lift.step(ground, 'rise')).toThrow("spec lift: expected the name of a rule, got 'rise'")
    expect(() => lift.step(top, 'fall')).toThrow('spec lift, rule fall: floor: expected a value in 0..3, got -1')
    expect(() => lift.enabled({ floor: 4, calls: [] })).toThrow('floor: expected a value in 0..3, got 4')
  })
})

describe('Walker', () => {
  test.each(['packed', 'plain'] as const)('on %s storage it goes where the machine goes', (storage) => {
    const walker = new Walker(spec, storage)
    const lift = machine(spec)
    let state = lift.initial[0] as (typeof lift.initial)[0]
    let seed = 1
    for (let step = 0; step < 500; step++) {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
      expect(walker.dump()).toEqual(state)
      expect(walker.check()).toEqual(lift.violated(state))
      expect(walker.witnessed()).toEqual(state.floor === 3 ? ['top'] : [])
      expect(walker.classOf()).toBe(state.floor)
      const enabled = walker.enabled()
      const names = enabled.map((number) => walker.ruleNames[number] as string)
      expect(names).toEqual(lift.enabled(state))
      const able = enabled.filter((number) => walker.ruleNames[number] !== 'fall')
      const chosen = able[(seed >>> 8) % able.length] as number
      const name = walker.ruleNames[chosen] as string
      expect(walker.take(chosen)).toEqual(lift.reported(state, name))
      state = lift.step(state, name)
    }
  })

  test('goes to any initial state or snapshot, and fills an array it is given', () => {
    const walker = new Walker(spec)
    walker.reset(1)
    expect(walker.dump()).toEqual({ floor: 3, calls: [] })
    walker.load({ floor: 1, calls: [2, 0] })
    const numbers = [9, 9, 9, 9, 9, 9, 9]
    expect(walker.enabled(numbers)).toBe(numbers)
    expect(numbers.map((number) => walker.ruleNames[number])).toEqual(['go'])
    expect(walker.isEnabled(walker.ruleNumber('call(0)'))).toBe(false)
    expect(walker.state.calls.at(1)).toBe(0)
  })

  test('refuses what does not exist and blames the rule that leaves a range', () => {
    const walker = new Walker(spec)
    walker.reset(1)
    expect(() => walker.take(walker.ruleNumber('fall'))).toThrow('spec lift, rule fall: floor: expected a value')
    expect(() => walker.reset(2)).toThrow('spec lift: expected an initial state in 0..1, got 2')
    expect(() => walker.take(6)).toThrow('spec lift: expected a rule in 0..5, got 6')
    expect(() => walker.load({ floor: 0, calls: [4] })).toThrow('calls: expected a value in 0..3, got 4')
  })
})
