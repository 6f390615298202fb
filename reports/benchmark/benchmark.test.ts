// The published benchmark is what the saved runs say: made anew it is the same, its numbers are those of the figures, every
// figure that a chart selects is a bar, and what was not measured is named.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { BenchResult, Parameters } from '../../bench/method/benchCase.ts'
import { SUITES } from '../../bench/suites/index.ts'
import { PACKAGE_ROOT } from '../packageRoot.ts'
import { answers } from './answers.ts'
import { budgets } from './budget.ts'
import { chartsOf } from './charts.ts'
import { type PublishedSuite, readSuites } from './figures.ts'
import { growthOf } from './growth.ts'
import { benchmarkMarkdown } from './markdown.ts'
import { benchmarkPage } from './page.ts'

const result = (suite: string, name: string, parameters: Parameters, median: number): BenchResult => ({
  ...{ suite, name, parameters, median, spread: [median * 0.9, median * 1.1], p99: median * 2 },
  ...{ unit: 'us/record', recordsPerSecond: 1e6 / median, work: {} },
})

const AT = { bytes: 200, inFlight: 16, store: 'stub', records: 10_000 }
const STEPS: readonly [string, number][] = [
  ['sdk', 100],
  ['fast', 20],
  ['sdk-tuned', 40],
  ['limit-undici', 8],
  ['limit-buffer-alone', 1],
  ['part-sdk-serialised', 41],
  ['part-sdk-signed', 61],
  ['part-sdk-answered', 66],
  ['part-fast-serialised', 5],
  ['part-fast-signed', 9],
  ['part-fast-answered', 10],
]
const runWith = (suite: string, results: readonly BenchResult[]): PublishedSuite => ({
  suite,
  measures: 'writes',
  run: {
    machine: { cpu: 'x', cores: 2, memoryGiB: 1, load: 0, disturbed: [] },
    ...{ node: 'v20', date: 'then', commit: 'abc', results, said: [{ suite, lines: ['fast is quick & small'] }] },
    observed: [
      { suite: 'flush', name: 'sdk', about: 'throttled', seen: 'an error' },
      { suite: 'flush', name: 'sdk', about: 'empty answer', seen: 'says 3 written, 0 are' },
    ],
  },
})
/** With the medians of some changed. */
const flush = (changed: Readonly<Record<string, number>> = {}, others: readonly BenchResult[] = []): PublishedSuite => {
  const steps = STEPS.map(([name, median]) => result('flush', name, AT, changed[name] ?? median))
  return runWith('flush', [...steps, ...others])
}
const FLUSH = flush()
/** Of the sinks with set and list, by transport. */
const SINKS = (
  [
    ['hashSetTransient', 'sdk', 24],
    ['listStateBuffer', 'sdk', 20],
    ['hashSetTransient', 'fast', 15],
    ['listStateBuffer', 'fast', 5],
  ] as const
).map(([name, transport, median]) => result('flush', name, { ...AT, inFlight: 1, transport }, median))
const MISSING: PublishedSuite = { suite: 'buffer', measures: 'buffers', run: null }

/** Medians of one kind: 10,000 records of 200 B, then 1,000 and 1,000,000 of 100 B. */
const buffers = (set: readonly [number, number, number], list: readonly [number, number, number]): PublishedSuite => {
  const kind = (name: string, [median, few, many]: readonly [number, number, number]) => {
    const of = (records: number, bytes: number, at: number) =>
      result('buffer', name, { operation: 'add', records, bytes, duplicates: 0 }, at)
    return [of(10_000, 200, median), of(1_000, 100, few), of(1_000_000, 100, many)]
  }
  return runWith('buffer', [...kind('HashSetBuffer', set), ...kind('ListStateBuffer', list)])
}
const snapshots = (clone: number, json: number): PublishedSuite => {
  const at = { operation: 'block', records: 10_000, bytes: 200 }
  return runWith('checkpoint', [
    result('checkpoint', 'structuredClone', at, clone),
    result('checkpoint', 'JSON', at, json),
  ])
}

it.each(['benchmark.md', 'benchmark.html'])('reports/published/%s is what the saved runs give', (name) => {
  const folder = join(PACKAGE_ROOT, 'bench', 'results')
  const suites = readSuites(folder, SUITES)
  const made = name.endsWith('md') ? benchmarkMarkdown(suites) : benchmarkPage(suites)
  expect(readFileSync(join(PACKAGE_ROOT, 'reports', 'published', name), 'utf8')).toBe(made)
})

