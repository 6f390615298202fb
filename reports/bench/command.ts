// `sinkproof bench [suite]`: measures, says what the figures mean, keeps them and compares them with figures kept before.
// A run beside other work is printed with that remark. Read next: ../../bench/run.ts, lines.ts.
import { join } from 'node:path'
import {
  baselinePath,
  type Change,
  changes,
  incomparable,
  loadBaseline,
  saveBaseline,
} from '../../bench/method/baseline.ts'
import { runSuites } from '../../bench/run.ts'
import { SUITES, type Suite, type SuiteSize } from '../../bench/suites/index.ts'
import { EXIT, UsageError } from '../exit.ts'
import type { Io } from '../io.ts'
import { PACKAGE_ROOT } from '../packageRoot.ts'
import { Progress } from '../progress.ts'
import { changeLines, headLines, outcomeLines } from './lines.ts'

export interface BenchCommand {
  readonly json: boolean
  readonly quick: boolean
  /** Null: all of them. */
  readonly suite: string | null
  readonly save: string | null
  readonly compare: string | null
}

/** `folder` and `size` are passed in by tests. */
export async function benchCommand(
  { json, quick, suite, save, compare }: BenchCommand,
  io: Io,
  folder = join(PACKAGE_ROOT, 'bench', 'results'),
  size: SuiteSize = quick ? 'quick' : 'full',
): Promise<number> {
  const suites = suite === null ? SUITES : [known(suite)]
  // What is wrong with the names is said before minutes of measuring, not after.
  if (save !== null) baselinePath(folder, save)
  const before = compare === null ? null : loadBaseline(folder, compare)
  const progress = new Progress(io)
  const { run, outcomes } = await runSuites({
    suites,
    size,
    root: PACKAGE_ROOT,
    onProgress: (stage, done, total) => progress.report({ stage: `bench ${stage}`, done, total, unit: 'rounds' }),
  })
  progress.clear()
  if (json) io.out(JSON.stringify(run, null, 2))
  else {
    for (const line of headLines(run)) io.out(line)
    for (const outcome of outcomes) for (const line of outcomeLines(outcome)) io.out(line)
  }
  for (const remark of run.machine.disturbed) io.err(`sinkproof bench: disturbed: ${remark}`)
  if (save !== null) io.err(`sinkproof bench: saved to ${saveBaseline(folder, save, run)}`)
  if (before === null) return EXIT.asExpected
  const why = incomparable(before, run)
  if (why !== null) throw new UsageError(`--compare ${compare}: ${why}`)
  const all: readonly Change[] = changes(before, run)
  const say = json ? io.err : io.out
  for (const line of changeLines(compare ?? '', before, run, all)) say(line)
  return EXIT.asExpected
}

function known(name: string): Suite {
  const found = SUITES.find((suite) => suite.name === name)
  if (found === undefined)
    throw new UsageError(`no suite "${name}"; there are ${SUITES.map((suite) => suite.name).join(', ')}`)
  return found
}
