// A schedule is an array of small numbers, one number one step: its place in the world's list, small ones benign, large
// ones faults. A number whose step is not enabled does nothing, so any element can be deleted and the rest keeps its
// meaning. After the array the run is finished fairly, without further faults, to quiescence.
// Read next: randomRun.ts (where schedules come from), shrink.ts.
import { Judge, type Violation } from './judge.ts'
import type { Lockstep } from './lockstep.ts'
import type { World } from './world.ts'

export type Schedule = readonly number[]

export interface RunResult {
  readonly violations: readonly Violation[]
  /** The numbers that did something, in order; the fair end is not among them. */
  readonly effective: readonly number[]
  /** Every action performed, the fair end included. */
  readonly actions: readonly string[]
  readonly quiescent: boolean
}

/** A fair end that takes longer than this does not drain: far above what any bounds of this project need. */
const MOST_FINAL_STEPS = 2_000
/** In a fair end nothing is left to chance: a task that fails again and again from one restore point fails for ever. */
const MOST_FINAL_FAILURES = 5

/** Runs a schedule, judged by history; with `lockstep`, beside the model as well. */
export async function runSchedule(world: World, schedule: Schedule, lockstep?: Lockstep): Promise<RunResult> {
  const judge = new Judge(world)
  await world.start()
  judge.started()
  const compared = lockstep?.start(world)
  if (compared !== undefined) await compared
  const { steps } = world
  const effective: number[] = []
  const perform = (index: number): void | Promise<void> => {
    const step = steps[index] as World['steps'][number]
    if (lockstep !== undefined) return lockstep.perform(world, index).then(() => judge.observe(step.name))
    const moving = world.perform(step)
    if (moving !== undefined) return moving.then(() => judge.observe(step.name))
    judge.observe(step.name)
  }
  for (const number of schedule) {
    if (steps[number]?.enabled() !== true) continue
    effective.push(number)
    const moving = perform(number)
    if (moving !== undefined) await moving
  }
  await endFairly(world, perform)
  judge.ended()
  return { violations: judge.violations, effective, actions: world.log, quiescent: judge.quiescent() }
}

/** Progress and timers until nothing is left to do; `perform` is given a step's place in the world's list. */
export async function endFairly(world: World, perform: (index: number) => void | Promise<void>): Promise<void> {
  const failed = world.failures + MOST_FINAL_FAILURES
  for (let taken = 0; taken < MOST_FINAL_STEPS && world.failures < failed; taken++) {
    const index = fairStep(world, taken)
    if (index < 0) break
    const moving = perform(index)
    if (moving !== undefined) await moving
  }
}

/** The next progress step or timer in the list's order; of cycles none is taken for ever, since the start moves on. */
function fairStep({ steps }: World, taken: number): number {
  const from = taken > MOST_FINAL_STEPS / 2 ? taken % steps.length : 0
  for (let i = 0; i < steps.length; i++) {
    const index = (from + i) % steps.length
    const step = steps[index] as World['steps'][number]
    if ((step.kind === 'progress' || step.kind === 'timer') && step.enabled()) return index
  }
  return -1
}
