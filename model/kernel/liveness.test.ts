// Liveness against brute force on random small systems, then the cases a checker of sinks must get right: an endless
// retry is found, a fault is never accused of happening for ever, and a lasso really is a fair run without the goal.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Graph } from './graph.ts'
import { checkEventually, type Lasso } from './liveness.ts'
import { scalar } from './schema.ts'
import { Search } from './search.ts'
import { defineSpec, isFair, type RuleKind, rule, type Spec } from './spec.ts'

function graphOf(spec: Spec): Graph {
  const search = new Search(spec, { keepGraph: true, onViolation: 'collect' })
  search.run()
  return search.graph()
}

/** States 0..n-1; rule r goes from state i to targets[r][i], or is disabled there (-1). */
function system(
  targets: readonly (readonly number[])[],
  kinds: readonly RuleKind[],
  from: readonly boolean[],
  goal: readonly boolean[],
): Spec {
  const n = goal.length
  return defineSpec({
    name: 'system',
    variables: { at: scalar(n) },
    define: (s) => ({
      initial: [() => {}],
      rules: targets.map((target, r) =>
        rule(
          `r${r}`,
          kinds[r] as RuleKind,
          () => (target[s.at] as number) >= 0,
          () => (s.at = target[s.at] as number),
        ),
      ),
      always: {},
      eventually: [{ name: 'goal', from: () => from[s.at] === true, goal: () => goal[s.at] === true }],
      classify: () => s.at % 2,
    }),
  })
}

/** Every set of states that a weakly fair run could stay in for ever, by trying all subsets. */
function bruteForce(graph: Graph, from: readonly boolean[], goal: readonly boolean[]): boolean {
  const n = graph.states
  const value = (id: number) => Number(graph.dump(id).at)
  const fair = (id: number) => graph.edges(id).filter(({ rule }) => isFair(graph.ruleKinds[rule] as RuleKind))
  const away = new Set<number>()
  const reach = (id: number) => {
    if (away.has(id) || goal[value(id)]) return
    away.add(id)
    for (const { target } of fair(id)) reach(target)
  }
  for (let id = 0; id < n; id++) if (from[value(id)]) reach(id)
  if ([...away].some((id) => fair(id).length === 0)) return false
  const members = [...away]
  for (let subset = 1; subset < 1 << members.length; subset++) {
    const inside = new Set(members.filter((_, i) => subset & (1 << i)))
    const steps = (id: number) => fair(id).filter(({ target }) => inside.has(target))
    if ([...inside].some((id) => steps(id).length === 0)) continue
    const connected = [...inside].every((start) => {
      const seen = new Set([start])
      for (const id of seen) for (const { target } of steps(id)) seen.add(target)
      return seen.size === inside.size
    })
    if (!connected) continue
    const served = graph.ruleKinds.every((kind, r) => {
      if (!isFair(kind)) return true
      const taken = [...inside].some((id) => steps(id).some(({ rule }) => rule === r))
      return taken || [...inside].some((id) => !graph.edges(id).some(({ rule }) => rule === r))
    })
    if (served) return false
  }
  return true
}

/** Walks a lasso: it must be a run, avoid the goal from a `from` state on, and give every fair rule its due. */
function expectRealLasso(graph: Graph, lasso: Lasso, from: readonly boolean[], goal: readonly boolean[]): void {
  const value = (id: number) => Number(graph.dump(id).at)
  const follow = (start: number, names: readonly string[]) => {
    const states = [start]
    for (const name of names) {
      const edge = graph.edges(states.at(-1) as number).find(({ rule }) => graph.ruleNames[rule] === name)
      expect(edge).toBeDefined()
      states.push((edge as { target: number }).target)
    }
    return states
  }
  const stem = follow(0, lasso.stem)
  expect(stem.at(-1)).toBe(lasso.state)
  const begins = stem.some((id, i) => {
    const rest = lasso.stem.slice(i).map((name) => graph.ruleKinds[graph.ruleNames.indexOf(name)] as RuleKind)
    return from[value(id)] && rest.every(isFair) && stem.slice(i).every((later) => !goal[value(later)])
  })
  expect(begins).toBe(true)
  const cycle = follow(lasso.state, lasso.cycle)
  expect(cycle.at(-1)).toBe(lasso.state)
  expect(cycle.every((id) => !goal[value(id)])).toBe(true)
  if (lasso.kind === 'stuck') expect(lasso.cycle).toEqual([])
  for (const [r, kind] of graph.ruleKinds.entries()) {
    if (!isFair(kind)) {
      expect(lasso.cycle).not.toContain(graph.ruleNames[r])
      continue
    }
    const disabledSomewhere = cycle.some((id) => !graph.edges(id).some(({ rule }) => rule === r))
    expect(disabledSomewhere || lasso.cycle.includes(graph.ruleNames[r] as string)).toBe(true)
  }
}