it('the parts of a write add up to it, and the prose has their shares', () => {
  const [sdk, fast] = budgets([FLUSH])
  const micros = (budget: typeof sdk) => budget?.parts.map((part) => part.micros)
  expect(micros(sdk)).toEqual([1, 40, 20, 5, 34])
  expect(micros(fast)).toEqual([1, 4, 4, 1, 10])
  expect(sdk?.parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
  const [, , dominates] = answers([FLUSH])
  expect(dominates?.text).toContain('the most goes to: serialise, with logger and middleware. In order: buffer 1.0 %;')
  expect(dominates?.text).toContain('5.0 times as many records a second as the SDK')
  expect(dominates?.text).toContain('(sdk-tuned) 2.5 times as many')
})

it('a step that comes out below the one before is noise and counts as nothing', () => {
  const [sdk] = budgets([flush({ 'part-sdk-signed': 30 })])
  expect(sdk?.parts.map(({ micros }) => micros)).toEqual([1, 40, 0, 36, 34])
  expect(budgets([runWith('flush', [])])).toEqual([])
})

it('takes its words from the figures: what is the other way round reads the other way round', () => {
  const [which, when] = answers([buffers([600, 100, 300], [10, 10, 10]), snapshots(20, 4), flush({}, SINKS)])
  expect(which?.text).toContain('600 ns in a HashSet')
  expect(which?.text).toContain('the set costs 60 times as much')
  expect(when?.text).toContain(
    'hardly ever in a sink that flushes at 25 through the SDK: a list is 1.0 % of a write there, and with the set in its ' +
      'place the sink takes 1.2 times as long. On the fast transport it is 5.0 %, and with the set in its place the sink ' +
      'takes 3.0 times as long.',
  )
  expect(when?.text).toContain('rises from 100 to 300 ns in the set and stays near 10 ns in the list')
  expect(when?.text).toContain('takes 6.0 ms, less than the 20 ms')
  expect(when?.text).toContain('quickest serialiser is JSON with 4.0 ms; structured clone takes 5.0 times as much')

  const slow = flush({ fast: 200, 'sdk-tuned': 125, 'limit-buffer-alone': 40 })
  const reversed = answers([buffers([10, 300, 100], [20, 10, 40]), snapshots(0.05, 4), slow])
  expect(reversed[0]?.text).toContain('the set costs 0.50 times as much')
  expect(reversed[1]?.text).toContain('For speed, from the first record on in a sink')
  expect(reversed[1]?.text).toContain('falls from 300 to 100 ns in the set and rises from 10 to 40 ns in the list')
  expect(reversed[1]?.text).toContain('no less than the 0.050 ms')
  expect(reversed[1]?.text).toContain('The quickest serialiser is structuredClone with 0.050 ms.')
  expect(reversed[2]?.text).toContain('0.50 times as many records a second as the SDK')
  expect(reversed[2]?.text).toContain('(sdk-tuned) 0.80 times as many')
  expect(answers([buffers([10, 1, 1], [10, 1, 1])])[0]?.text).toContain('the set costs as much')
})

it('no sentence that compares is left without figures', () => {
  for (const { text } of answers([MISSING])) expect(text).toMatch(/^Not measured/)
})

it('draws a mark for each figure, fastest first, without the parts, and escapes what is text', () => {
  const [chart, steps] = chartsOf(FLUSH)
  const labels = ['limit-buffer-alone', 'limit-undici', 'fast', 'sdk-tuned', 'sdk']
  expect(chart?.marks.map(({ label }) => label)).toEqual(labels)
  expect(steps?.marks.map(({ label }) => label)).toEqual(['sdk-tuned', 'sdk'])
  const page = benchmarkPage([FLUSH])
  expect(page.match(/<g class="mark">/g)?.length).toBe(labels.length + 2)
  expect(page).toContain('fast is quick &amp; small')
})

it('draws growth as a line a kind, of as many points as there are sizes', () => {
  const suite = buffers([600, 100, 300], [10, 10, 10])
  const [chart] = growthOf(suite)
  expect(chart?.lines.map(({ label, points }) => [label, points.length])).toEqual([
    ['HashSetBuffer', 2],
    ['ListStateBuffer', 2],
  ])
  const page = benchmarkPage([suite])
  expect(page.match(/<g class="line">/g)?.length).toBe(2)
  expect(page).toContain('HashSetBuffer 100 to 300')
  expect(growthOf(FLUSH)).toEqual([])
})

it('has what clients do in trouble as a table, on the page and as text', () => {
  expect(benchmarkMarkdown([FLUSH])).toContain(
    '| client | throttled | empty answer |\n| --- | --- | --- |\n| sdk | an error | says 3 written, 0 are |',
  )
  expect(benchmarkPage([FLUSH])).toContain('<td data-about="empty answer">says 3 written, 0 are</td>')
})

it('names what was not measured', () => {
  const page = benchmarkPage([MISSING, FLUSH])
  expect(page).toContain('<h2>buffer</h2><p>buffers. Not measured.</p>')
  expect(benchmarkMarkdown([MISSING])).toContain('## buffer: buffers\n\nNot measured.')
  expect(chartsOf(MISSING)).toEqual([])
})

it('needs no network and no script', () => {
  const page = benchmarkPage([FLUSH])
  expect(page).not.toMatch(/<script|https?:\/\/|url\(/)
})
