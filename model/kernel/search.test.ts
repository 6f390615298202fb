// The generated search against a naive one: the same states, transitions, depths and shortest violations, on specs
// that are made at random. Then what only the search has: classes, limits, slices, several roots, errors.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bag, fifo, type Snapshot, scalar, vector } from './schema.ts'
import { Search, search } from './search.ts'
import { defineSpec, type RuleKind, rule, type Spec } from './spec.ts'
import { machine } from './step.ts'

/** Breadth-first over plain objects and JSON keys: slow, and obviously right. */
function naive(spec: Spec) {
  const { initial, enabled, step, reported, violated } = machine(spec)
  const depthOf = new Map<string, number>()
  const queue: Snapshot[] = []
  const violations = new Map<string, number>()
  const note = (property: string, steps: number) => {
    if (!violations.has(property)) violations.set(property, steps)
  }
  const visit = (state: Snapshot, depth: number) => {
    const key = JSON.stringify(state)
    if (depthOf.has(key)) return
    depthOf.set(key, depth)
    queue.push(state)
    for (const property of violated(state)) note(property, depth)
  }
  for (const state of initial) visit(state, 0)
  let transitions = 0
  for (const state of queue) {
    const depth = depthOf.get(JSON.stringify(state)) as number
    for (const action of enabled(state)) {
      transitions++
      for (const property of reported(state, action)) note(property, depth + 1)
      visit(step(state, action), depth + 1)
    }
  }
  return { states: queue.length, transitions, depth: Math.max(...depthOf.values()), violations }
}

/** A small spec of arithmetic rules over all four kinds, given by numbers. */
function arithmetic(seeds: readonly number[], wide: number): Spec {
  return defineSpec({
    name: 'arithmetic',
    variables: { a: scalar(4), v: vector(wide, 3), q: fifo(3, 4), b: bag(wide, 2) },
    define: (s, report) => ({
      initial: [() => s.v.set(0, 1), () => s.q.push(2)],
      rules: seeds.map((seed, i) => {
        const at = seed % wide
        return rule(
          `rule(${i})`,
          'progress',
          () => s.a !== seed % 5 && s.q.length < 3 && s.b.count(at + 1) < 2,
          () => {
            if (seed % 2 === 0) s.a = (s.a + s.v.at(at) + 1) % 5
            if (seed % 3 === 0) s.v.set(at, (s.v.at(at) + s.q.length) % 4)
            if (seed % 5 < 2) s.q.push(s.a)
            else if (s.q.length > 0) s.a = s.q.shift()
            if (seed % 7 < 2) s.b.add(at + 1)
            else if (seed % 7 < 3 && !s.b.empty) s.b.clear()
            if (s.a === 3 && seed % 11 === 0) report('step')
          },
        )
      }),
      always: { short: () => s.q.length < 3, even: () => s.a !== 4 || s.b.empty },
    }),
  })
}

describe('search', () => {
  test('finds what a naive search finds', () => {
    let most = 0
    let violated = 0
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 4 }), fc.constantFrom(2, 3), (seeds, wide) => {
        const spec = arithmetic(seeds, wide)
        const result = search(spec, { onViolation: 'collect' })
        const { violations, ...counts } = naive(spec)
        most = Math.max(most, counts.states)
        violated += violations.size
        expect({ states: result.states, transitions: result.transitions, depth: result.depth }).toEqual(counts)
        expect(Object.fromEntries(result.violations.map(({ property, steps }) => [property, steps]))).toEqual(
          Object.fromEntries(violations),
        )
        for (const violation of result.violations) expect(endsIn(spec, violation)).toContain(violation.property)
      }),
      { numRuns: 60, seed: 5 },
    )
    expect(most).toBeGreaterThan(500)
    expect(violated).toBeGreaterThan(30)
  })

  test('wide states, which take many words, are told apart too', () => {
    const spec = arithmetic([2, 9, 35], 30)
    const { states } = search(spec, { onViolation: 'collect', limits: { depth: 5 } })
    const exact = new Set<string>()
    const { initial, enabled, step } = machine(spec)
    let level = [...initial]
    for (let depth = 0; depth <= 5; depth++) {
      const fresh = level.filter((state) => !exact.has(JSON.stringify(state)) && exact.add(JSON.stringify(state)))
      level = fresh.flatMap((state) => enabled(state).map((action) => step(state, action)))
    }
    expect(states).toBe(exact.size)
  })
})

/** The properties that the last state or step of a violation's trace breaks. */
function endsIn(spec: Spec, violation: { root: number; steps: number; trace(): string[] }): string[] {
  const { initial, step, reported, violated } = machine(spec)
  const trace = violation.trace()
  expect(trace).toHaveLength(violation.steps)
  let state = initial[violation.root] as Snapshot
  let last: string[] = []
  for (const action of trace) {
    last = reported(state, action)
    state = step(state, action)
  }
  return [...last, ...violated(state)]
}

