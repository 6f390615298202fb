// `sinkproof crash`: the program killed for real, again and again, against a store that is killed too, behind a proxy where
// faults happen. Exit 1 where a promise was broken, 3 where the time was up or something was never put to the test.
// Read next: ../../properties/crash/campaign.ts, lines.ts.
import { sinkDesignNamed } from '../../impl/sinks/designs.ts'
import type { CampaignOptions } from '../../properties/crash/campaign.ts'
import type { CrashOutcome } from '../../properties/crash/outcome.ts'
import { EXPECTED } from '../../properties/verify/expectations.ts'
import { EXIT, UsageError } from '../exit.ts'
import type { Io } from '../io.ts'
import { counted } from '../numbers.ts'
import { PACKAGE_ROOT } from '../packageRoot.ts'
import { Progress } from '../progress.ts'
import { Interrupt } from '../run/interrupt.ts'
import { wrapped } from '../verify/wrapped.ts'
import { crashLines, reasons } from './lines.ts'

export interface CrashCommand {
  readonly json: boolean
  readonly seed: number
  readonly kills: number
  readonly budgetMs: number
  /** Null: all. */
  readonly design: string | null
  readonly round: number | null
}

export type Campaign = (options: CampaignOptions) => Promise<CrashOutcome>

/** `campaign` is passed in by tests; otherwise it is the real one. */
export async function crashCommand(command: CrashCommand, io: Io, campaign = realCampaign): Promise<number> {
  const { json, seed, kills, budgetMs, design, round } = command
  const designs =
    design === null ? Object.keys(EXPECTED).filter((name) => isSink(name) && drains(name)) : [known(design)]
  const progress = new Progress(io)
  const startedMs = performance.now()
  const interrupt = new Interrupt()
  interrupt.onAsked(() => {
    progress.clear()
    io.err('sinkproof crash: stopping after this round (Ctrl-C again ends at once)')
    // Not the system's way, which would leave processes and a mounted disk behind.
    process.once('SIGINT', () => process.exit(EXIT.noVerdict))
  })
  try {
    const outcome = await campaign({
      root: PACKAGE_ROOT,
      seed,
      designs,
      kills,
      budgetMs,
      round,
      isStopped: () => interrupt.asked,
      onProgress: (done) => {
        const perMinute = (done * 60_000) / (performance.now() - startedMs)
        progress.report({ stage: 'crash', done, total: kills, unit: `kills, ${counted(perMinute)}/min` })
      },
      onFailure: ({ replay, what }) => {
        progress.clear()
        io.err(`${replay}\n  ${what}`)
      },
    })
    progress.clear()
    if (json) io.out(JSON.stringify(outcome, null, 2))
    else for (const line of crashLines(outcome)) io.out(line)
    const why = reasons(outcome)
    for (const reason of why) for (const line of wrapped(`sinkproof crash: ${reason}`, 2, 0)) io.err(line)
    if (outcome.failures.length > 0) return EXIT.surprise
    return why.length > 0 ? EXIT.noVerdict : EXIT.asExpected
  } finally {
    interrupt.release()
  }
}

const realCampaign: Campaign = async (options) =>
  (await import('../../properties/crash/campaign.ts')).crashCampaign(options)

/** A sink that may fail for ever without any fault ends no round. */
function drains(name: string): boolean {
  return EXPECTED[name]?.L2?.every((set) => set.length > 0) !== false
}

/** Expectations have a row of the runtime too. */
function isSink(name: string): boolean {
  try {
    return sinkDesignNamed(name).name === name
  } catch {
    return false
  }
}

function known(design: string): string {
  try {
    return sinkDesignNamed(design).name
  } catch (error) {
    throw new UsageError(`--design: ${(error as Error).message}`)
  }
}
