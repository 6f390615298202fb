// Random schedules on dynalite under the real SDK client, each in lockstep with the model.
// Read next: ../world/lockstep.ts, randomStage.ts (more of them, on memory).
import { type Bounds, describeBounds } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { actionName, faultSet } from '../../model/pipeline/vocabulary.ts'
import { faultsUsed } from '../world/failure.ts'
import { Lockstep } from '../world/lockstep.ts'
import { randomSchedule } from '../world/randomRun.ts'
import { runSchedule } from '../world/schedule.ts'
import { stream } from '../world/seeds.ts'
import { dynaliteWorldStore } from '../world/store.ts'
import { World } from '../world/world.ts'
import { boundsFor, type StageBounds } from './bounds.ts'
import type { RandomEvidence } from './table.ts'

export interface DynaliteStage {
  readonly findings: readonly {
    readonly design: string
    readonly guarantee: string
    readonly faults: number
    readonly steps: number
  }[]
  readonly evidence: readonly RandomEvidence[]
  readonly schedules: number
  /** How often each action was performed and each class struck, over all designs. */
  readonly witnesses: Readonly<Record<string, number>>
}

export async function dynaliteStage(
  bounds: StageBounds,
  seed: number,
  onSchedule: (done: number, of: number) => void,
): Promise<DynaliteStage> {
  const findings: DynaliteStage['findings'][number][] = []
  const evidence: RandomEvidence[] = []
  const store = await dynaliteWorldStore()
  const schedules = bounds.dynaliteSchedules * DESIGNS.length
  let done = 0
  const witnesses: Record<string, number> = {}
  const witness = (name: string) => {
    witnesses[name] = (witnesses[name] ?? 0) + 1
  }
  for (const { name: design } of DESIGNS) {
    const { random: shapes } = boundsFor(bounds, design)
    const locksteps = shapes.map((shape) => new Lockstep({ design, bounds: shape }))
    for (let number = 0; number < bounds.dynaliteSchedules; number++) {
      const turn = number % shapes.length
      const [shape, lockstep] = [shapes[turn], locksteps[turn]] as [Bounds, Lockstep]
      const random = stream(String(seed), 'dynalite', design, number)
      const hashOrder = lockstep.walker.roots > 1 ? number % 2 : 0
      const world = new World({ design, bounds: shape, store: 'dynalite', hashOrder }, store)
      const result = await runSchedule(world, randomSchedule(world, 400, random), lockstep)
      for (const action of result.actions) witness(actionName(action))
      for (const fault of faultSet(faultsUsed(world))) witness(fault)
      for (const { guarantee, step } of result.violations)
        findings.push({ design, guarantee, faults: faultsUsed(world), steps: step })
      onSchedule(++done, schedules)
    }
    for (const [turn, shape] of shapes.entries()) {
      const runs = Math.ceil((bounds.dynaliteSchedules - turn) / shapes.length)
      if (runs > 0) evidence.push({ design, method: 'random dynalite', runs, bounds: describeBounds(shape) })
    }
  }
  return { findings, evidence, schedules, witnesses }
}
