// Suite schedules: how many runs a second the world makes of the real pipeline, judged by history and in lockstep, on
// memory and on dynalite under the real SDK client; and, on pipelines without faults, the world beside fast-check's own
// schedulers: their rates, and which share of the possible orders each has met after the same number of runs.
// Read next: ../schedules/drivers.ts, schedulesSummary.ts.
import { SINK_DESIGNS } from '../../impl/sinks/designs.ts'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { Lockstep } from '../../properties/world/lockstep.ts'
import { randomSchedule, swarm } from '../../properties/world/randomRun.ts'
import { runSchedule } from '../../properties/world/schedule.ts'
import { stream } from '../../properties/world/seeds.ts'
import { dynaliteWorldStore, memoryWorldStore, type WorldStore } from '../../properties/world/store.ts'
import { World } from '../../properties/world/world.ts'
import type { BenchCase } from '../method/benchCase.ts'
import type { RoundOptions } from '../method/rounds.ts'
import { DRIVERS, type Driver } from '../schedules/drivers.ts'
import { countOrders } from '../schedules/orders.ts'
import type { OpenSuite } from './index.ts'

export interface ScheduleSizes {
  /** Schedules a call: of the world on memory, on dynalite, and of each driver. */
  readonly memory: number
  readonly dynalite: number
  readonly drivers: number
  /** Schedules after which orders are counted. */
  readonly counted: number
}

export const FULL: ScheduleSizes = { memory: 2_800, dynalite: 140, drivers: 400, counted: 2_000 }
export const QUICK: ScheduleSizes = { memory: 700, dynalite: 42, drivers: 100, counted: 1_000 }
export const TINY: ScheduleSizes = { memory: 14, dynalite: 14, drivers: 20, counted: 40 }

export const ROUNDS = {
  full: { rounds: 7, warmUpCalls: 1, warmUpMs: 300, repeats: 2, budgetMs: 240_000 },
  quick: { rounds: 3, warmUpCalls: 1, warmUpMs: 0, repeats: 0, budgetMs: 40_000 },
  tiny: { rounds: 1, warmUpCalls: 0, warmUpMs: 0, repeats: 0 },
} satisfies Record<string, Omit<RoundOptions, 'onRound'>>

/** About fifty actions a run, all fault classes. */
const FIFTY: Bounds = { ...SMALL, records: 4, keys: 2, checkpoints: 3, others: 2 }
/** About twenty requests a run, of one record each: larger than the model, so judged by history alone. */
const REQUESTS: Bounds = { ...SMALL, records: 16, keys: 4, checkpoints: 3, batchLimit: 1, others: 2 }
const QUIET = { budgets: {}, crashes: 0, others: 0 } satisfies Partial<Bounds>

const PROGRAMS = {
  '50 actions': { bounds: FIFTY, choices: 500 },
  '20 requests': { bounds: REQUESTS, choices: 900 },
}

/** Without faults, where fast-check's schedulers can choose too: one small enough to know all its orders. */
export const COMPARED: Readonly<Record<string, { readonly bounds: Bounds; readonly all: boolean }>> = {
  'no fault, two records': { bounds: { ...SMALL, ...QUIET, checkpoints: 0 }, all: true },
  'no fault, two sources': { bounds: { ...SMALL, ...QUIET, sources: 2, records: 2, checkpoints: 1 }, all: false },
}
const DESIGN = 'listStateBuffer'

export async function openSchedules(sizes: ScheduleSizes): Promise<OpenSuite> {
  const [memory, dynalite] = [memoryWorldStore(), await dynaliteWorldStore()]
  return {
    cases: [
      worldCase('world', '50 actions', memory, sizes.memory),
      worldCase('world in lockstep', '50 actions', memory, sizes.memory),
      worldCase('world in lockstep', '50 actions', dynalite, sizes.dynalite),
      worldCase('world', '20 requests', dynalite, sizes.dynalite),
      ...Object.keys(COMPARED).flatMap((program) =>
        DRIVERS.map((driver) => driverCase(driver, program, memory, sizes.drivers, sizes.counted)),
      ),
    ],
    close: async () => {},
  }
}

/** Every design as often as the others. */
function worldCase(name: string, program: keyof typeof PROGRAMS, store: WorldStore, runs: number): BenchCase {
  const { bounds, choices } = PROGRAMS[program]
  const each = Math.ceil(runs / SINK_DESIGNS.length)
  let calls = 0
  let actions = 0
  const call = async () => {
    calls++
    actions = 0
    let done = 0
    for (const { name: design } of SINK_DESIGNS) {
      const beside = name === 'world' ? undefined : new Lockstep({ design, bounds })
      for (let number = 0; number < each; number++, done++) {
        const random = stream('bench', 'schedules', design, calls, number)
        const base = { design, bounds, store: store.kind, hashOrder: 0 }
        const world = new World(beside === undefined ? swarm(base, random) : base, store)
        actions += (await runSchedule(world, randomSchedule(world, choices, random), beside)).actions.length
      }
    }
    return done
  }
  const records = each * SINK_DESIGNS.length
  return {
    suite: 'schedules',
    name,
    parameters: { program, store: store.kind },
    records,
    unit: 'us/schedule',
    calls: 1,
    work: { schedules: records },
    expected: records,
    call,
    measureWork: () => ({ actionsPerSchedule: Math.round((actions / records) * 10) / 10 }),
  }
}

function driverCase(driver: Driver, program: string, store: WorldStore, runs: number, counted: number): BenchCase {
  const { bounds, all } = COMPARED[program] as (typeof COMPARED)[string]
  const made = () => new World({ design: DESIGN, bounds, store: store.kind, hashOrder: 0 }, store)
  let seed = 0
  return {
    suite: 'schedules',
    name: driver.name,
    parameters: { program, store: store.kind },
    records: runs,
    unit: 'us/schedule',
    calls: 1,
    work: { schedules: runs },
    expected: runs,
    call: async () => {
      let done = 0
      await driver.run(made, runs, ++seed, () => done++)
      return done
    },
    measureWork: async () => {
      const orders = new Set<string>()
      let actions = 0
      await driver.run(made, counted, 1, (log) => {
        orders.add(log.join(' '))
        actions += log.length
      })
      return {
        actionsPerSchedule: Math.round((actions / counted) * 10) / 10,
        counted,
        distinctOrders: orders.size,
        ...(all ? { possibleOrders: countOrders(DESIGN, bounds) } : {}),
      }
    },
  }
}
