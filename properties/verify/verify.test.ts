// The main job at tiny bounds: the JSON object is complete, every counterexample it names is a trace that replays, and a
// verdict that differs from what is expected is said and ends in exit 1.
import { beforeAll, describe, expect, it } from 'vitest'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { GUARANTEES } from '../guarantees/catalogue.ts'
import { replay } from '../world/replay.ts'
import { TINY_BOUNDS, TOURED } from './bounds.ts'
import { minimalSets } from './minimalSets.ts'
import type { NamedTrace, VerifyOutcome } from './result.ts'
import { surprises } from './surprises.ts'
import { verify } from './verify.ts'

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
    const cells = outcome.result.table.map(({ design, guarantee }) => `${design} ${guarantee}`)
    const expected = GUARANTEES.flatMap(({ id, of }) =>
      of === 'design' ? DESIGNS.map(({ name }) => `${name} ${id}`) : [`aligned ${id}`],
    )
    expect(cells.sort()).toEqual(expected.sort())
  })

  it('says of every verdict how it was reached', () => {
    for (const { design, guarantee, how } of outcome.result.table) {
      expect(how.length, `${design} ${guarantee}`).toBeGreaterThan(0)
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
    for (const { design, guarantee, verdict, trace, steps } of outcome.result.table)
      if (verdict === 'falls') {
        expect(named, `${design} ${guarantee}`).toContain(trace)
        expect(steps).toBeGreaterThan(0)
      } else expect(trace).toBeNull()
    for (const { file, trace } of outcome.traces) expect((await replay(trace, 'memory')).confirmed, file).toBe(true)
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
    expect(surprises(changed, [], [], { witnesses: {} }, [])).toContain(
      'flushOnSnapshot S5: expected falls under no fault, found holds',
    )
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