/** Counts up by one or two; `faults` says how many jumps are allowed. */
const ladder = (top: number, faults = 0) =>
  defineSpec({
    name: 'ladder',
    variables: { at: scalar(top), faults: scalar(Math.max(1, faults)) },
    define: (s, report) => ({
      initial: [() => {}, () => (s.at = 1)],
      rules: [
        rule(
          'climb',
          'progress',
          () => s.at < top,
          () => {
            s.at = s.at + 1
            if (s.at === 5) report('touchesFive')
          },
        ),
        rule(
          'jump',
          'fault',
          () => s.at + 3 <= top && s.faults < faults,
          () => {
            s.at = s.at + 3
            s.faults = s.faults + 1
            if (s.at === 5) report('touchesFive')
          },
        ),
      ],
      always: { belowEight: () => s.at < 8 },
      sometimes: { top: () => s.at === top, never: () => false },
      classify: () => s.faults,
    }),
  })

describe('violations', () => {
  test('collect keeps the shortest of every property and class, and goes on to the end', () => {
    const { violations, exhausted, states } = search(ladder(10, 2), { onViolation: 'collect' })
    expect(exhausted).toBe(true)
    expect(states).toBe(11 + 8 + 5)
    const seen = violations.map(({ property, classId, steps, root }) => `${property} ${classId}: ${steps} from ${root}`)
    expect(seen.sort()).toEqual([
      'belowEight 0: 7 from 1',
      'belowEight 1: 5 from 1',
      'belowEight 2: 3 from 1',
      'touchesFive 0: 4 from 1',
      'touchesFive 1: 2 from 1',
    ])
    expect(violations.find(({ steps }) => steps === 2)?.trace()).toEqual(['climb', 'jump'])
  })

  test('stop ends at a shortest one, and that is no exhaustion', () => {
    const { violations, exhausted, limit } = search(ladder(10, 2))
    expect(violations.map(({ property, steps }) => [property, steps])).toEqual([['touchesFive', 2]])
    expect([exhausted, limit]).toEqual([false, undefined])
  })

  test('a step may lead to a state that was known before and still be a violation', () => {
    const spec = defineSpec({
      name: 'back',
      variables: { at: scalar(1) },
      define: (s, report) => ({
        initial: [() => {}],
        rules: [
          rule(
            'there',
            'progress',
            () => s.at === 0,
            () => (s.at = 1),
          ),
          rule(
            'back',
            'progress',
            () => s.at === 1,
            () => {
              s.at = 0
              report('goesBack')
            },
          ),
        ],
        always: {},
        classify: () => s.at,
      }),
    })
    const { violations } = search(spec, { onViolation: 'collect' })
    expect(violations.map((one) => [one.property, one.classId, one.trace()])).toEqual([
      ['goesBack', 0, ['there', 'back']],
    ])
  })

  test('an initial state can be wrong', () => {
    const spec = defineSpec({
      name: 'wrong',
      variables: { at: scalar(1) },
      define: (s) => ({
        initial: [() => {}, () => (s.at = 1)],
        rules: [
          rule(
            'stay',
            'progress',
            () => true,
            () => {},
          ),
        ],
        always: { zero: () => s.at === 0 },
      }),
    })
    const { violations, states } = search(spec)
    expect(violations.map(({ root, steps }) => [root, steps])).toEqual([[1, 0]])
    expect(states).toBe(2)
  })

  test('a class beyond 65535 is refused', () => {
    const spec: Spec = {
      ...ladder(10),
      define: (s, report) => ({ ...ladder(10).define(s as never, report), classify: () => 70_000 }),
    }
    expect(() => search(spec)).toThrow('classify: expected a whole number in 0..65535, got 70000')
  })
})

describe('counts beside the verdict', () => {
  test('witnesses and rules are counted, and zero is visible', () => {
    const { witnesses, ruleCounts, transitions } = search(ladder(4, 1))
    expect(witnesses).toEqual({ top: { count: 2, firstStep: 1 }, never: { count: 0, firstStep: -1 } })
    expect(ruleCounts).toEqual({ climb: 4 + 1, jump: 2 })
    expect(transitions).toBe(7)
  })
})

