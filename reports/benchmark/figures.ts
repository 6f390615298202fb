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

/** None where the suite was not measured; of our sinks only where a transport is asked for. */
export const resultsWhere = (suites: readonly PublishedSuite[], suite: string, where: Parameters): BenchResult[] =>
  select(
    suites.find((each) => each.suite === suite)?.run?.results ?? [],
    where,
    'transport' in where ? [] : ['transport'],
  )

export const resultOf = (
  suites: readonly PublishedSuite[],
  suite: string,
  name: string,
  where: Parameters,
): BenchResult | null => resultsWhere(suites, suite, where).find((result) => result.name === name) ?? null

/** For people: two digits, or all of a whole number. */
export const figure = (value: number): string =>
  value >= 1_000 ? Math.round(value).toLocaleString('en') : value >= 10 ? value.toFixed(0) : value.toPrecision(2)

export const parametersText = (parameters: Parameters): string =>
  Object.entries(parameters)
    .map(([field, value]) => `${field} ${value}`)
    .join(', ')
