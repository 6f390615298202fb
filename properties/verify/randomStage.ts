// Random schedules of the real pipeline, beside what was enumerated: larger bounds on memory judged by history, and a
// share in lockstep with the model on dynalite under the real SDK client.
// Read next: ../world/campaign.ts.
import { type Bounds, describeBounds } from '../../model/pipeline/bounds.ts'
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

export interface CampaignFindingOf extends CampaignFinding {
  readonly design: string
}

export interface RandomStage {
  readonly findings: readonly RandomFinding[]
  /** Of these the ones on memory, with the schedules they were found in. */
  readonly campaigns: readonly CampaignFindingOf[]
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
  const campaigns: CampaignFindingOf[] = []
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
        if ((before + done) % 250 === 0) progress('random schedules', 'schedules', before + done, total)
      }
      const result = await campaign({ configuration, store: memory, seed: `${seed}/${shape}`, runs, onRun })
      campaigns.push(...result.findings.map((finding) => ({ ...finding, design })))
      witnesses[design] = added(witnesses[design] ?? {}, result.witnesses)
      evidence.push({ design, method: 'random memory', runs: result.runs, bounds: describeBounds(each) })
    }
  }
  const seconds = (performance.now() - began) / 1_000
  const dynalite = await dynaliteWorldStore()
  for (const [at, { name: design }] of DESIGNS.entries()) {
    const { random: shapes } = boundsFor(bounds, design)
    const locksteps = shapes.map((shape) => new Lockstep({ design, bounds: shape }))
    for (let number = 0; number < bounds.dynaliteSchedules; number++) {
      const turn = number % shapes.length
      const [shape, lockstep] = [shapes[turn], locksteps[turn]] as [Bounds, Lockstep]
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
    for (const [turn, shape] of shapes.entries()) {
      const runs = Math.ceil((bounds.dynaliteSchedules - turn) / shapes.length)
      if (runs > 0) evidence.push({ design, method: 'random dynalite', runs, bounds: describeBounds(shape) })
    }
  }
  return {
    findings: [...campaigns, ...findings],
    campaigns,
    evidence,
    schedules: total,
    schedulesPerSecond: Math.round(total / seconds),
    dynaliteSchedules: bounds.dynaliteSchedules * DESIGNS.length,
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