describe('limits', () => {
  const long = ladder(5000)
  const collect = { onViolation: 'collect' } as const

  test('depth ends the search exactly there', () => {
    const { states, depth, limit, exhausted } = search(long, { ...collect, limits: { depth: 100 } })
    expect({ states, depth, limit, exhausted }).toEqual({ states: 102, depth: 100, limit: 'depth', exhausted: false })
  })

  test('states and time end it soon after', () => {
    const few = search(long, { ...collect, limits: { states: 1000 } })
    expect([few.limit, few.exhausted, few.states >= 1000, few.states < 3100]).toEqual(['states', false, true, true])
    let now = 0
    const soon = search(long, { ...collect, limits: { timeMs: 500 }, clock: () => now++ })
    expect([soon.limit, soon.exhausted, soon.states < 5001]).toEqual(['time', false, true])
    expect(soon.seconds).toBeGreaterThanOrEqual(0.5)
  })

  test('a limit that is not reached changes nothing', () => {
    const { states, exhausted, limit } = search(long, { ...collect, limits: { states: 5001, depth: 5000 } })
    expect({ states, exhausted, limit }).toEqual({ states: 5001, exhausted: true, limit: undefined })
  })

  test('time without a clock is refused', () => {
    expect(() => search(long, { limits: { timeMs: 1 } })).toThrow('limits.timeMs needs a clock')
    expect(() => new Search(long).run(1)).toThrow('run(until) needs a clock')
  })
})

describe('slices', () => {
  test('a search in slices finds the same, and other searches may run in between', () => {
    let now = 0
    const clock = () => now++
    const one = new Search(arithmetic([4, 9, 14, 33], 3), { onViolation: 'collect', clock })
    const other = new Search(ladder(3000, 3), { onViolation: 'collect', clock })
    let slices = 0
    while (!one.done || !other.done) {
      one.run(now + 2)
      other.run(now + 2)
      slices++
    }
    expect(slices).toBeGreaterThan(10)
    const counts = ({ states, transitions, depth }: ReturnType<typeof one.result>) => ({ states, transitions, depth })
    expect(counts(one.result())).toEqual(counts(search(arithmetic([4, 9, 14, 33], 3), { onViolation: 'collect' })))
    expect(counts(other.result())).toEqual(counts(search(ladder(3000, 3), { onViolation: 'collect' })))
  })

  test('progress is told in whole numbers that add up', () => {
    const told: number[] = []
    const { states } = search(ladder(4000), {
      onViolation: 'collect',
      progressEvery: 1000,
      clock: () => 0,
      onProgress: ({ states, frontier, depth, transitions }) => {
        told.push(states)
        expect([frontier, depth, transitions]).toEqual([1, states - 2, states - 1])
      },
    })
    expect(states).toBe(4001)
    expect(told).toEqual([1000, 2000, 3000, 4000])
  })
})

describe('rules', () => {
  const numbered = (count: number, names = (i: number) => `to(${i})`) =>
    defineSpec({
      name: 'numbered',
      variables: { at: scalar(count) },
      define: (s) => ({
        initial: [() => {}],
        rules: Array.from({ length: count }, (_, i) =>
          rule(
            names(i),
            'progress' as RuleKind,
            () => s.at === i,
            () => (s.at = i + 1),
          ),
        ),
        always: { notLast: () => s.at < count },
      }),
    })

  test('there may be more than 256 of them', () => {
    const { violations } = search(numbered(700))
    expect(violations[0]?.trace().slice(-2)).toEqual(['to(698)', 'to(699)'])
  })

  test('a name may hold anything', () => {
    const { violations } = search(numbered(2, (i) => `*/ }\n"\`\${throw}\u2028${i}`))
    expect(violations[0]?.steps).toBe(2)
  })

  test('a name twice, no rule, no initial state: refused with the way out', () => {
    expect(() => search(numbered(2, () => 'same'))).toThrow(
      "spec numbered: expected rule names to be unique, got 'same' twice; put its parameters into the name: same(0)",
    )
    expect(() => search(numbered(0))).toThrow('spec numbered: expected at least one rule, got none')
  })

  test('one that leaves a range is named, with the steps before it', () => {
    const spec = defineSpec({
      name: 'overflow',
      variables: { at: scalar(2), beside: scalar(1) },
      define: (s) => {
        const aside = () => {
          s.beside = 1
        }
        const up = () => {
          s.at = s.at + 1
        }
        return {
          initial: [() => {}],
          rules: [
            rule('aside', 'progress', () => s.at === 0 && s.beside === 0, aside),
            rule('up', 'progress', () => s.at < 2, up),
            rule('over', 'progress', () => s.at === 2 && s.beside === 0, up),
          ],
          always: {},
        }
      },
    })
    expect(() => search(spec)).toThrow('spec overflow, rule over: at: expected a value in 0..2, got 3 (after up up)')
  })
})

describe('the generated loop', () => {
  test('can be read: every rule and property has its line', () => {
    const { source } = new Search(ladder(4, 1))
    for (const line of ['// climb', '// jump', '// belowEight', '// top']) expect(source).toContain(line)
  })
})
