// Every guarantee is caught breaking by at least one planted bug, and the same design without the bug keeps it under
// the same bounds: a guarantee that nothing can break, or that falls anyway, would prove nothing.
import { describe, expect, it } from 'vitest'
import { checkEventually, Search } from '../kernel/index.ts'
import { type Bounds, SMALL } from './bounds.ts'
import { BUGS, type BugName } from './bugs.ts'
import { designNamed } from './sinks/designs.ts'
import { pipelineSpec } from './spec.ts'

const GUARANTEES = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9', 'S10', 'S11', 'L1', 'L2']

/** The guarantees that fall, and whether every state was seen. */
function fallen(design: string, bounds: Bounds, planted: BugName | null) {
  const search = new Search(pipelineSpec(designNamed(design), bounds, planted), {
    onViolation: 'collect',
    keepGraph: true,
  })
  search.run()
  const live = checkEventually(search.graph())
  const { violations, exhausted } = search.result()
  const names = [...violations.map((v) => v.property), ...live.filter((r) => !r.holds).map((r) => r.property)]
  return { names: new Set(names), exhausted }
}

describe('planted bugs', () => {
  it('there is one for every guarantee of the model', () => {
    expect(GUARANTEES.filter((guarantee) => !BUGS.some((bug) => bug.guarantee === guarantee))).toEqual([])
  })

  it.each(BUGS.map((bug) => [bug.name, bug] as const))('%s is noticed', (_, bug) => {
    const bounds: Bounds = { ...SMALL, ...bug.bounds }
    const right = fallen(bug.design, bounds, null)
    expect(right.exhausted).toBe(true)
    expect([...right.names], `${bug.design} without the bug`).not.toContain(bug.guarantee)
    expect([...fallen(bug.design, bounds, bug.name).names], `${bug.design} with ${bug.name}: ${bug.what}`).toContain(
      bug.guarantee,
    )
  })
})
