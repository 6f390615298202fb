// Fault classes that end or replace an attempt, each at bounds in which it is all that happens, and beside another crash:
// every transition executed on the real pipeline for each design, judge and model in agreement along random schedules, and
// the class seen to strike there. tours.test.ts has the others.
import { describe, expect, it } from 'vitest'
import { search } from '../../model/kernel/index.ts'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { DESIGNS, designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import type { FaultId } from '../../model/pipeline/vocabulary.ts'
import { faultsUsed } from './failure.ts'
import { Lockstep } from './lockstep.ts'
import { randomSchedule } from './randomRun.ts'
import { runSchedule } from './schedule.ts'
import { stream } from './seeds.ts'
import { memoryWorldStore } from './store.ts'
import { tourEveryTransition } from './tours.ts'
import { World } from './world.ts'

interface ClassRow {
  readonly fault: FaultId
  readonly bit: number
  readonly alone: Partial<Bounds>
  /** Other shapes that its rules speak of: stale messages, several pending, savepoints. */
  readonly beside: readonly Partial<Bounds>[]
  readonly random: Partial<Bounds>
  /** Situations of the model that its search must reach. */
  readonly reached: readonly string[]
}

const CLASSES: readonly ClassRow[] = [
  {
    fault: 'F8',
    bit: 512,
    alone: { budgets: { F8: 1 } },
    beside: [
      { budgets: { F2d: 1, F8: 1 }, crashes: 2, records: 1 },
      { budgets: { F2f: 1, F8: 1 }, crashes: 2, records: 1, checkpoints: 0 },
      { budgets: { F8: 2 }, crashes: 2, records: 1 },
      { budgets: { F8: 1, F10: 1 }, crashes: 2, records: 1, checkpoints: 0 },
      { budgets: { F8: 1, F9: 1 }, others: 1, records: 1 },
      { budgets: { F1: 1, F3: 1, F8: 1 }, others: 2, records: 1, checkpoints: 0 },
      { budgets: { F8: 1 }, sources: 2, records: 1 },
      { budgets: { F7: 1, F8: 1 }, others: 1, parallelism: 2, keys: 2, checkpoints: 0 },
    ],
    random: { budgets: { F1: 1, F2d: 1, F8: 2 }, crashes: 3, checkpoints: 2 },
    reached: ['S1 a stop has suspended the input', 'S1 a stop has drained the input'],
  },
  {
    fault: 'F10',
    bit: 2048,
    alone: { budgets: { F10: 1 } },
    beside: [
      { budgets: { F2d: 1, F10: 1 }, crashes: 2, records: 1 },
      { budgets: { F6: 1, F10: 1 }, others: 1, checkpoints: 2, concurrency: 2, records: 1 },
      { budgets: { F10: 1 }, savepoints: 1, records: 1 },
    ],
    random: { budgets: { F2d: 1, F6: 1, F10: 1 }, crashes: 2, others: 1, checkpoints: 2, concurrency: 2 },
    reached: ['S9 the coordinator died before the entry', 'S9 the coordinator died after the entry'],
  },
  {
    fault: 'F9',
    bit: 1024,
    alone: { budgets: { F2d: 1, F9: 1 }, others: 1 },
    beside: [
      { budgets: { F2d: 1, F9: 2 }, others: 2, records: 1 },
      { budgets: { F2f: 1, F9: 1, F7: 1 }, others: 2, parallelism: 2, keys: 2, checkpoints: 0 },
      { budgets: { F2d: 1, F9: 1 }, others: 1, alignment: 'unaligned', records: 1 },
      { budgets: { F9: 1, F10: 1 }, others: 1, records: 1 },
    ],
    random: { budgets: { F2d: 2, F9: 2 }, crashes: 2, others: 2, checkpoints: 2 },
    reached: [
      'S9 a restore is refused, an older checkpoint is retained',
      'S9 a restore is refused, no other is retained',
    ],
  },
]

const TIGHT: Bounds = { ...SMALL, capacity: 1, others: 0 }
const RUNS = 60

describe.each(CLASSES.map((row) => [row.fault, row] as const))('%s', (_, { bit, alone, beside, random, reached }) => {
  const tight = { ...TIGHT, ...alone }

  it('what it can come to was seen', () => {
    const { witnesses, exhausted } = search(pipelineSpec(designNamed('listStateBuffer'), tight), {
      onViolation: 'collect',
    })
    expect(exhausted).toBe(true)
    for (const name of reached) expect(witnesses[name]?.count ?? 0, name).toBeGreaterThan(0)
  })

  it.each(DESIGNS.map(({ name, inFlight }) => [name, inFlight] as const))(
    '%s: every transition executed',
    async (design, inFlight) => {
      const bounds = inFlight === 1 ? tight : { ...tight, records: 1 }
      const { transitions, executed } = await tourEveryTransition({ design, bounds, store: memoryWorldStore() })
      expect(executed).toBe(transitions)
    },
  )

  it.each(beside.map((change) => [JSON.stringify(change), change] as const))('beside %s', async (_, change) => {
    const bounds = { ...TIGHT, ...change }
    const store = memoryWorldStore()
    const { transitions, executed } = await tourEveryTransition({ design: 'listStateBuffer', bounds, store })
    expect(executed).toBe(transitions)
  })

  it.each(DESIGNS.map(({ name }) => name))('%s: judge and model agree along random schedules', async (design) => {
    const configuration = { design, bounds: { ...SMALL, ...random }, store: 'memory', hashOrder: 0 } as const
    const lockstep = new Lockstep(configuration)
    const store = memoryWorldStore()
    let struck = 0
    for (let number = 0; number < RUNS; number++) {
      const world = new World(configuration, store)
      const schedule = randomSchedule(world, 500, stream('classes', design, number))
      const { violations, quiescent } = await runSchedule(world, schedule, lockstep)
      // A batch that its store refuses for ever drains no more.
      if (design !== 'asyncSink') expect(quiescent).toBe(true)
      const judged = violations.map(({ guarantee }) => guarantee).filter((id) => !AT_THE_END.has(id))
      expect([...new Set(judged)].sort()).toEqual([...new Set(lockstep.reported)].sort())
      if ((faultsUsed(world) & bit) !== 0) struck++
    }
    expect(struck).toBeGreaterThan(RUNS / 20)
  })
})

/** What the model asks of states and of fair runs, not of steps. */
const AT_THE_END: ReadonlySet<string> = new Set(['S1', 'S2', 'L1', 'L2'])