/** Steps of the shortest way to each state without the goal: any steps to a `from` state, then fair ones. */
function shortestStems(graph: Graph, from: readonly boolean[], goal: readonly boolean[]): Map<number, number> {
  const value = (id: number) => Number(graph.dump(id).at)
  const depths = graph.depths()
  const best = new Map<number, number>()
  const visit = (id: number, steps: number) => {
    if (goal[value(id)] || steps >= (best.get(id) ?? Number.POSITIVE_INFINITY)) return
    best.set(id, steps)
    for (const { rule, target } of graph.edges(id)) {
      if (isFair(graph.ruleKinds[rule] as RuleKind)) visit(target, steps + 1)
    }
  }
  for (let id = 0; id < graph.states; id++) if (from[value(id)]) visit(id, depths[id] as number)
  return best
}

describe('eventually', () => {
  test('agrees with brute force on random systems, and every lasso is a real one', () => {
    const n = 7
    const seen = { holds: 0, stuck: 0, cycle: 0 }
    const systems = fc.record({
      targets: fc.array(fc.array(fc.integer({ min: -2, max: n - 1 }), { minLength: n, maxLength: n }), {
        minLength: 2,
        maxLength: 4,
      }),
      kinds: fc.array(fc.constantFrom<RuleKind>('progress', 'timer', 'progress', 'fault', 'environment'), {
        minLength: 4,
        maxLength: 4,
      }),
      from: fc.array(fc.boolean(), { minLength: n, maxLength: n }),
      goal: fc.array(
        fc.nat(2).map((x) => x === 0),
        { minLength: n, maxLength: n },
      ),
    })
    fc.assert(
      fc.property(systems, ({ targets, kinds, from, goal }) => {
        const graph = graphOf(system(targets, kinds, from, goal))
        const [result] = checkEventually(graph)
        expect(result?.holds).toBe(bruteForce(graph, from, goal))
        if (result?.holds) seen.holds++
        for (const lasso of result?.lassos ?? []) {
          seen[lasso.kind]++
          expectRealLasso(graph, lasso, from, goal)
          expect(lasso.stem.length).toBe(shortestStems(graph, from, goal).get(lasso.state))
        }
      }),
      { numRuns: 1500, seed: 11 },
    )
    expect(Math.min(seen.holds, seen.stuck, seen.cycle)).toBeGreaterThan(50)
  })
})

describe('stems', () => {
  test('count every step: a from-state that is near to the lasso but far from the start is no short cut', () => {
    const none = -1
    const start = [1, 2, 3, 4, none, none, none] // 0 to 4 by the environment
    const fair = [none, 5, none, none, 6, 6, none] // 1 to 6 over 5, 4 to 6 at once
    const from = [false, true, false, false, true, false, false]
    const spec = system([start, fair], ['environment', 'progress'], from, new Array(7).fill(false))
    const stuck = checkEventually(graphOf(spec))[0]?.lassos.filter(({ stem }) => stem.at(-1) === 'r1')
    expect(stuck?.map(({ stem }) => stem)).toEqual([['r0', 'r1', 'r1']])
  })
})

