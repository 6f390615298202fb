// Random schedules of the real pipeline, beside what was enumerated: larger bounds on memory judged by history, and a
// share in lockstep with the model on dynalite under the real SDK client.
// Read next: ../world/campaign.ts.
import { describeBounds } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { type CampaignFinding, campaign } from '../world/campaign.ts'
import { faultsUsed } from '../world/failure.ts'
import { Lockstep } from '../world/lockstep.ts'
import { randomSchedule } from '../world/randomRun.ts'
import { runSchedule } from '../world/schedule.ts'
import { stream } from '../world/seeds.ts'
import { dynaliteWorldStore, memoryWorldStore } from '../world/store.ts'
import { World } from '../world/world.ts'
import { boundsFor, type StageBounds } from './bounds.ts'
import type { RandomEvidence } from './table.ts'

export interface RandomFinding {
  readonly design: string
  readonly guarantee: string
  readonly faults: number
  readonly steps: number
}

export interface RandomStage {
  readonly findings: readonly RandomFinding[]
  readonly evidence: readonly RandomEvidence[]
  readonly schedules: number
  readonly schedulesPerSecond: number
  readonly dynaliteSchedules: number
  /** Of every action and fault class, how often it happened in the runs of each design. */
  readonly witnesses: Readonly<Record<string, Readonly<Record<string, number>>>>
}

interface RandomStageOptions {
  readonly bounds: StageBounds
  readonly seed: number
  readonly left: () => number
  readonly progress: (stage: string, unit: string, done: number, total?: number) => void
}

export async function randomStage({ bounds, seed, progress }: RandomStageOptions): Promise<RandomStage> {
  const findings: RandomFinding[] = []
  const evidence: RandomEvidence[] = []
  const witnesses: Record<string, Readonly<Record<string, number>>> = {}
  const memory = memoryWorldStore()
  const total = bounds.schedules * DESIGNS.length
  const began = performance.now()
  for (const [at, { name: design }] of DESIGNS.entries()) {
    const { random } = boundsFor(bounds, design)
    const configuration = { design, bounds: random, store: memory.kind, hashOrder: 0 }
    const onRun = (runs: number) => {
      if (runs % 250 === 0) progress('random schedules', 'schedules', at * bounds.schedules + runs, total)
    }
    const result = await campaign({ configuration, store: memory, seed: String(seed), runs: bounds.schedules, onRun })
    findings.push(...result.findings.map((finding: CampaignFinding) => ({ ...finding, design })))
    witnesses[design] = result.witnesses
    evidence.push({ design, method: 'random memory', runs: result.runs, bounds: describeBounds(random) })
  }
  const seconds = (performance.now() - began) / 1_000
  const dynalite = await dynaliteWorldStore()
  for (const [at, { name: design }] of DESIGNS.entries()) {
    const { random: shape } = boundsFor(bounds, design)
    const lockstep = new Lockstep({ design, bounds: shape })
    for (let number = 0; number < bounds.dynaliteSchedules; number++) {
      const random = stream(String(seed), 'dynalite', design, number)
      const hashOrder = lockstep.walker.roots > 1 ? number % 2 : 0
      const world = new World({ design, bounds: shape, store: 'dynalite', hashOrder }, dynalite)
      const result = await runSchedule(world, randomSchedule(world, 400, random), lockstep)
      for (const { guarantee, step } of result.violations)
        findings.push({ design, guarantee, faults: faultsUsed(world), steps: step })
      progress(
        'dynalite schedules',
        'schedules',
        at * bounds.dynaliteSchedules + number + 1,
        bounds.dynaliteSchedules * DESIGNS.length,
      )
    }
    evidence.push({
      design,
      method: 'random dynalite',
      runs: bounds.dynaliteSchedules,
      bounds: describeBounds(shape),
    })
  }
  return {
    findings,
    evidence,
    schedules: total,
    schedulesPerSecond: Math.round(total / seconds),
    dynaliteSchedules: bounds.dynaliteSchedules * DESIGNS.length,
    witnesses,
  }
}
