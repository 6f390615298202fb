// Random campaigns over one design: seeded schedules on the real pipeline, judged by history, with witness counts.
// Some runs are executed twice and must give the same log, request for request: uncontrolled randomness is an error.
// Read next: failure.ts (shrinking what was found).
import type { SinkDesign } from '../../impl/sinks/designs.ts'
import { actionName, faultSet } from '../../model/pipeline/vocabulary.ts'
import type { WorldConfiguration } from './configuration.ts'
import { faultsUsed, run } from './failure.ts'
import { randomSchedule, swarm } from './randomRun.ts'
import type { Schedule } from './schedule.ts'
import { stream } from './seeds.ts'
import type { WorldStore } from './store.ts'
import { World } from './world.ts'

export interface CampaignFinding {
  readonly guarantee: string
  readonly faults: number
  readonly steps: number
  readonly seen: string
  readonly configuration: WorldConfiguration
  readonly schedule: Schedule
  readonly run: number
}

export interface CampaignResult {
  readonly runs: number
  readonly actions: number
  /** The first run of every guarantee and set of fault classes. */
  readonly findings: readonly CampaignFinding[]
  /** How often each action was performed, and each fault class struck. */
  readonly witnesses: Readonly<Record<string, number>>
  readonly executedTwice: number
}

/** Two runs of one schedule were not the same run. */
export class NondeterminismError extends Error {
  override readonly name = 'NondeterminismError'
}

export interface CampaignOptions {
  readonly configuration: WorldConfiguration
  readonly store: WorldStore
  readonly seed: string
  readonly runs: number
  /** A sink of one's own in place of the design of that name. */
  readonly design?: Pick<SinkDesign, 'create'>
  /** Numbers a schedule has; about one in eight does something. */
  readonly length?: number
  /** Every so many runs is executed twice. */
  readonly twiceEvery?: number
  readonly onRun?: (runs: number) => void
}

export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  const { store, seed, runs, length = 400, twiceEvery = 50 } = options
  const { design } = options.configuration
  const findings = new Map<string, CampaignFinding>()
  const witnesses: Record<string, number> = {}
  const witness = (name: string) => {
    witnesses[name] = (witnesses[name] ?? 0) + 1
  }
  let actions = 0
  let executedTwice = 0
  for (let number = 0; number < runs; number++) {
    const random = stream(seed, 'campaign', design, number)
    const configuration = swarm(options.configuration, random)
    const schedule = randomSchedule(new World(configuration, store), length, random)
    const { world, result } = await run(configuration, schedule, store, options.design)
    actions += result.actions.length
    for (const action of result.actions) witness(actionName(action))
    const faults = faultsUsed(world)
    for (const fault of faultSet(faults)) witness(fault)
    for (const { guarantee, step, seen } of result.violations) {
      const key = `${guarantee}/${faults}`
      if (!findings.has(key))
        findings.set(key, {
          guarantee,
          faults,
          steps: step,
          seen,
          configuration,
          schedule: result.effective,
          run: number,
        })
    }
    if (number % twiceEvery === 0) {
      const first = fingerprint(world)
      const again = await run(configuration, schedule, store, options.design)
      if (fingerprint(again.world) !== first)
        throw new NondeterminismError(
          `${design}, seed ${seed}, run ${number}: the same schedule gave two different runs`,
        )
      executedTwice++
    }
    options.onRun?.(number + 1)
  }
  return { runs, actions, findings: [...findings.values()], witnesses, executedTwice }
}

/** The log of a run and every request it made, in order. */
export const fingerprint = ({ log, store, clock, calls }: World): string =>
  JSON.stringify([log, store.gate.history, clock.nowMs, calls])
