// The saved runs that a report is made of, one file a suite (bench/results/published-<suite>.json), so that a suite can be
// measured again by itself. A suite without a file is named as missing, never left out.
// Read next: charts.ts, answers.ts, ../publish/benchmarkMain.ts.
import { existsSync } from 'node:fs'
import { baselinePath, loadBaseline } from '../../bench/method/baseline.ts'
import type { BenchResult, Parameters } from '../../bench/method/benchCase.ts'
import type { BenchRun } from '../../bench/method/benchRun.ts'

export interface PublishedSuite {
  readonly suite: string
  readonly measures: string
  /** Null: not measured. */
  readonly run: BenchRun | null
}

export const nameOf = (suite: string): string => `published-${suite}`

/** @throws BaselineError for a file that is no saved run. */
export const readSuites = (
  folder: string,
  suites: readonly { readonly name: string; readonly measures: string }[],
): PublishedSuite[] =>
  suites.map(({ name, measures }) => ({
    suite: name,
    measures,
    run: existsSync(baselinePath(folder, nameOf(name))) ? loadBaseline(folder, nameOf(name)) : null,
  }))

/** The results whose parameters are these and, of the ones named in `without`, none. */
export const select = (
  results: readonly BenchResult[],
  where: Parameters,
  without: readonly string[] = [],
): BenchResult[] =>
  results.filter(
    ({ parameters }) =>
      Object.entries(where).every(([name, value]) => parameters[name] === value) &&
      without.every((name) => parameters[name] === undefined),
  )
