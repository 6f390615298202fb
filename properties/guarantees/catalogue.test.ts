// The catalogue, the model, the judge and the planted bugs speak of the same guarantees.
import { expect, it } from 'vitest'
import { Walker } from '../../model/kernel/index.ts'
import { SMALL } from '../../model/pipeline/bounds.ts'
import { BUGS } from '../../model/pipeline/bugs.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { OF_DESIGN, OF_RUNTIME } from '../verify/table.ts'
import { GUARANTEES } from './catalogue.ts'

it('the table has a column for each guarantee, and no other', () => {
  const of = (owner: string) => GUARANTEES.filter((row) => row.of === owner).map((row) => row.id)
  expect([...OF_DESIGN]).toEqual(of('design'))
  expect([...OF_RUNTIME]).toEqual(of('runtime'))
})

it('each has a planted bug, and a situation that puts it to the test', () => {
  const spec = pipelineSpec(designNamed('flushOnSnapshot'), SMALL)
  const walker = new Walker(spec)
  const witnesses = Object.keys(
    spec.define(walker.state as Parameters<typeof spec.define>[0], () => {}).sometimes ?? {},
  )
  for (const { id } of GUARANTEES) {
    expect(
      BUGS.map((bug) => bug.guarantee),
      id,
    ).toContain(id)
    expect(
      witnesses.some((name) => name.startsWith(`${id} `)),
      `a witness for ${id}`,
    ).toBe(true)
  }
})
