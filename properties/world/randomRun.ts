// Random schedules. Swarm testing: each run switches a random subset of the fault classes off, since a run in which
// everything can happen rarely lets one thing happen often. Read next: campaign.ts.
import type { Bounds } from '../../model/pipeline/bounds.ts'
import type { StrikingFault } from './budgets.ts'
import type { WorldConfiguration } from './configuration.ts'
import type { Schedule } from './schedule.ts'
import type { World } from './world.ts'

const FAULT_IDS: readonly StrikingFault[] = ['F1', 'F2d', 'F2f', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9', 'F10']

/** The same configuration with about a third of the fault classes off, and one of the HashSet's orders. */
export function swarm(configuration: WorldConfiguration, random: () => number): WorldConfiguration {
  const budgets: Partial<Record<StrikingFault, number>> = {}
  for (const fault of FAULT_IDS) {
    const budget = configuration.bounds.budgets[fault] ?? 0
    if (random() < 2 / 3) budgets[fault] = budget
  }
  const bounds: Bounds = { ...configuration.bounds, budgets }
  return { ...configuration, bounds, hashOrder: random() < 0.5 ? 0 : 1 }
}

/**
 * Numbers for a world: mostly progress, now and then a fault. Of `length` numbers about one in eight does something,
 * the others name a step that is not enabled when its turn comes.
 */
export function randomSchedule({ steps }: World, length: number, random: () => number): Schedule {
  const faults = steps.flatMap((step, index) => (step.kind === 'fault' ? [index] : []))
  const benign = steps.length - faults.length
  const ordered = steps.flatMap((step, index) => (step.kind === 'fault' ? [] : [index]))
  const eagerness = random() < 0.5 ? 0.02 : 0.08
  return Array.from({ length }, () =>
    random() < eagerness && faults.length > 0
      ? (faults[Math.floor(random() * faults.length)] as number)
      : (ordered[Math.floor(random() * benign)] as number),
  )
}
