// Random schedules of the real pipeline, beside what was enumerated: larger bounds on memory, judged by history.
// Read next: ../world/campaign.ts, dynaliteStage.ts.
import { describeBounds } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
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
      const result = await campaign({ configuration, store: memory, seed: `${seed}/${shape}`, runs, onRun })
      findings.push(...result.findings.map((finding) => ({ ...finding, design })))
      witnesses[design] = added(witnesses[design] ?? {}, result.witnesses)
      evidence.push({ design, method: 'random memory', runs: result.runs, bounds: describeBounds(each) })
    }
  }
  const seconds = (performance.now() - began) / 1_000
  return {
    findings,
    evidence,
    schedules: total,
    schedulesPerSecond: Math.round(total / seconds),
    witnesses,
  }
}

type Counts = Readonly<Record<string, number>>

/** Counts by name, of both. */
export const added = (a: Counts, b: Counts): Counts => {
  const sums: Record<string, number> = { ...a }
  for (const [name, count] of Object.entries(b)) sums[name] = (sums[name] ?? 0) + count
  return sums
}
