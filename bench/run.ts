// Runs suites and gives back what is printed, saved and compared. Read next: suites/index.ts, method/rounds.ts.
import type { MeasuredCase } from './method/benchCase.ts'
import { type BenchRun, benchRun, observationLines } from './method/benchRun.ts'
import { loadNow, remarks } from './method/disturbance.ts'
import { measureInRounds, type RoundOptions } from './method/rounds.ts'
import type { Suite, SuiteSize } from './suites/index.ts'

export interface RunOptions {
  readonly suites: readonly Suite[]
  readonly size: SuiteSize
  /** Root of the package: servers are started from there. */
  readonly root: string
  readonly onProgress?: (suite: string, done: number, total: number) => void
}

export interface SuiteOutcome {
  readonly suite: string
  readonly cases: readonly MeasuredCase[]
  readonly summary: readonly string[]
}

const ROUNDS: Readonly<Record<SuiteSize, Omit<RoundOptions, 'onRound'>>> = {
  full: { rounds: 11, warmUpCalls: 3, warmUpMs: 200, repeats: 4, turnMs: 60, budgetMs: 180_000 },
  quick: { rounds: 4, warmUpCalls: 2, warmUpMs: 300, repeats: 2, turnMs: 40, budgetMs: 40_000 },
  tiny: { rounds: 2, warmUpCalls: 1, warmUpMs: 0, repeats: 0 },
}

export async function runSuites(options: RunOptions): Promise<{ run: BenchRun; outcomes: readonly SuiteOutcome[] }> {
  const outcomes: SuiteOutcome[] = []
  const observed: BenchRun['observed'][number][] = []
  const fixedWork: number[] = []
  const loads = [loadNow()]
  for (const suite of options.suites) {
    const open = await suite.open(options.size, options.root)
    try {
      const { cases, fixedWork: here } = await measureInRounds(open.cases, {
        ...(suite.rounds ?? ROUNDS)[options.size],
        onRound: (done, total) => options.onProgress?.(suite.name, done, total),
      })
      fixedWork.push(...here)
      const seen = (await open.observed?.()) ?? []
      observed.push(...seen.map((each) => ({ suite: suite.name, ...each })))
      const facts = [...((await open.facts?.()) ?? []), ...observationLines(seen)]
      outcomes.push({ suite: suite.name, cases, summary: [...suite.summary(cases), ...facts] })
    } finally {
      await open.close()
    }
    // What the suite itself keeps busy is no disturbance.
    loads.push(Math.max(0, loadNow() - suite.processes))
  }
  const results = outcomes.flatMap(({ cases }) => cases.map(({ result }) => result))
  const said = outcomes.map(({ suite, summary }) => ({ suite, lines: summary }))
  return { run: benchRun(results, said, observed, remarks(fixedWork, Math.max(...loads))), outcomes }
}
