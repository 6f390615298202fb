// Random schedules of the real pipeline, beside what was enumerated: larger bounds on memory, judged by history.
// Read next: ../world/campaign.ts, dynaliteStage.ts.
import { type Bounds, classesOf, describeBounds } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import type { FaultId } from '../../model/pipeline/vocabulary.ts'
import { type CampaignFinding, campaign } from '../world/campaign.ts'
import { memoryWorldStore } from '../world/store.ts'
import { boundsFor, type StageBounds } from './bounds.ts'
import type { VerifyProgress } from './result.ts'
import type { RandomEvidence } from './table.ts'

export interface CampaignFindingOf extends CampaignFinding {
  readonly design: string
}

export interface RandomStage {
  readonly findings: readonly CampaignFindingOf[]
  readonly evidence: readonly RandomEvidence[]
  readonly schedules: number
  readonly schedulesPerSecond: number
  /** Of every action and fault class, how often it happened in the runs of each design. */
  readonly witnesses: Readonly<Record<string, Readonly<Record<string, number>>>>
}

interface RandomStageOptions {
  readonly bounds: StageBounds
  readonly seed: number
  readonly onProgress: (progress: VerifyProgress) => void
}

export async function randomStage({ bounds, seed, onProgress }: RandomStageOptions): Promise<RandomStage> {
  const findings: CampaignFindingOf[] = []
  const evidence: RandomEvidence[] = []
  const witnesses: Record<string, Readonly<Record<string, number>>> = {}
  const memory = memoryWorldStore()
  const total = bounds.schedules * DESIGNS.length
  let schedules = 0
  const began = performance.now()
  for (const [at, { name: design }] of DESIGNS.entries()) {
    const { random } = boundsFor(bounds, design)
    const runs = Math.floor(bounds.schedules / random.length)
    for (const [shape, each] of random.entries()) {
      const configuration = { design, bounds: each, store: memory.kind, hashOrder: 0 }
      const before = at * bounds.schedules + shape * runs
      const onRun = (done: number) => {
        if ((before + done) % 250 === 0)
          onProgress({ stage: 'random schedules', unit: 'schedules', done: before + done, total })
      }
      let struck: Counts = {}
      let runsMade = 0
      // A class that is rare in a design gets more runs, until it has struck: its cells would be tested by luck otherwise.
      for (let round = 0; round < MOST_ROUNDS && (round === 0 || missed(each, struck).length > 0); round++) {
        const options = { configuration, store: memory, seed: `${seed}/${shape}/${round}`, runs }
        const result = await campaign(round === 0 ? { ...options, onRun } : options)
        findings.push(...result.findings.map((finding) => ({ ...finding, design })))
        struck = added(struck, result.witnesses)
        runsMade += result.runs
      }
      witnesses[design] = added(witnesses[design] ?? {}, struck)
      schedules += runsMade
      evidence.push({ design, method: 'random memory', runs: runsMade, bounds: describeBounds(each) })
    }
  }
  const seconds = (performance.now() - began) / 1_000
  return {
    findings,
    evidence,
    schedules,
    schedulesPerSecond: Math.round(schedules / seconds),
    witnesses,
  }
}

/** Rounds of a campaign, at most, until each class of its bounds has struck. */
const MOST_ROUNDS = 8

const missed = (bounds: Bounds, struck: Counts): FaultId[] => classesOf(bounds).filter((id) => (struck[id] ?? 0) === 0)

type Counts = Readonly<Record<string, number>>

/** Counts by name, of both. */
export const added = (a: Counts, b: Counts): Counts => {
  const sums: Record<string, number> = { ...a }
  for (const [name, count] of Object.entries(b)) sums[name] = (sums[name] ?? 0) + count
  return sums
}