/** A client that sends, is answered or refused, and retries. `refusals`: how often the store may refuse, Infinity for ever. */
function retrying(refuse: { kind: RuleKind; budget: number; persistent?: boolean }): Spec {
  const limited = Number.isFinite(refuse.budget)
  const IDLE = 0
  const SENT = 1
  const BACKOFF = 2
  const DONE = 3
  return defineSpec({
    name: 'retrying',
    variables: { client: scalar(DONE), refusals: scalar(limited ? refuse.budget : 1) },
    define: (s) => ({
      initial: [() => {}],
      rules: [
        rule(
          'send',
          'progress',
          () => s.client === IDLE,
          () => (s.client = SENT),
        ),
        rule(
          'apply(ok)',
          'progress',
          () => s.client === SENT && !refuse.persistent,
          () => (s.client = DONE),
        ),
        rule(
          'apply(refused)',
          refuse.kind,
          () => s.client === SENT && (!limited || s.refusals < refuse.budget),
          () => {
            s.client = BACKOFF
            s.refusals = limited ? s.refusals + 1 : 1
          },
        ),
        rule(
          'backOff',
          'timer',
          () => s.client === BACKOFF,
          () => (s.client = IDLE),
        ),
      ],
      always: {},
      eventually: [{ name: 'answered', from: () => true, goal: () => s.client === DONE }],
      classify: () => s.refusals,
    }),
  })
}

describe('retries', () => {
  const judged = (spec: Spec) => checkEventually(graphOf(spec))[0]

  test('a store that refuses for ever is found, as a lasso, once a class', () => {
    const result = judged(retrying({ kind: 'progress', budget: Number.POSITIVE_INFINITY, persistent: true }))
    expect(result?.holds).toBe(false)
    expect(result?.lassos).toEqual([
      {
        property: 'answered',
        kind: 'cycle',
        classId: 1,
        root: 0,
        state: 2,
        stem: ['send', 'apply(refused)'],
        cycle: ['backOff', 'send', 'apply(refused)'],
      },
    ])
  })

  test('a fault is not accused of happening for ever, with a budget or without', () => {
    expect(judged(retrying({ kind: 'fault', budget: 3 }))?.holds).toBe(true)
    expect(judged(retrying({ kind: 'fault', budget: Number.POSITIVE_INFINITY }))?.holds).toBe(true)
    expect(judged(retrying({ kind: 'environment', budget: Number.POSITIVE_INFINITY }))?.holds).toBe(true)
  })

  test('a refusal that is a progress step with a budget runs out', () => {
    expect(judged(retrying({ kind: 'progress', budget: 3 }))?.holds).toBe(true)
  })

  test('a client that waits for what only a fault can bring is stuck', () => {
    const result = judged(retrying({ kind: 'fault', budget: 2, persistent: true }))
    expect(result?.lassos.map(({ kind, classId, stem, cycle }) => [kind, classId, stem.length, cycle.length])).toEqual([
      ['stuck', 0, 1, 0],
      ['stuck', 1, 4, 0],
      ['stuck', 2, 7, 0],
    ])
  })

  test('a property whose `from` never holds says so', () => {
    const spec = system([[-1, -1]], ['progress'], [false, false], [false, false])
    expect(judged(spec)).toEqual({ property: 'goal', holds: true, fromStates: 0, lassos: [] })
  })
})

describe('size', () => {
  test('a path of 200,000 states does not exhaust the stack', () => {
    const top = 200_000
    const spec = defineSpec({
      name: 'long',
      variables: { at: scalar(top) },
      define: (s) => ({
        initial: [() => {}],
        rules: [
          rule(
            'up',
            'progress',
            () => s.at < top,
            () => (s.at = s.at + 1),
          ),
          rule(
            'round',
            'progress',
            () => s.at === top,
            () => (s.at = 0),
          ),
        ],
        always: {},
        eventually: [{ name: 'never', from: () => s.at === 0, goal: () => false }],
      }),
    })
    const [result] = checkEventually(graphOf(spec))
    expect(result?.lassos.map(({ kind, stem, cycle }) => [kind, stem.length, cycle.length])).toEqual([
      ['cycle', 0, 200_001],
    ])
  })
})
