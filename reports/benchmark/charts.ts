// Which figures are drawn, as rows: a suite, a title, the parameters that all marks share. A suite that has no row here
// gets one chart of all it measured. Read next: growth.ts, dotChart.ts.
import type { BenchResult, Parameters } from '../../bench/method/benchCase.ts'
import { type PublishedSuite, select } from './figures.ts'

interface ChartRow {
  readonly suite: string
  readonly title: string
  readonly where: Parameters
  readonly without?: readonly string[]
  /** Of the results' names. */
  readonly named?: (name: string) => boolean
}

export interface Mark {
  readonly label: string
  readonly result: BenchResult
}

export interface Chart {
  readonly title: string
  readonly unit: string
  /** Fastest first. */
  readonly marks: readonly Mark[]
}

const BUFFER = { records: 10_000, bytes: 200, duplicates: 0 }
const STUB = { bytes: 200, store: 'stub' }
const isPart = (name: string): boolean => name.startsWith('part-')
const isStep = (name: string): boolean => name.startsWith('sdk-') && name !== 'sdk-tuned'

const ROWS: readonly ChartRow[] = [
  ...(['add', 'add again', 'drain', 'snapshot', 'restore'] as const).map((operation) => ({
    suite: 'buffer',
    title: `Buffer: ${operation}, 10,000 records of 200 B`,
    where: { ...BUFFER, operation },
  })),
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
    named: (name: string) => !isPart(name) && !isStep(name),
  })),
  {
    suite: 'flush',
    title: 'The SDK made faster: each step by itself, and all of them (sdk-tuned), 16 in flight',
    where: { ...STUB, inFlight: 16 },
    without: ['transport'],
    named: (name: string) => name === 'sdk' || name === 'sdk-tuned' || isStep(name),
  },
  { suite: 'flush', title: 'Flush: our sinks, SDK transport, records of 200 B', where: { ...STUB, transport: 'sdk' } },
  {
    suite: 'flush',
    title: 'Flush: our sinks, fast transport, records of 200 B',
    where: { ...STUB, transport: 'fast' },
  },
  ...[1, 16].map((inFlight) => ({
    suite: 'flush',
    title: `Flush: to dynalite, which stores them, ${inFlight} in flight`,
    where: { store: 'dynalite', inFlight },
    without: ['transport'],
  })),
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
  return all.flatMap(({ title, where, without = [], named = () => true }: ChartRow) => {
    const results = select(run.results, where, without).filter(({ name }) => named(name))
    const [first] = results
    if (first === undefined) return []
    const marks = results
      .map((result) => ({ label: [result.name, ...others(result, where, results)].join(' '), result }))
      .sort((a, b) => a.result.median - b.result.median)
    return [{ title, unit: first.unit, marks }]
  })
}

/** Parameters in which the marks of a chart differ. */
const others = ({ parameters }: BenchResult, where: Parameters, results: readonly BenchResult[]): string[] =>
  Object.entries(parameters)
    .filter(([name, value]) => !(name in where) && results.some((each) => each.parameters[name] !== value))
    .map(([name, value]) => `${name} ${value}`)
