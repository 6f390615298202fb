// How many schedules a second the world runs: judged by history on memory, in lockstep on memory, in lockstep on dynalite
// under the real SDK client. Interleaved rounds, medians; recorded with machine and date. Run: npm run bench:schedules.
import { SINK_DESIGNS } from '../impl/sinks/designs.ts'
import { type Bounds, SMALL } from '../model/pipeline/bounds.ts'
import { Lockstep } from '../properties/world/lockstep.ts'
import { randomSchedule, swarm } from '../properties/world/randomRun.ts'
import { runSchedule } from '../properties/world/schedule.ts'
import { stream } from '../properties/world/seeds.ts'
import { dynaliteWorldStore, memoryWorldStore, type WorldStore } from '../properties/world/store.ts'
import { World } from '../properties/world/world.ts'
import { spread, writeRecord } from './checkerRecord.ts'

/** About fifty actions a run. */
const BOUNDS: Bounds = { ...SMALL, records: 4, keys: 2, checkpoints: 3, others: 2 }
const ROUNDS = 5

/** About twenty requests a run, of one record each: larger than the model, so judged by history alone. */
const REQUESTS: Bounds = { ...SMALL, records: 16, keys: 4, checkpoints: 3, batchLimit: 1, others: 2 }

interface Mode {
  readonly name: string
  readonly bounds: Bounds
  readonly store: WorldStore
  readonly lockstep: boolean
  readonly runs: number
}

async function measure({ bounds, store, lockstep, runs }: Mode, round: number) {
  let actions = 0
  let requests = 0
  let schedules = 0
  let milliseconds = 0
  for (const { name: design } of SINK_DESIGNS) {
    const beside = lockstep ? new Lockstep({ design, bounds }) : undefined
    const began = performance.now()
    for (let number = 0; number < runs; number++) {
      const random = stream('bench', design, round, number)
      const base = { design, bounds, store: store.kind, hashOrder: 0 }
      const world = new World(beside === undefined ? swarm(base, random) : base, store)
      const result = await runSchedule(world, randomSchedule(world, bounds === REQUESTS ? 900 : 500, random), beside)
      actions += result.actions.length
      requests += result.actions.filter((action) => action.startsWith('apply')).length
      schedules++
    }
    milliseconds += performance.now() - began
  }
  return { perSecond: (schedules / milliseconds) * 1_000, actions: actions / schedules, requests: requests / schedules }
}

const dynalite = await dynaliteWorldStore()
const modes: readonly Mode[] = [
  { name: 'memory, judged by history', bounds: BOUNDS, store: memoryWorldStore(), lockstep: false, runs: 1_000 },
  { name: 'memory, in lockstep', bounds: BOUNDS, store: memoryWorldStore(), lockstep: true, runs: 200 },
  { name: 'dynalite under the SDK, in lockstep', bounds: BOUNDS, store: dynalite, lockstep: true, runs: 10 },
  { name: 'dynalite under the SDK, 20 requests', bounds: REQUESTS, store: dynalite, lockstep: false, runs: 10 },
]
for (const mode of modes) await measure({ ...mode, runs: Math.ceil(mode.runs / 5) }, -1)
const rounds = new Map<string, Awaited<ReturnType<typeof measure>>[]>()
for (let round = 0; round < ROUNDS; round++)
  for (const mode of modes) rounds.set(mode.name, [...(rounds.get(mode.name) ?? []), await measure(mode, round)])
const results = [...rounds].map(([name, all]) => ({
  name,
  schedulesPerSecond: spread(all.map(({ perSecond }) => Math.round(perSecond))),
  actionsPerSchedule: Math.round((all[0]?.actions ?? 0) * 10) / 10,
  requestsPerSchedule: Math.round((all[0]?.requests ?? 0) * 10) / 10,
}))
for (const {
  name,
  schedulesPerSecond: { median, least, most },
  actionsPerSchedule,
  requestsPerSchedule,
} of results)
  console.log(
    `${name.padEnd(38)} ${median}/s [${least}..${most}]  ${actionsPerSchedule} actions, ${requestsPerSchedule} requests each`,
  )
console.log(writeRecord('schedules', { bounds: { ...BOUNDS, ofTwentyRequests: REQUESTS }, rounds: ROUNDS, results }))
