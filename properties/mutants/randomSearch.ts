// Random schedules on the real pipeline alone, judged by the store's history and the sink's calls; no model anywhere.
// Run number n of a seed is the same run on every machine. Read next: ../world/randomRun.ts.
import { faultSet } from '../../model/pipeline/vocabulary.ts'
import { faultsUsed } from '../world/failure.ts'
import type { Violation } from '../world/judge.ts'
import type { Planted } from '../world/planted.ts'
import { randomSchedule, swarm } from '../world/randomRun.ts'
import { runSchedule, type Schedule } from '../world/schedule.ts'
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
}

export interface RandomKill extends Kill {
  /** Runs until then, this one included. */
  readonly runs: number
}

/**
 * The first run in which something falls that holds without the mutant.
 * @throws what the harness threw in the first run that it broke, where no run kills: an exception is no verdict.
 */
export async function randomSearch(search: RandomSearch): Promise<RandomKill | null> {
  const { setting, planted, store, seed, runs } = search
  const { design, random: bounds } = setting
  let threw: Error | null = null
  for (let number = 0; number < runs; number++) {
    const random = stream(seed, 'mutants', setting.name, number)
    const configuration = swarm({ design, bounds, store: store.kind, hashOrder: 0 }, random)
    const world = new World(configuration, store, undefined, planted)
    const violations = await judged(world, randomSchedule(world, LENGTH, random))
    if (violations instanceof Error) {
      threw ??= violations
      continue
    }
    const faults = faultsUsed(world)
    const fell = violations.find(({ guarantee }) => !fallsAnyway(setting, guarantee, faults))
    if (fell === undefined) continue
    const used = faultSet(faults).join(' ') || 'none'
    return { steps: fell.step, runs: number + 1, seen: `${fell.guarantee}: ${fell.seen} (faults: ${used})` }
  }
  if (threw !== null) throw threw
  return null
}

async function judged(world: World, schedule: Schedule): Promise<readonly Violation[] | Error> {
  try {
    return (await runSchedule(world, schedule)).violations
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
