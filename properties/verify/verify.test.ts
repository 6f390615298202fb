// The main job at tiny bounds: the JSON object is complete, every counterexample it names is a trace that replays, and a
// verdict that differs from what is expected is said and ends in exit 1.
import { beforeAll, describe, expect, it } from 'vitest'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { FAULTS } from '../../model/pipeline/vocabulary.ts'
import { WORKLOADS } from '../../model/pipeline/workloads.ts'
import { GUARANTEES } from '../guarantees/catalogue.ts'
import { replay } from '../world/replay.ts'
import { TINY_BOUNDS, TOURED } from './bounds.ts'
import { minimalSets } from './minimalSets.ts'
import type { NamedTrace, VerifyOutcome } from './result.ts'
import { surprises } from './surprises.ts'
import { verify } from './verify.ts'
import { differsFromUpsert } from './workloadStage.ts'

const NOTHING_ELSE = {
  ...{ claims: [], modelled: [], tours: [] },
  ...{ random: { witnesses: {} }, dynalite: { witnesses: {}, schedules: 0 } },
}

describe('verify', () => {
  let outcome: VerifyOutcome
  const first: NamedTrace[] = []
  beforeAll(async () => {
    const options = {
      seed: 7,
      budgetMs: 120_000,
      deep: false,
      onFirstCounterexample: (trace: NamedTrace) => first.push(trace),
    }
    outcome = await verify(options, { bounds: TINY_BOUNDS, version: 'test' })
  })

  it('has a cell for every design and guarantee', () => {
    const cells = outcome.result.table.map(({ design, guarantee, workload }) => `${design} ${guarantee} ${workload}`)
    const expected = GUARANTEES.flatMap(({ id, of }) =>
      of === 'design'
        ? DESIGNS.flatMap(({ name }) => WORKLOADS.map((workload) => `${name} ${id} ${workload.name}`))
        : [`aligned ${id} upsert`],
    )
    expect(cells.sort()).toEqual(expected.sort())
  })

  it('says of every verdict how it was reached', () => {
    for (const { design, guarantee, how, verdict, reason } of outcome.result.table) {
      expect(reason !== undefined).toBe(verdict === 'n/a')
      if (verdict !== 'n/a') expect(how.length, `${design} ${guarantee}`).toBeGreaterThan(0)
      for (const { count, bounds } of how) {
        expect(count).toBeGreaterThan(0)
        expect(bounds).toMatch(/S=\d/)
      }
    }
  })

  it('executed every transition it counted', () => {
    expect(outcome.result.real.transitions).toBeGreaterThan(TOURED.length * 100)
    expect(outcome.result.real.transitionsExecuted).toBe(outcome.result.real.transitions)
  })

  it('gives the first counterexample before the table, and a trace for every guarantee that falls', async () => {
    expect(first.map(({ file }) => file)).toEqual(['hashSetTransient-S7.json'])
    const named = new Set(outcome.traces.map(({ file }) => file))
    for (const row of outcome.result.table) {
      const { design, guarantee, workload, verdict, trace, steps } = row
      // Of another workload what falls as it does for upsert has its trace there.
      const shown = workload === 'upsert' || differsFromUpsert(row, outcome.result.table)
      if (verdict === 'falls' && shown) {
        expect(named, `${design} ${guarantee}`).toContain(trace)
        expect(steps).toBeGreaterThan(0)
      } else expect(trace).toBeNull()
    }
    for (const { file, trace } of outcome.traces) expect((await replay(trace, 'memory')).confirmed, file).toBe(true)
  })

  it('has a run that random search found, which replays, for each cell that names one', async () => {
    const named = outcome.result.table.flatMap(({ randomTrace }) => (randomTrace === null ? [] : [randomTrace]))
    expect(named.length).toBeGreaterThan(DESIGNS.length)
    expect(outcome.randomTraces.map(({ file }) => file).sort()).toEqual([...named].sort())
    for (const { file, trace } of outcome.randomTraces) {
      expect((await replay(trace, 'memory')).confirmed, file).toBe(true)
      expect(trace.origin).toMatch(/^random schedule, seed 7, /)
    }
  })

  it('gives the same verdicts and counts for the same seed', async () => {
    const again = await verify({ seed: 7, budgetMs: 120_000, deep: false }, { bounds: TINY_BOUNDS, version: 'test' })
    expect(again.result.table).toEqual(outcome.result.table)
  })

  it('says which verdict changed', () => {
    const changed = outcome.result.table.map((row) =>
      row.design === 'flushOnSnapshot' && row.guarantee === 'S5'
        ? { ...row, verdict: 'holds' as const, faults: [] }
        : row,
    )
    expect(surprises({ ...NOTHING_ELSE, table: changed })).toContain(
      'flushOnSnapshot S5: expected falls under no fault, found holds',
    )
  })

  it('says which class never struck on dynalite, once there were schedules enough', () => {
    const struck = Object.fromEntries(FAULTS.map(({ id }) => [id, id === 'F9' ? 0 : 3]))
    const seen = (schedules: number) =>
      surprises({ ...NOTHING_ELSE, table: [], dynalite: { schedules, witnesses: struck } })
    expect(seen(210)).toEqual(['F9 never struck in the 210 schedules on dynalite'])
    expect(seen(14)).toEqual([])
  })

  it('a verdict that holds names the classes that were searched, and no other', () => {
    const faults = (design: string) =>
      outcome.result.table.find((row) => row.design === design && row.guarantee === 'S1')?.faults
    expect(faults('listStateBuffer')).toEqual([FAULTS.map(({ id }) => id)])
    // Without list state there is nothing that a rescaled restore could hand out wrongly, and it is not searched.
    expect(faults('writeThrough')).toEqual([FAULTS.map(({ id }) => id).filter((id) => id !== 'F7')])
  })
})

it('minimal sets: a set inside another hides it, the shortest of a set is kept', () => {
  const sets = minimalSets([
    { faults: 5, steps: 3 },
    { faults: 4, steps: 9 },
    { faults: 4, steps: 7 },
    { faults: 3, steps: 2 },
  ])
  expect(sets).toEqual([
    { faults: 4, steps: 7 },
    { faults: 3, steps: 2 },
  ])
})
