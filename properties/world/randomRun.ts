// Random schedules. Swarm testing: each run switches a random subset of the fault classes off, since a run in which
// everything can happen rarely lets one thing happen often. Read next: campaign.ts.
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { FAULTS } from '../../model/pipeline/vocabulary.ts'
import type { StrikingFault } from './budgets.ts'
import type { WorldConfiguration } from './configuration.ts'
import type { Schedule } from './schedule.ts'
import type { World } from './world.ts'

/** A refusal for ever is in the bounds from the start; it strikes whenever its record is sent. */
const STRIKING: readonly StrikingFault[] = FAULTS.map(({ id }) => id).filter((id) => id !== 'F1p')

/** The same configuration with about a third of the fault classes off, and one of the HashSet's orders. */
export function swarm(configuration: WorldConfiguration, random: () => number): WorldConfiguration {
  const budgets: Partial<Record<StrikingFault, number>> = {}
  for (const fault of STRIKING) {
    const budget = configuration.bounds.budgets[fault] ?? 0
    if (random() < 2 / 3) budgets[fault] = budget
  }
  const bounds: Bounds = { ...configuration.bounds, budgets }
  return { ...configuration, bounds, hashOrder: random() < 0.5 ? 0 : 1 }
}

/**
 * Numbers for a world: mostly progress, now and then a fault of a class that has a budget. Of `length` numbers about one
 * in eight does something, the others name a step that is not enabled when its turn comes.
 */
export function randomSchedule({ steps, budgets }: World, length: number, random: () => number): Schedule {
  const one = <T>(among: readonly T[]): T => among[Math.floor(random() * among.length)] as T
  const classes = STRIKING.filter((id) => budgets.may(id)).flatMap((id) => {
    const numbers = steps.flatMap(({ fault }, index) => (fault === id ? [index] : []))
    return numbers.length === 0 ? [] : [numbers]
  })
  const benign = steps.flatMap(({ kind }, index) => (kind === 'fault' ? [] : [index]))
  const eagerness = classes.length === 0 ? 0 : random() < 0.5 ? 0.02 : 0.08
  // Some can strike for a moment only, between a crash and its restore: each run has a class that it tries most.
  const favourite = eagerness === 0 ? [] : one(classes)
  return Array.from({ length }, () =>
    random() < eagerness ? one(random() < 0.5 ? favourite : one(classes)) : one(benign),
  )
}
