// The rules that the pipeline declares safe are safe: checked at every state of a graph of every design;
// and the reduced search finds what the whole one finds, in the same classes, and comes to as many ends.
// Read next: ../kernel/independence.ts (what is asked), ../../properties/verify/wideStage.ts (who reduces).
import { describe, expect, it } from 'vitest'
import { checkIndependence } from '../kernel/independence.ts'
import { Search, type SearchResult, search } from '../kernel/index.ts'
import { type Bounds, describeBounds, SMALL } from './bounds.ts'
import { DESIGNS, designNamed } from './sinks/designs.ts'
import { pipelineSpec } from './spec.ts'

const TIGHT: Bounds = { ...SMALL, capacity: 1 }
const ROWS: readonly Bounds[] = [
  TIGHT,
  { ...TIGHT, budgets: { F3: 1, F5: 1, F8: 1 } },
  { ...TIGHT, others: 2, budgets: { F2d: 1, F3: 1, F9: 1 } },
  { ...TIGHT, budgets: { F3: 1, F10: 1 } },
  { ...TIGHT, records: 1, parallelism: 2, startParallelism: 1, budgets: { F2d: 1, F7: 1 } },
  { ...SMALL, sources: 2, records: 1, others: 0, crashes: 1, budgets: { F2d: 1 } },
]
/** Where graphs are larger: several requests in flight, two orders of iteration. */
const LARGE: readonly Bounds[] = [{ ...TIGHT, records: 1 }, ...ROWS.slice(1)]
/** Where the declarations do not hold nothing is declared. */
const MODES: readonly Partial<Bounds>[] = [
  { alignment: 'unaligned' },
  { alignment: 'alternating' },
  { alignment: 'atLeastOnce' },
  { concurrency: 2 },
  { savepoints: 1 },
]

const found = ({ violations }: SearchResult): string[] =>
  violations.map(({ property, classId }) => `${property} ${classId}`).sort()

function compared(design: string, bounds: Bounds) {
  const spec = pipelineSpec(designNamed(design), bounds)
  const whole = new Search(spec, { onViolation: 'collect', keepGraph: true })
  whole.run()
  const { safe, dependences } = checkIndependence(whole.graph())
  const all = whole.result()
  const reduced = search(spec, { onViolation: 'collect', reduce: true })
  expect(
    dependences.map(({ rule, other, why, trace }) => `${rule}, ${other}: ${why} after ${trace().join(' ')}`),
    describeBounds(bounds),
  ).toEqual([])
  expect(found(reduced)).toEqual(found(all))
  expect(reduced.exhausted).toBe(true)
  expect(reduced.witnesses['S1 quiescent']?.count).toBe(all.witnesses['S1 quiescent']?.count)
  expect(reduced.states).toBeLessThan(all.states)
  expect(Object.keys(safe).length).toBeGreaterThan(3)
}

describe('rules declared safe are, and reduction finds the same', () => {
  it.each(DESIGNS.map((row) => [row.name, row] as const))('%s', (name, { inFlight, buffer }) => {
    for (const bounds of inFlight > 1 || buffer === 'hashSet' ? LARGE : ROWS) compared(name, bounds)
  })

  it.each(MODES)('in the mode %j nothing is declared', (mode) => {
    const bounds: Bounds = { ...TIGHT, records: 1, checkpoints: 0, others: 0, ...mode }
    const spec = pipelineSpec(designNamed('listStateBuffer'), bounds)
    expect(search(spec, { onViolation: 'collect', reduce: true }).states).toBe(
      search(spec, { onViolation: 'collect' }).states,
    )
  })
})

it('a rule that is declared safe and is not is caught', () => {
  const bounds: Bounds = { ...TIGHT, records: 1, checkpoints: 0 }
  const spec = pipelineSpec(designNamed('flushOnSnapshot'), bounds)
  const wrong = {
    ...spec,
    define: (...given: Parameters<typeof spec.define>) => {
      const defined = spec.define(...given)
      const rules = defined.rules.map((each) => (each.name === 'receive(0)' ? { ...each, safe: () => true } : each))
      return { ...defined, rules }
    },
  }
  const whole = new Search(wrong, { onViolation: 'collect', keepGraph: true })
  whole.run()
  const { dependences } = checkIndependence(whole.graph())
  expect(dependences.map(({ rule }) => rule)).toContain('receive(0)')
})
