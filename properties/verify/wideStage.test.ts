// The wide searches: the rows that are asked for, each job once however many threads share them, one that is cut short
// says so, and what nobody expected is found. Read next: wideStage.ts.
import { expect, it } from 'vitest'
import { type Bounds, classesOf, SMALL } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { FAULTS } from '../../model/pipeline/vocabulary.ts'
import { WIDE_SEARCHES, wideJobs } from './wideBounds.ts'
import { runWide, searchWide } from './wideStage.ts'

const request = (bounds: readonly Bounds[], ms: number, next = new Int32Array(new SharedArrayBuffer(4))) => ({
  bounds,
  next,
  threads: 1,
  deadlineMs: Date.now() + ms,
})
const TINY: readonly Bounds[] = [{ ...SMALL, records: 1, checkpoints: 0, capacity: 1, others: 0, budgets: { F2d: 1 } }]

it('has a search for every class beside a crash, for two channels and for two subtasks', () => {
  for (const { sources, parallelism } of WIDE_SEARCHES) expect([sources, parallelism].sort()).toEqual([1, 2])
  const seen = (parallelism: number) =>
    new Set(WIDE_SEARCHES.filter((bounds) => bounds.parallelism === parallelism).flatMap(classesOf))
  const all = FAULTS.map(({ id }) => id).filter((id) => id !== 'F1p')
  expect([...seen(2)].sort()).toEqual([...all].sort())
  expect([...seen(1)].sort()).toEqual(all.filter((id) => id !== 'F7').sort())
  for (const bounds of WIDE_SEARCHES) {
    const further = classesOf(bounds).filter((id) => id !== 'F2d' && id !== 'F2f')
    expect(further).toHaveLength(1)
    expect(bounds.crashes).toBeGreaterThan(0)
  }
})

it('takes each job once, whoever takes it', async () => {
  const next = new Int32Array(new SharedArrayBuffer(4))
  const both = await Promise.all([1, 2].map(() => runWide(request(TINY, 60_000, next), () => {})))
  const designs = both.flat().map(({ design }) => design)
  expect(designs.sort()).toEqual(DESIGNS.map(({ name }) => name).sort())
  expect(both.flat().every(({ exhausted, states }) => exhausted && states > 50)).toBe(true)
  expect(both.flat().flatMap(({ unexpected }) => unexpected)).toEqual([])
})

it('says what was cut short, and goes through all jobs in the time it has', async () => {
  const large = WIDE_SEARCHES.filter(({ sources }) => sources === 2).slice(0, 1)
  const done = await runWide(request(large, 0), () => {})
  expect(done).toHaveLength(DESIGNS.length)
  expect(done.some(({ exhausted }) => !exhausted)).toBe(true)
})

it('a fall that no row of the expectations explains is a finding with its run', () => {
  const [bounds] = TINY as readonly [Bounds]
  // A design that is not in the table of expectations: all that falls is a surprise.
  const { unexpected } = searchWide('flushOnLastNotify', bounds, 60_000)
  expect(unexpected.map(({ guarantee }) => guarantee)).toContain('S7')
  for (const { actions, steps } of unexpected) expect(actions).toHaveLength(steps)
  expect(searchWide('flushOnNotify', bounds, 60_000).unexpected).toEqual([])
})

it('small graphs first', () => {
  const subtasks = wideJobs(WIDE_SEARCHES).map(({ bounds }) => bounds.parallelism)
  expect(subtasks).toEqual([...subtasks].sort((one, other) => other - one))
})
