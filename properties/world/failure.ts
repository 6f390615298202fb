// From a failing random run to a small one: which guarantee fell, under which fault classes, and the attempts that the
// shrinker makes. Read next: shrink.ts, campaign.ts.

import type { SinkDesign } from '../../impl/sinks/designs.ts'
import { FAULTS } from '../../model/pipeline/vocabulary.ts'
import type { WorldConfiguration } from './configuration.ts'
import { type RunResult, runSchedule, type Schedule } from './schedule.ts'
import { type Attempt, type Failing, shrink } from './shrink.ts'
import type { WorldStore } from './store.ts'
import { World } from './world.ts'

/** Bit set of the fault classes a world's run used. */
export function faultsUsed({ budgets, configuration }: World): number {
  let bits = configuration.bounds.poison === 0 ? 0 : 2
  for (const fault of FAULTS) if (fault.id !== 'F1p' && budgets.used[fault.id] > 0) bits |= fault.bit
  return bits
}

export interface RunOf {
  readonly world: World
  readonly result: RunResult
}

export async function run(
  configuration: WorldConfiguration,
  schedule: Schedule,
  store: WorldStore,
  design?: Pick<SinkDesign, 'create'>,
): Promise<RunOf> {
  const world = new World(configuration, store, design)
  return { world, result: await runSchedule(world, schedule) }
}

/** The smallest schedule found in which that guarantee falls, with no fault class outside `faults`. */
export async function shrinkFailure(
  configuration: WorldConfiguration,
  schedule: Schedule,
  guarantee: string,
  faults: number,
  store: WorldStore,
): Promise<Failing & { readonly runs: number }> {
  const attempt: Attempt = async (candidate) => {
    const { world, result } = await run(configuration, candidate, store)
    const violation = result.violations.find((each) => each.guarantee === guarantee)
    if (violation === undefined || (faultsUsed(world) & ~faults) !== 0) return null
    return { schedule: candidate, effective: result.effective, steps: violation.step }
  }
  return shrink(schedule, attempt)
}
