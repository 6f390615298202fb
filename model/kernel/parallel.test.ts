// A search divided among threads against the same search on one. The parts take their turns in one thread here, in an
// order that fast-check draws, with rings so small that they fill up: every interleaving of turns must count the same.
// Real threads run in bench/suites/suites.test.ts.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SMALL } from '../pipeline/bounds.ts'
import { designNamed } from '../pipeline/sinks/designs.ts'
import { pipelineSpec } from '../pipeline/spec.ts'
import { BOUNDS_M, barrier, twoPhaseCommit } from '../yardsticks/index.ts'
import { defineSpec, machine, rule, type SearchResult, type Spec, scalar, search } from './index.ts'
import { combined, Shard, type ShardOptions, sharedMemory } from './parallel.ts'

/** `order` names whose turn is next, over and over. */
function divided(
  spec: Spec,
  { order = [0, 1], shards = 2, ringEntries = 1 << 12, ...options }: Setting = {},
): SearchResult {
  const memory = sharedMemory(spec, shards, ringEntries)
  const parts = Array.from({ length: shards }, (_, i) => new Shard(spec, memory, i, options))
  let idle = 0
  for (let i = 0; idle < 10 * (order.length + shards); i++) {
    // After the drawn order, everybody's turn: an order that leaves one out would starve the others.
    const round = i % (order.length + shards)
    const who = round < order.length ? (order[round] as number) % shards : round - order.length
    idle = (parts[who] as Shard).turn() === 'worked' ? 0 : idle + 1
  }
  for (const part of parts) expect(part.turn()).toBe('done')
  return combined(
    spec,
    parts.map((part) => part.result()),
    1,
  )
}
type Setting = ShardOptions & { order?: readonly number[]; shards?: number; ringEntries?: number }

const comparable = ({ states, transitions, depth, exhausted, violations, witnesses, ruleCounts }: SearchResult) => ({
  ...{ states, transitions, depth, exhausted, witnesses, ruleCounts },
  violations: violations.map(({ property, classId, steps }) => ({ property, classId, steps })).sort(byName),
})
const byName = (a: { property: string; classId: number }, b: { property: string; classId: number }) =>
  a.property.localeCompare(b.property) || a.classId - b.classId

const TINY = { ...BOUNDS_M, records: 1 }
const pipeline = (design: string) => pipelineSpec(designNamed(design), { ...SMALL, capacity: 1, others: 0 })
const SPECS: readonly Spec[] = [
  twoPhaseCommit(4),
  barrier(TINY),
  barrier({ ...TINY, strategy: 'none' }),
  barrier({ ...TINY, store: 'blind', checkpoints: 0, crashes: 0, records: 2, keys: 1 }),
  pipeline('hashSetTransient'),
  pipeline('fenced'),
]

