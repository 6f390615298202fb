// How a cost grows with the number of records: lines as data, from 1,000 to 1,000,000 records of 100 B.
// Read next: lineChart.ts (how they are drawn), charts.ts.
import type { BenchResult } from '../../bench/method/benchCase.ts'
import { type PublishedSuite, select } from './figures.ts'

export interface Line {
  readonly label: string
  /** By rising number of records; at least two. */
  readonly points: readonly { readonly records: number; readonly result: BenchResult }[]
}

export interface LineChart {
  readonly title: string
  readonly unit: string
  /** The dearest at its end first, as the lines lie. */
  readonly lines: readonly Line[]
}

const OPERATIONS = ['add', 'drain', 'snapshot', 'restore'] as const

export function growthOf({ suite, run }: PublishedSuite): LineChart[] {
  if (suite !== 'buffer' || run === null) return []
  return OPERATIONS.flatMap((operation) => {
    const results = select(run.results, { operation, bytes: 100, duplicates: 0 })
    const names = [...new Set(results.map(({ name }) => name))]
    const lines = names
      .map((label) => ({
        label,
        points: results
          .filter(({ name }) => name === label)
          .map((result) => ({ records: Number(result.parameters.records), result }))
          .sort((a, b) => a.records - b.records),
      }))
      .filter(({ points }) => points.length > 1)
      .sort((a, b) => lastOf(b) - lastOf(a))
    const [first] = results
    if (lines.length === 0 || first === undefined) return []
    return [{ title: `Growth: ${operation}, 1e3 to 1e6 records of 100 B`, unit: first.unit, lines }]
  })
}

const lastOf = ({ points }: Line): number => points.at(-1)?.result.median ?? 0
