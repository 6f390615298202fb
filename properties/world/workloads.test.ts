// Every workload in lockstep, on every design that can carry it: tours execute each transition, random schedules go on
// memory and under the real SDK client, and the judge, which never looks at the model, reaches the model's verdicts.
import { describe, expect, it } from 'vitest'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { cannotCarry, type WorkloadName } from '../../model/pipeline/workloads.ts'
import { Lockstep } from './lockstep.ts'
import { randomSchedule } from './randomRun.ts'
import { runSchedule } from './schedule.ts'
import { stream } from './seeds.ts'
import { dynaliteWorldStore, memoryWorldStore } from './store.ts'
import { tourEveryTransition } from './tours.ts'
import { World } from './world.ts'

const OTHERS: readonly WorkloadName[] = ['deletes', 'append', 'counter']
const CARRIED = OTHERS.flatMap((workload) =>
  DESIGNS.filter((design) => cannotCarry(design, workload) === null).map(({ name }) => ({ workload, design: name })),
)
const RANDOM: Bounds = {
  ...SMALL,
  records: 3,
  batchLimit: 2,
  crashes: 2,
  others: 2,
  budgets: { ...SMALL.budgets, F2d: 2 },
}

async function lockstepRuns(design: string, bounds: Bounds, kind: 'memory' | 'dynalite', runs: number) {
  const store = kind === 'memory' ? memoryWorldStore() : await dynaliteWorldStore()
  const lockstep = new Lockstep({ design, bounds })
  for (let number = 0; number < runs; number++) {
    const random = stream('workloads', kind, design, bounds.workload, number)
    const hashOrder = lockstep.walker.roots > 1 ? number % 2 : 0
    const world = new World({ design, bounds, store: kind, hashOrder }, store)
    const { violations } = await runSchedule(world, randomSchedule(world, 400, random), lockstep)
    const judged = violations.map(({ guarantee }) => guarantee).filter((guarantee) => !guarantee.startsWith('L'))
    expect(new Set(judged)).toEqual(new Set([...lockstep.reported, ...lockstep.walker.check()]))
  }
}

describe.each(CARRIED)('$workload by $design', ({ workload, design }) => {
  it('runs in lockstep on memory', () => lockstepRuns(design, { ...RANDOM, workload }, 'memory', 40))
  it('runs in lockstep on dynalite', () => lockstepRuns(design, { ...RANDOM, workload }, 'dynalite', 3))
})

describe.each([
  ['deletes', 'flushOnSnapshot'],
  ['deletes', 'orderedAsync'],
  ['deletes', 'fenced'],
  ['append', 'listStateBuffer'],
  ['counter', 'fenced'],
  ['deletes', 'staged'],
  ['counter', 'staged'],
] as const)('%s by %s', (workload, design) => {
  it('every transition is executed on the real sink', async () => {
    const bounds: Bounds = { ...SMALL, capacity: 1, workload, others: 1, budgets: { F2d: 1, F3: 1 } }
    const { executed, transitions } = await tourEveryTransition({ design, bounds, store: memoryWorldStore() })
    expect(executed).toBe(transitions)
  })
})
