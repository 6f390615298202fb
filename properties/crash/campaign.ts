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
import { bundlePrograms, type Programs } from './programs.ts'
import { Round, type RoundResult, type Scene } from './round.ts'
import { type RoundPlan, roundPlan } from './roundPlan.ts'
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

/** Rounds side by side: most of a round is waiting, for timeouts and for processes to start. */
const LANES = 2

export async function crashCampaign(options: CampaignOptions): Promise<CrashOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'sinkproof-crash-'))
  const programs = await bundlePrograms(options.root, options.bug ?? null)
  const lanes: Lane[] = []
  const clean = () => {
    for (const { scene } of lanes) scene.disk.remove()
    programs.remove()
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', clean)
  try {
    const most = options.round === null ? LANES : Math.min(LANES, options.designs.length)
    for (let n = 0; n < most; n++) lanes.push(await Lane.open(join(folder, `lane-${n}`), programs))
    const startedMs = performance.now()
    const results: RoundResult[] = []
    let isBroken = false
    const isOver = () => {
      const elapsedMs = performance.now() - startedMs
      return (
        isBroken || killsOf(results) >= options.kills || elapsedMs >= options.budgetMs || options.isStopped?.() === true
      )
    }
    const waiting = plans(options)
    const ended = await Promise.allSettled(
      lanes.map(async ({ scene }) => {
        while (!isOver()) {
          const { value: plan } = waiting.next()
          if (plan === undefined) return
          const result = await new Round(plan, scene).toTheEnd().catch((error: unknown) => {
            isBroken = true
            throw error
          })
          results.push(result)
          options.onProgress?.(killsOf(results))
          for (const failure of failureOf(options.seed, result)) options.onFailure?.(failure)
        }
      }),
    )
    for (const lane of ended) if (lane.status === 'rejected') throw lane.reason
    const how = lanes[0]?.scene.disk.how ?? 'injected'
    return outcome(options, results, how, (performance.now() - startedMs) / 1000)
  } finally {
    await Promise.allSettled(lanes.map((lane) => lane.close()))
    process.off('exit', clean)
    clean()
  }
}

/** A place for one round at a time: a store of its own, the proxy before it, a disk to fill. */
class Lane {
  readonly scene: Scene

  private constructor(scene: Scene) {
    this.scene = scene
  }

  static async open(folder: string, programs: Programs): Promise<Lane> {
    const data = join(folder, 'store')
    mkdirSync(data, { recursive: true })
    const line = new StoreLine(() => StoreProcess.start([], { program: programs.store, path: data }))
    const proxy = await FaultProxy.start(line)
    return new Lane({ folder, line, proxy, disk: new FullDisk(join(folder, 'disk')), program: programs.run })
  }

  async close(): Promise<void> {
    await this.scene.proxy.close()
    await this.scene.line.close()
  }
}

function* plans({ seed, designs, round, plan = roundPlan }: CampaignOptions): Generator<RoundPlan, undefined> {
  for (let n = round ?? 0; round === null || n === round; n++) for (const design of designs) yield plan(seed, design, n)
}

const killsOf = (results: readonly RoundResult[]): number =>
  results.reduce((sum, { kills }) => sum + [...kills.values()].reduce((all, one) => all + one, 0), 0)
