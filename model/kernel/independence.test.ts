// What makes a declared-safe rule unsafe, one small spec each; and one that is safe, where the reduced search has fewer
// states and the same violations. Read next: independence.ts, ../pipeline/reductions.test.ts (the pipeline's own rules).
import { expect, it } from 'vitest'
import { checkIndependence } from './independence.ts'
import { defineSpec, rule, Search, scalar, search } from './index.ts'

interface Counters {
  a: number
  b: number
}
type Rules = (s: Counters, report: (name: string) => void) => ReturnType<typeof rule>[]

const specOf = (rules: Rules, broken: (s: Counters) => boolean = () => false) =>
  defineSpec({
    name: 'two counters',
    variables: { a: scalar(3), b: scalar(3) },
    define: (s, report) => ({
      initial: [() => {}],
      rules: rules(s, report),
      always: { P: () => !broken(s), Q: () => true },
    }),
  })

const up = (s: Counters, name: 'a' | 'b', when = () => true, safe: (() => boolean) | null = null) =>
  rule(
    name,
    'progress',
    () => s[name] < 3 && when(),
    () => {
      s[name]++
    },
    safe,
  )
const always = () => true

function whole(rules: Rules, broken?: (s: Counters) => boolean) {
  const search = new Search(specOf(rules, broken), { onViolation: 'collect', keepGraph: true })
  search.run()
  return search.graph()
}
const whyNot = (rules: Rules, broken?: (s: Counters) => boolean) =>
  checkIndependence(whole(rules, broken)).dependences.map(({ rule: one, other, why }) => `${one}, ${other}: ${why}`)

it('a rule that touches nothing of the others is safe: fewer states, the same end, the same violation', () => {
  const rules: Rules = (s) => [up(s, 'a', always, always), up(s, 'b')]
  const broken = (s: Counters) => s.a === 3 && s.b === 2
  const { safe, dependences } = checkIndependence(whole(rules, broken))
  expect([safe, dependences]).toEqual([{ a: 12 }, []])
  const all = search(specOf(rules, broken), { onViolation: 'collect' })
  const reduced = search(specOf(rules, broken), { onViolation: 'collect', reduce: true })
  expect([all.states, reduced.states]).toEqual([16, 7])
  const seen = ({ violations }: typeof all) => violations.map(({ property, trace }) => [property, trace().sort()])
  expect(seen(reduced)).toEqual(seen(all))
})

it.each([
  ['disables another', (s) => [up(s, 'a', always, always), up(s, 'b', () => s.a === 0)], 'a, b: it disables the other'],
  [
    'writes what another reads',
    (s) => [
      up(s, 'a', always, always),
      rule(
        'b',
        'progress',
        () => s.b === 0 && s.a < 3,
        () => {
          s.b = s.a
        },
      ),
    ],
    'a, b: the two orders end in different states',
  ],
  [
    'reports',
    (s, report) => [
      rule(
        'a',
        'progress',
        () => s.a < 1,
        () => {
          s.a++
          report('Q')
        },
        always,
      ),
    ],
    'a, null: it reports a violation',
  ],
  [
    'goes in a circle',
    (s) => [
      rule(
        'a',
        'progress',
        always,
        () => {
          s.a = 1 - s.a
        },
        always,
      ),
    ],
    'a, null: safe rules follow without an end',
  ],
  [
    'hides what another reports',
    (s, report) => [
      up(s, 'a', () => s.a < 1, always),
      rule(
        'b',
        'progress',
        () => s.b === 0,
        () => {
          if (s.a === 0) report('Q')
          s.b = 1
        },
      ),
    ],
    'a, b: it hides what the other reports',
  ],
] as const satisfies readonly (readonly [string, Rules, string])[])('a rule that %s is not safe', (_, rules, why) => {
  expect(whyNot(rules)).toContain(why)
})

it('a rule that mends what the state breaks is not safe', () => {
  expect(
    whyNot(
      (s) => [up(s, 'a', always, always)],
      (s) => s.a === 1,
    ),
  ).toContain('a, null: it hides a violation')
})

it('asks for a whole graph', () => {
  const search = new Search(
    specOf((s) => [up(s, 'a', always, always)]),
    { keepGraph: true, reduce: true },
  )
  search.run()
  expect(() => checkIndependence(search.graph())).toThrow('expected a whole graph, got one of a reduced search')
})
