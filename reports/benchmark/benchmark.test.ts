// The published benchmark is what the saved runs say: made anew it is the same, its numbers are those of the figures, every
// figure that a chart selects is a bar, and what was not measured is named.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { BenchResult, Parameters } from '../../bench/method/benchCase.ts'
import { SUITES } from '../../bench/suites/index.ts'
import { PACKAGE_ROOT } from '../packageRoot.ts'
import { answers, budget, FiguresError } from './answers.ts'
import { chartsOf } from './charts.ts'
import { type PublishedSuite, readSuites } from './figures.ts'
import { benchmarkMarkdown } from './markdown.ts'
import { benchmarkPage } from './page.ts'

const result = (suite: string, name: string, parameters: Parameters, median: number): BenchResult => ({
  ...{ suite, name, parameters, median, spread: [median * 0.9, median * 1.1], p99: median * 2 },
  ...{ unit: 'us/record', recordsPerSecond: 1e6 / median, work: {} },
})

const AT = { bytes: 200, inFlight: 16, store: 'stub', records: 10_000 }
const FLUSH: PublishedSuite = {
  suite: 'flush',
  measures: 'writes',
  run: {
    machine: { cpu: 'x', cores: 2, memoryGiB: 1, load: 0, disturbed: [] },
    ...{
      node: 'v20',
      date: 'then',
      commit: 'abc',
      said: [{ suite: 'flush', lines: ['fast is quick & small'] }],
      observed: [],
    },
    results: [
      result('flush', 'sdk', AT, 100),
      result('flush', 'fast', AT, 20),
      result('flush', 'limit-undici', AT, 8),
      result('flush', 'limit-buffer-alone', AT, 1),
    ],
  },
}
const MISSING: PublishedSuite = { suite: 'buffer', measures: 'buffers', run: null }

it.each(['benchmark.md', 'benchmark.html'])('reports/published/%s is what the saved runs give', (name) => {
  const folder = join(PACKAGE_ROOT, 'bench', 'results')
  const suites = readSuites(folder, SUITES)
  const made = name.endsWith('md') ? benchmarkMarkdown(suites) : benchmarkPage(suites)
  expect(readFileSync(join(PACKAGE_ROOT, 'reports', 'published', name), 'utf8')).toBe(made)
})

it('the parts of a write add up to it, and the prose has their shares', () => {
  const shares = budget([FLUSH])
  expect(shares?.sdk.reduce((sum, { micros }) => sum + micros, 0)).toBe(100)
  expect(shares?.fast.reduce((sum, { micros }) => sum + micros, 0)).toBe(20)
  const [, , dominates] = answers([FLUSH])
  expect(dominates?.text).toContain('the buffer is 1.0 %, HTTP alone 8.0 %, and 80 % is what the SDK spends')
  expect(dominates?.text).toContain('5.0 times as many records a second')
})

it('publishes no sentence that its figures contradict', () => {
  const slower = (name: string): PublishedSuite => {
    if (FLUSH.run === null) throw new Error('expected a run')
    const results = FLUSH.run.results.map((each) => (each.name === name ? { ...each, median: 500 } : each))
    return { ...FLUSH, run: { ...FLUSH.run, results } }
  }
  expect(() => answers([slower('fast')])).toThrow(FiguresError)
  expect(() => answers([slower('limit-undici')])).toThrow(FiguresError)
  const where = { records: 10_000, bytes: 200, duplicates: 0, operation: 'add' }
  const buffers = [result('buffer', 'HashSetBuffer', where, 10), result('buffer', 'ListStateBuffer', where, 20)]
  const run = FLUSH.run === null ? null : { ...FLUSH.run, results: buffers }
  expect(() => answers([{ suite: 'buffer', measures: '', run }])).toThrow('HashSetBuffer (10) is said to cost more')
})

it('draws a bar for each figure, fastest first, and escapes what is text', () => {
  const [chart] = chartsOf(FLUSH)
  expect(chart?.bars.map(({ label }) => label)).toEqual(['limit-buffer-alone', 'limit-undici', 'fast', 'sdk'])
  const page = benchmarkPage([FLUSH])
  expect(page.match(/<text class="label"/g)?.length).toBe(4)
  expect(page).toContain('fast is quick &amp; small')
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
