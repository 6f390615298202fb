// Performs named actions on a world and writes down what each changed. The state after every action is kept as text, so
// that a replay can be compared byte for byte. Read next: trace.ts, replay.ts.

import { same, shapeOf } from './compare.ts'
import type { WorldConfiguration } from './configuration.ts'
import { Judge, type Violation } from './judge.ts'
import type { Lockstep } from './lockstep.ts'
import { type Readout, readout } from './readout.ts'
import type { WorldStore } from './store.ts'
import { readRows } from './table.ts'
import type { TraceAction } from './trace.ts'
import { World } from './world.ts'

export interface RecordedRun {
  readonly actions: TraceAction[]
  readonly violations: readonly Violation[]
  /** State before the first action, then after each, as text. */
  readonly states: readonly string[]
}

/** An action is unknown to the world or cannot be taken where it stands. */
export class ActionNotEnabledError extends Error {
  override readonly name = 'ActionNotEnabledError'
}

/** @throws ActionNotEnabledError with what is enabled instead. */
export async function recordRun(
  configuration: WorldConfiguration,
  names: readonly string[],
  store: WorldStore,
  lockstep?: Lockstep,
): Promise<RecordedRun> {
  const world = new World(configuration, store)
  const judge = new Judge(world)
  const shape = shapeOf(configuration)
  const state = async () => readout(world, shape, await readRows(world))
  await world.start()
  judge.started()
  await lockstep?.start(world)
  let before = await state()
  const actions: TraceAction[] = []
  const states = [JSON.stringify(before)]
  for (const [at, name] of names.entries()) {
    const index = world.steps.findIndex((step) => step.name === name)
    const step = world.steps[index]
    if (step?.enabled() !== true) {
      const enabled = world.steps.filter((each) => each.enabled()).map((each) => each.name)
      throw new ActionNotEnabledError(
        `action ${at + 1}, ${name}, is not enabled; enabled are ${enabled.join(', ') || 'none'}`,
      )
    }
    if (lockstep !== undefined) await lockstep.perform(world, index)
    else await world.perform(step)
    judge.observe(name)
    const after = await state()
    actions.push({ action: name, changes: changes(before, after) })
    states.push(JSON.stringify(after))
    before = after
  }
  if (judge.quiescent()) judge.ended()
  return { actions, violations: judge.violations, states }
}

function changes(before: Readout, after: Readout): Record<string, number | number[]> {
  const out: Record<string, number | number[]> = {}
  for (const [name, value] of Object.entries(after))
    if (!same(before[name], value)) out[name] = typeof value === 'number' ? value : [...value]
  return out
}
