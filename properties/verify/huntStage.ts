// A failing schedule of the real sink for every cell that falls, found by random search alone: among the runs of the
// campaigns, or else in a hunt with the classes and bounds under which the model falls, a few thousand seeds of them. The
// model's counterexample is the shortest; this one shows that it is not needed to find the fault. Each becomes a trace,
// recorded beside the model: a difference is an error of ours. Read next: randomStage.ts, ../world/shrink.ts.
import { faultSet } from '../../model/pipeline/vocabulary.ts'
import type { WorldConfiguration } from '../world/configuration.ts'
import { faultsUsed, run, shrinkFailure } from '../world/failure.ts'
import { Lockstep } from '../world/lockstep.ts'
import { randomSchedule } from '../world/randomRun.ts'
import { recordRun } from '../world/recordRun.ts'
import type { Schedule } from '../world/schedule.ts'
import { runSchedule } from '../world/schedule.ts'
import { stream } from '../world/seeds.ts'
import type { WorldStore } from '../world/store.ts'
import { TRACE_FORMAT, TRACE_VERSION } from '../world/trace.ts'
import { World } from '../world/world.ts'
import { NotReproducedError } from './counterexample.ts'
import { minimalSets } from './minimalSets.ts'
import type { Finding } from './modelStage.ts'
import type { CampaignFindingOf } from './randomStage.ts'
import type { NamedTrace } from './result.ts'
import { OF_DESIGN, traceFile } from './table.ts'

export interface HuntOptions {
  readonly seed: number
  /** Of the model: which cells fall, and where to look. */
  readonly findings: readonly Finding[]
  /** What the campaigns came upon. */
  readonly campaigns: readonly CampaignFindingOf[]
  /** Most runs of a hunt for one set of classes. */
  readonly runs: number
  readonly shrinks: boolean
  readonly onCell: (done: number, of: number) => void
}

export interface Hunted extends NamedTrace {
  readonly design: string
  readonly guarantee: string
}

interface Caught {
  readonly configuration: WorldConfiguration
  readonly schedule: Schedule
  readonly origin: string
}

/** In the order of the cells; one that nothing was found for is left out. */
export async function huntStage(options: HuntOptions, store: WorldStore): Promise<Hunted[]> {
  const cells = cellsThatFall(options.findings)
  const hunted: Hunted[] = []
  for (const [at, cell] of cells.entries()) {
    const caught = amongCampaigns(cell, options) ?? (await hunt(cell, options, store))
    if (caught !== null) hunted.push(await recorded(cell, caught, options, store))
    options.onCell(at + 1, cells.length)
  }
  return hunted
}

interface Cell {
  readonly design: string
  readonly guarantee: string
  /** One for each minimal set. */
  readonly findings: readonly Finding[]
}

/** What is judged from a history: fair runs that never end are no matter of luck. */
const JUDGED: readonly string[] = OF_DESIGN.filter((guarantee) => guarantee.startsWith('S'))

function cellsThatFall(findings: readonly Finding[]): Cell[] {
  const cells = new Map<string, Finding[]>()
  for (const finding of findings) {
    if (!JUDGED.includes(finding.guarantee)) continue
    const key = `${finding.design}/${finding.guarantee}`
    cells.set(key, [...(cells.get(key) ?? []), finding])
  }
  return [...cells.values()].flatMap((all) => {
    const [first] = all
    return first === undefined ? [] : [{ design: first.design, guarantee: first.guarantee, findings: minimalSets(all) }]
  })
}

function amongCampaigns({ design, guarantee }: Cell, { campaigns, seed }: HuntOptions): Caught | null {
  const found = campaigns.filter((each) => each.design === design && each.guarantee === guarantee)
  const [simplest] = found.sort(
    (a, b) => faultSet(a.faults).length - faultSet(b.faults).length || a.steps - b.steps || a.run - b.run,
  )
  if (simplest === undefined) return null
  const { configuration, schedule, run: number } = simplest
  return { configuration, schedule, origin: `random schedule, seed ${seed}, run ${number}` }
}

async function hunt(cell: Cell, { seed, runs }: HuntOptions, store: WorldStore): Promise<Caught | null> {
  const { design, guarantee } = cell
  for (const finding of cell.findings) {
    const classes = faultSet(finding.faults)
    const budgets = Object.fromEntries(
      Object.entries(finding.bounds.budgets).filter(([id]) => classes.some((each) => each === id)),
    )
    const bounds = { ...finding.bounds, budgets }
    const hashOrder = finding.hashOrder === 0 ? 0 : 1
    const configuration: WorldConfiguration = { design, bounds, store: store.kind, hashOrder }
    for (let number = 0; number < runs; number++) {
      const random = stream(String(seed), 'hunt', design, guarantee, classes.join('+'), number)
      const world = new World(configuration, store)
      const { violations, effective } = await runSchedule(world, randomSchedule(world, 400, random))
      if (violations.some((violation) => violation.guarantee === guarantee))
        return { configuration, schedule: effective, origin: `random schedule, seed ${seed}, hunt ${number}` }
    }
  }
  return null
}

async function recorded(
  { design, guarantee }: Cell,
  { configuration: found, schedule, origin }: Caught,
  { shrinks }: HuntOptions,
  store: WorldStore,
): Promise<Hunted> {
  const lockstep = new Lockstep(found)
  const hashOrder = found.hashOrder === 0 || lockstep.walker.roots === 1 ? (0 as const) : (1 as const)
  const configuration = { ...found, hashOrder }
  const first = await run(configuration, schedule, store)
  const smaller = shrinks
    ? (await shrinkFailure(configuration, schedule, guarantee, faultsUsed(first.world), store)).schedule
    : schedule
  const { world, result } = await run(configuration, smaller, store)
  const fell = result.violations.find((violation) => violation.guarantee === guarantee)
  const names = result.actions.slice(0, fell?.step ?? 0)
  const { actions, violations } = await recordRun(configuration, names, store, lockstep)
  if (fell === undefined || !violations.some((violation) => violation.guarantee === guarantee))
    throw new NotReproducedError(`${design}: ${guarantee} fell in a random run (${origin}), and not when run again`)
  return {
    design,
    guarantee,
    file: traceFile(configuration.bounds.workload, design, `${guarantee}-random`),
    trace: {
      format: TRACE_FORMAT,
      version: TRACE_VERSION,
      verdict: { guarantee, faults: faultSet(faultsUsed(world)) },
      origin,
      configuration,
      actions,
      repeatsFrom: null,
    },
  }
}
