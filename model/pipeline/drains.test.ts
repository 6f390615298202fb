// Whether the model's ids suffice, and whether every run can drain: at several bounds no state is without a way on only
// because the numbers ran out, and the highest id there is, is reached. And the search on packed words counted against
// a search written in ten lines on range-checked objects. Read next: spec.test.ts, bounds.ts (highestId).
import { describe, expect, it } from 'vitest'
import { checkEventually, defineSpec, Search, search, Walker } from '../kernel/index.ts'
import { type Bounds, highestId, SMALL } from './bounds.ts'
import { lastNotified } from './coordinator.ts'
import { pipeline } from './pipeline.ts'
import { DESIGNS, designNamed } from './sinks/designs.ts'
import { pipelineSpec } from './spec.ts'

const TINY: Bounds = {
  ...SMALL,
  records: 1,
  checkpoints: 0,
  capacity: 1,
  crashes: 0,
  budgets: { ...SMALL.budgets, F2d: 0, F2f: 0 },
}

/** Several fault classes, several of each, on the least there is to write. */
const BOUNDS: readonly (readonly [string, Bounds])[] = [
  ['two of all other faults', { ...TINY, others: 2, budgets: { F1: 2, F4: 2, F5: 2, F6: 2 } }],
  [
    'two lost or aborted checkpoints and two crashes',
    { ...TINY, crashes: 2, others: 2, budgets: { F2d: 2, F2f: 1, F5: 2, F6: 2 } },
  ],
  [
    'one of each with a checkpoint before the last',
    { ...TINY, checkpoints: 1, crashes: 1, others: 2, budgets: { F2d: 1, F2f: 1, F3: 1, F4: 1, F5: 1, F6: 1 } },
  ],
  ['two sources', { ...TINY, sources: 2, crashes: 1, others: 1, budgets: { F2d: 1, F5: 1, F6: 1 } }],
]

/** The pipeline with one more thing that must hold, and one that must be reached. */
function withIds(design: string, bounds: Bounds) {
  const row = designNamed(design)
  const spec = pipelineSpec(row, bounds)
  return defineSpec({
    name: spec.name,
    variables: spec.variables,
    define(s, report) {
      const defined = spec.define(s, report)
      const p = pipeline(s, bounds, row, null, report)
      const left = () => s.nextId <= highestId(bounds)
      const lastWanted = () => {
        if (!p.running() || s.pending.at(0) !== 0 || s.finished.at(0) === 0 || s.notices0.length > 0 || lastNotified(p))
          return false
        for (let source = 0; source < p.S; source++)
          if (s.rpc.at(source) !== 0 || s.ended.at(source) === 0) return false
        return true
      }
      return {
        ...defined,
        always: { ...defined.always, 'ids suffice': () => !lastWanted() || left() },
        sometimes: { ...defined.sometimes, 'the highest id is used': () => !left() },
      }
    },
  })
}

describe('the ids of a run', () => {
  it.each(
    BOUNDS.flatMap(([what, bounds]) =>
      ['flushOnSnapshot', 'listStateBuffer', 'flushOnNotify'].map((design) => [design, what, bounds] as const),
    ),
  )('suffice for the last checkpoint of %s with %s, not one too many, and the pipeline drains', (design, _, bounds) => {
    const run = new Search(withIds(design, bounds), { onViolation: 'collect', keepGraph: true })
    run.run()
    const result = run.result()
    expect(result.exhausted).toBe(true)
    expect(result.violations.map(({ property }) => property)).not.toContain('ids suffice')
    expect(result.witnesses['the highest id is used']?.count).toBeGreaterThan(0)
    expect(checkEventually(run.graph()).map(({ property, holds }) => [property, holds])).toEqual([
      ['L1', true],
      ['L2', true],
    ])
  })
})

/** Breadth-first by the book: a map of printed states. */
function plainCount(walker: Walker) {
  const seen = new Map<string, ReturnType<typeof walker.dump>>()
  const queue: ReturnType<typeof walker.dump>[] = []
  const visit = () => {
    const state = walker.dump()
    const text = JSON.stringify(state)
    if (seen.has(text)) return
    seen.set(text, state)
    queue.push(state)
  }
  for (let root = 0; root < walker.roots; root++) {
    walker.reset(root)
    visit()
  }
  let transitions = 0
  for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
    walker.load(state)
    for (const rule of walker.enabled()) {
      walker.load(state)
      walker.take(rule)
      transitions++
      visit()
    }
  }
  return { states: seen.size, transitions }
}

describe('the same numbers on range-checked objects', () => {
  const bounds: readonly (readonly [string, Bounds])[] = [
    ['one source, one fault', { ...TINY, others: 1 }],
    ['two sources, no fault', { ...TINY, sources: 2, others: 0, budgets: {} }],
  ]
  it.each(DESIGNS.flatMap(({ name }) => bounds.map(([what, each]) => [name, what, each] as const)))(
    '%s with %s',
    (design, _, each) => {
      const spec = pipelineSpec(designNamed(design), each)
      const { states, transitions, exhausted } = search(spec, { onViolation: 'collect' })
      expect(exhausted).toBe(true)
      expect(plainCount(new Walker(spec, 'plain') as unknown as Walker)).toEqual({ states, transitions })
    },
  )
})
