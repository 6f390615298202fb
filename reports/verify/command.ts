// `sinkproof verify`: runs the verification and prints what it found. The first counterexample is printed the moment it
// is there, the table last, where a terminal shows it. Traces, result.json and the page go to the run folder.
// Read next: ../../properties/verify/verify.ts (the work), timeline.ts, table.ts, summary.ts.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inThread } from '../../properties/verify/inThread.ts'
import type { RealRequest, RealStage } from '../../properties/verify/realStage.ts'
import type { NamedTrace, VerifyOptions, VerifyOutcome } from '../../properties/verify/result.ts'
import type { WideRequest, WideSearch } from '../../properties/verify/wideStage.ts'
import { traceText } from '../../properties/world/trace.ts'
import type { Io } from '../io.ts'
import { PACKAGE_ROOT, VERSION } from '../packageRoot.ts'
import { inlined } from '../page/inlined.ts'
import { reportPage } from '../page/report.ts'
import { Progress } from '../progress.ts'
import { DEFAULT_OUT, RunFolder, shown } from '../runFolder.ts'
import { claimLines } from './claims.ts'
import { counterexampleLines, endLines, headerLines, randomLines } from './summary.ts'
import { KEY_LINES, legendLines, tableLines } from './table.ts'
import { timeline } from './timeline.ts'
import { ofUpsert, workloadLines } from './workloads.ts'

export interface VerifyCommand {
  readonly json: boolean
  readonly deep: boolean
  readonly seed: number
  readonly budgetMs: number
  readonly out: string | null
}

export type Verify = (options: VerifyOptions) => Promise<VerifyOutcome>

/** `verify` is passed in by tests; otherwise it is the real one. */
export async function verifyCommand(command: VerifyCommand, io: Io, verify = realVerify): Promise<number> {
  const folder = new RunFolder(command.out ?? DEFAULT_OUT)
  const progress = new Progress(io)
  const print = (lines: readonly string[]) => {
    progress.clear()
    for (const line of command.json ? [] : lines) io.out(line)
  }
  const outcome = await verify({
    seed: command.seed,
    budgetMs: command.budgetMs,
    deep: command.deep,
    onProgress: (each) => progress.report(each),
    onFirstCounterexample: (first) => print(firstLines(first, folder)),
  })
  progress.clear()
  for (const { file, trace } of [...outcome.traces, ...outcome.randomTraces]) folder.write(file, traceText(trace))
  const resultFile = folder.write('result.json', `${JSON.stringify(outcome.result, null, 2)}\n`)
  const pageFile = folder.write('report.html', reportPage(outcome, shown(folder.latest), new Date(), inlined()))
  if (command.json) io.out(JSON.stringify(outcome.result, null, 2))
  print([
    ...counterexampleLines(outcome, shown(folder.latest)),
    ...randomLines(outcome),
    '',
    ...claimLines(outcome.result.claims, io.colours),
    '',
    ...legendLines(outcome.result),
    '',
    ...headerLines(outcome),
    '',
    ...tableLines(ofUpsert(outcome.result.table), io.colours),
    '',
    ...KEY_LINES,
    '',
    ...workloadLines(outcome.result.table, io.colours),
    '',
    ...endLines(outcome),
    `Written to ${join(resultFile, '..')}: result.json and ${outcome.traces.length + outcome.randomTraces.length} traces.`,
    `The same as a page, every counterexample drawn: ${pageFile}`,
  ])
  if (command.json) for (const line of outcome.result.exit === 0 ? [] : endLines(outcome)) io.err(line)
  return outcome.result.exit
}

/** Bundled, the real pipeline has a thread of its own; run from the sources (tests), it shares this one. */
const realVerify: Verify = async (options) => {
  const { verify } = await import('../../properties/verify/verify.ts')
  const [real, wide] = ['realThread', 'wideThread'].map((name) => new URL(`./${name}.js`, import.meta.url))
  const corpus = join(PACKAGE_ROOT, 'properties', 'world', 'corpus')
  const threads =
    real !== undefined && wide !== undefined && existsSync(real)
      ? { real: inThread<RealRequest, RealStage>(real), wideBeside: inThread<WideRequest, readonly WideSearch[]>(wide) }
      : {}
  return verify(options, { version: VERSION, corpus, ...threads })
}

function firstLines({ file, trace }: NamedTrace, folder: RunFolder): string[] {
  const path = folder.write(file, traceText(trace))
  return ['The first counterexample', '', ...timeline(trace, `npx sinkproof replay ${path}`), '']
}