describe('a divided search', () => {
  test.each(SPECS.map((spec) => [spec.name, spec] as const))('counts what one thread counts: %s', (_, spec) => {
    const expected = comparable(search(spec, { onViolation: 'collect' }))
    for (const shards of [1, 2, 4])
      expect(comparable(divided(spec, { shards, onViolation: 'collect' }))).toEqual(expected)
  })

  test('counts the same in whatever order the threads have their turns, and with full rings', () => {
    const spec = barrier({ ...TINY, strategy: 'none' })
    const expected = comparable(search(spec, { onViolation: 'collect' }))
    expect(expected.violations.length).toBeGreaterThan(0)
    const orders = fc.array(fc.nat(3), { maxLength: 40 })
    fc.assert(
      fc.property(orders, fc.constantFrom(64, 1 << 12), fc.constantFrom(2, 4), (order, ringEntries, shards) => {
        expect(comparable(divided(spec, { order, ringEntries, shards, onViolation: 'collect' }))).toEqual(expected)
      }),
      { numRuns: 60, seed: 1 },
    )
  })

  test('a counterexample is as long as the shortest, and every step of it can be taken', () => {
    const spec = barrier({ ...TINY, strategy: 'none' })
    const [one] = search(spec).violations
    const [found] = divided(spec).violations
    expect(found).toMatchObject({ property: one?.property, steps: one?.steps })
    const steps = found?.trace() ?? []
    expect(steps).toHaveLength(one?.steps as number)
    const { initial, enabled, step, violated } = machine(spec)
    let state = initial[found?.root as number] as (typeof initial)[number]
    for (const name of steps) {
      expect(enabled(state)).toContain(name)
      state = step(state, name)
    }
    expect(violated(state)).toContain('durable')
  })

  test('stops after the level of the first violation, and at its limits, with a whole level', () => {
    const spec = barrier({ ...TINY, strategy: 'none' })
    const one = search(spec)
    const stopped = divided(spec)
    expect(stopped.exhausted).toBe(false)
    expect(stopped.depth).toBe(one.violations[0]?.steps)
    expect(stopped.states).toBeLessThan(search(spec, { onViolation: 'collect' }).states)
    const good = twoPhaseCommit(4)
    const atDepth = { limits: { depth: 5 } }
    expect(comparable(divided(good, atDepth))).toEqual(comparable(search(good, atDepth)))
    expect(divided(good, atDepth).limit).toBe('depth')
    const bounded = divided(good, { limits: { states: 100 } })
    expect(bounded).toMatchObject({ limit: 'states', exhausted: false })
    expect(bounded.states).toBeGreaterThan(100)
  })

  test('initial states, one of which breaks a property by itself, and steps that do', () => {
    const spec = defineSpec({
      name: 'two roots',
      variables: { at: scalar(9) },
      define: (s, report) => ({
        initial: [0, 7, 9].map((at) => () => {
          s.at = at
        }),
        rules: [
          rule(
            'up',
            'progress',
            () => s.at < 9,
            () => {
              s.at = s.at + 1
              if (s.at === 3) report('three')
            },
          ),
        ],
        always: { notNine: () => s.at !== 9 },
      }),
    })
    const found = divided(spec, { onViolation: 'collect' })
    expect(comparable(found)).toEqual(comparable(search(spec, { onViolation: 'collect' })))
    const traces = Object.fromEntries(found.violations.map(({ property, root, trace }) => [property, [root, trace()]]))
    expect(traces).toEqual({ notNine: [2, []], three: [0, ['up', 'up', 'up']] })
  })

  test('a rule that leaves its range ends all threads', () => {
    const spec = defineSpec({
      name: 'overflow',
      variables: { at: scalar(3) },
      define: (s) => ({
        initial: [() => {}],
        rules: [
          rule(
            'up',
            'progress',
            () => true,
            () => {
              s.at = s.at + 1
            },
          ),
        ],
        always: {},
      }),
    })
    const memory = sharedMemory(spec, 2)
    const failures: string[] = []
    // One after the other: the first alone sleeps and wakes until it has failed or has nothing left that it could do.
    const parts = [new Shard(spec, memory, 0), new Shard(spec, memory, 1)]
    for (let turn = 0; turn < 100; turn++)
      for (const part of parts)
        try {
          part.turn()
        } catch (error) {
          failures.push((error as Error).message)
          expect(() => part.run()).toThrow('overflow')
        }
    expect(failures[0]).toContain('expected a value in 0..3, got 4')
    expect(failures.at(-1)).toContain('another thread of it has failed')
  })

  test('refuses numbers of threads that hashes cannot be dealt out to', () => {
    expect(() => sharedMemory(twoPhaseCommit(3), 3)).toThrow('shards: expected a power of two up to 16, got 3')
    expect(() => sharedMemory(twoPhaseCommit(3), 2, 100)).toThrow('ringEntries: expected a power of two, got 100')
    const narrow = sharedMemory(twoPhaseCommit(3), 2, 16)
    expect(() => new Shard(twoPhaseCommit(3), narrow, 0)).toThrow(
      'ringEntries: expected at least 17, one for each rule',
    )
    expect(() => combined(twoPhaseCommit(3), [], 0)).toThrow('expected the results of its threads')
  })
})
