// The campaign: rounds over all designs in turn until there were as many kills as asked for, or the time is up. The
// designs that promise to keep all must keep it; those that do not must be seen to lose, else the campaign proves nothing.
// Read next: round.ts, outcome.ts (what all rounds together say).
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StoreProcess } from '../kill/store.ts'
import { FaultProxy } from './faultProxy.ts'
import { FullDisk } from './fullDisk.ts'
import { type CrashFailure, type CrashOutcome, failureOf, outcome } from './outcome.ts'
import type { PlantedBug } from './plantedBugs.ts'
import { bundlePrograms } from './programs.ts'
import { Round, type RoundResult } from './round.ts'
import { roundPlan } from './roundPlan.ts'
import { StoreLine } from './storeLine.ts'

export interface CampaignOptions {
  /** The package's folder, wherever this code has been bundled to. */
  readonly root: string
  readonly seed: number
  readonly designs: readonly string[]
  /** Rounds begin until there were so many kills. */
  readonly kills: number
  readonly budgetMs: number
  /** This round of each design and no other: a replay. */
  readonly round: number | null
  readonly bug?: PlantedBug
  /** Default: roundPlan. */
  readonly plan?: typeof roundPlan
  /** After each round: kills so far. */
  readonly onProgress?: (kills: number) => void
  /** As soon as it is known. */
  readonly onFailure?: (failure: CrashFailure) => void
  readonly isStopped?: () => boolean
}

export async function crashCampaign(options: CampaignOptions): Promise<CrashOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'sinkproof-crash-'))
  const programs = await bundlePrograms(options.root, options.bug ?? null)
  const data = join(folder, 'store')
  mkdirSync(data)
  const line = new StoreLine(() => StoreProcess.start([], { program: programs.store, path: data }))
  const disk = new FullDisk(join(folder, 'disk'))
  const clean = () => {
    disk.remove()
    programs.remove()
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', clean)
  const proxy = await FaultProxy.start(line)
  try {
    const startedMs = performance.now()
    const results: RoundResult[] = []
    for (const plan of plans(options)) {
      const elapsedMs = performance.now() - startedMs
      if (killsOf(results) >= options.kills || elapsedMs >= options.budgetMs || options.isStopped?.()) break
      const result = await new Round(plan, { folder, line, proxy, disk, program: programs.run }).toTheEnd()
      results.push(result)
      options.onProgress?.(killsOf(results))
      for (const failure of failureOf(options.seed, result)) options.onFailure?.(failure)
    }
    return outcome(options, results, disk.how, (performance.now() - startedMs) / 1000)
  } finally {
    await proxy.close()
    try {
      await line.close()
    } finally {
      process.off('exit', clean)
      clean()
    }
  }
}

function* plans({ seed, designs, round, plan = roundPlan }: CampaignOptions) {
  for (let n = round ?? 0; round === null || n === round; n++) for (const design of designs) yield plan(seed, design, n)
}

const killsOf = (results: readonly RoundResult[]): number =>
  results.reduce((sum, { kills }) => sum + [...kills.values()].reduce((all, one) => all + one, 0), 0)
