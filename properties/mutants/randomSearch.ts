// Random schedules on the real pipeline alone, judged by the store's history and the sink's calls; no model anywhere.
// Run number n of a seed is the same run on every machine. Read next: ../world/randomRun.ts.
import { faultSet } from '../../model/pipeline/vocabulary.ts'
import { faultsUsed } from '../world/failure.ts'
import type { Planted } from '../world/planted.ts'
import { randomSchedule, swarm } from '../world/randomRun.ts'
import { runSchedule } from '../world/schedule.ts'
import { stream } from '../world/seeds.ts'
import type { WorldStore } from '../world/store.ts'
import { World } from '../world/world.ts'
import type { Kill } from './attempt.ts'
import { fallsAnyway, type Setting } from './settings.ts'

/** Numbers a schedule has; about one in eight does something. */
const LENGTH = 400

export interface RandomSearch {
  readonly setting: Setting
  readonly planted: Planted
  readonly store: WorldStore
  readonly seed: string
  readonly runs: number
  readonly onRun?: (runs: number) => void
}

export interface RandomKill extends Kill {
  /** Runs until then, this one included. */
  readonly runs: number
}

/** The first run in which something falls that holds without the mutant. */
export async function randomSearch(search: RandomSearch): Promise<RandomKill | null> {
  const { setting, planted, store, seed, runs, onRun } = search
  const { design, random: bounds } = setting
  for (let number = 0; number < runs; number++) {
    const random = stream(seed, 'mutants', setting.name, number)
    const configuration = swarm({ design, bounds, store: store.kind, hashOrder: 0 }, random)
    const world = new World(configuration, store, undefined, planted)
    const { violations } = await runSchedule(world, randomSchedule(world, LENGTH, random))
    onRun?.(number + 1)
    const faults = faultsUsed(world)
    const fell = violations.find(({ guarantee }) => !fallsAnyway(setting, guarantee, faults))
    if (fell === undefined) continue
    const used = faultSet(faults).join(' ') || 'none'
    return { steps: fell.step, runs: number + 1, seen: `${fell.guarantee}: ${fell.seen} (faults: ${used})` }
  }
  return null
}
