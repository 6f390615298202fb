// Which figures are drawn, as rows: a suite, a title, the parameters that all bars share. A suite that has no row here gets
// one chart of all it measured. Read next: barChart.ts.
import type { BenchResult, Parameters } from '../../bench/method/benchCase.ts'
import { type PublishedSuite, select } from './figures.ts'

interface ChartRow {
  readonly suite: string
  readonly title: string
  readonly where: Parameters
  readonly without?: readonly string[]
}

export interface Bar {
  readonly label: string
  readonly result: BenchResult
}

export interface Chart {
  readonly title: string
  readonly unit: string
  /** Fastest first. */
  readonly bars: readonly Bar[]
}

const BUFFER = { records: 10_000, bytes: 200, duplicates: 0 }
const STUB = { bytes: 200, store: 'stub' }

const ROWS: readonly ChartRow[] = [
  ...(['add', 'add again', 'drain', 'snapshot', 'restore'] as const).map((operation) => ({
    suite: 'buffer',
    title: `Buffer: ${operation}, 10,000 records of 200 B`,
    where: { ...BUFFER, operation },
  })),
  {
    suite: 'buffer',
    title: 'Buffer: add, 1e3 to 1e6 records of 100 B',
    where: { operation: 'add', bytes: 100, duplicates: 0 },
  },
  ...(['block', 'restore'] as const).map((operation) => ({
    suite: 'checkpoint',
    title: `Snapshot of 10,000 records of 200 B: ${operation === 'block' ? 'the task is blocked' : 'restore'}`,
    where: { operation, records: 10_000, bytes: 200 },
  })),
  ...[1, 16].map((inFlight) => ({
    suite: 'flush',
    title: `Flush: records of 200 B to the stub, ${inFlight} in flight`,
    where: { ...STUB, inFlight },
    without: ['transport'],
  })),
  { suite: 'flush', title: 'Flush: our sinks, SDK transport, records of 200 B', where: { ...STUB, transport: 'sdk' } },
  {
    suite: 'flush',
    title: 'Flush: our sinks, fast transport, records of 200 B',
    where: { ...STUB, transport: 'fast' },
  },
  ...['barrier-M', 'barrier-L', 'tpc7', 'tpc8', 'pipeline-M', 'pipeline-L'].map((model) => ({
    suite: 'checker',
    title: `Checker: ${model}`,
    where: { model },
  })),
  ...['50 actions', '20 requests', 'no fault, two records', 'no fault, two sources'].map((program) => ({
    suite: 'schedules',
    title: `Schedules: ${program}`,
    where: { program },
  })),
]

export function chartsOf({ suite, run }: PublishedSuite): Chart[] {
  if (run === null) return []
  const rows = ROWS.filter((row) => row.suite === suite)
  const all = rows.length === 0 ? [{ suite, title: suite, where: {} }] : rows
  return all.flatMap(({ title, where, without = [] }: ChartRow) => {
    const results = select(run.results, where, without)
    const [first] = results
    if (first === undefined) return []
    const bars = results
      .map((result) => ({ label: [result.name, ...others(result, where, results)].join(' '), result }))
      .sort((a, b) => a.result.median - b.result.median)
    return [{ title, unit: first.unit, bars }]
  })
}

/** Parameters in which the bars of a chart differ. */
const others = ({ parameters }: BenchResult, where: Parameters, results: readonly BenchResult[]): string[] =>
  Object.entries(parameters)
    .filter(([name, value]) => !(name in where) && results.some((each) => each.parameters[name] !== value))
    .map(([name, value]) => `${name} ${value}`)
