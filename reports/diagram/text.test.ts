// The diagram in a terminal: one run word for word, then every mode in 80 columns with a row a step.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SMALL } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { shortestTrace, traceOf } from '../verify/outcome.fixture.ts'
import { WALKED, walk } from '../verify/walk.fixture.ts'
import { WIDTH } from '../verify/wrapped.ts'
import { columnsOf } from './columns.ts'
import { diagramOf } from './diagram.ts'
import { diagramLines } from './text.ts'

it('draws what is sent and what waits', () => {
  expect(diagramLines(diagramOf(shortestTrace('hashSetTransient', 'S7'))).slice(0, 11)).toEqual([
    '        coord     src      ch      sink      req     store',
    '                                   att 1',
    '   1      |        *-------r1        |                 |     emit(0)',
    '   2      |        |         ------->*                 |     receive(0)',
    '   3      *        |                 |                 |     trigger',
    '   4      |------->*-------b1        |                 |     barrier(0)',
    '   5      |        |         ------->*                 |     receive(0)',
    '   6      |        |                 *                 |     acknowledge(sink0)',
    '   7      *<-------|                 |                 |     collect(source0)',
    '   8      *<-------+-----------------|                 |     collect(sink0)',
    '   9      *        |                 |                 |     complete',
  ])
})

it('marks the end of an attempt, and a request that nobody waits for', () => {
  const names = ['emit(0)', 'receive(0)', 'crash(death)', 'restore', 'zombie(0)']
  const lines = diagramLines(diagramOf(traceOf('writeThrough', { ...SMALL, others: 2 }, 0, names)))
  expect(lines.slice(2, 7)).toEqual([
    '   1     |      *-----r1      |                    |    emit(0)',
    '   2     |      |       ----->*------------r1      |    receive(0)',
    '   3  ===|======|=============X============~r1=====|=== [F2d] crash(death)',
    '   4  ===|======|====================|=====~r1=====|=== restore',
    '   5     |      |                    |       ----->!    [F3] zombie(0)',
  ])
})

it('fits 80 columns with a row a step, whatever happens', () => {
  const schedule = fc.array(fc.nat(), { minLength: 60, maxLength: 60 })
  const design = fc.constantFrom(...DESIGNS.map(({ name }) => name))
  fc.assert(
    fc.property(design, fc.constantFrom(...WALKED), schedule, (name, b, choices) => {
      const diagram = diagramOf(traceOf(name, b, 0, walk(name, b, choices, new Map())))
      const lines = diagramLines(diagram)
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(WIDTH)
      expect(lines.filter((line) => /^ {1,3}\d+ {2}/.test(line)).length).toBe(diagram.steps)
      expect(lines.join('')).not.toMatch(/undefined|NaN/)
      for (const { action } of diagram.events) expect(lines.some((line) => line.endsWith(action))).toBe(true)
    }),
    { numRuns: 60, seed: 3 },
  )
})

it('lets lanes share a column only where there is no room', () => {
  const [, , , many] = WALKED
  if (many === undefined) throw new Error('expected bounds with two subtasks')
  const { lanes } = diagramOf(traceOf('writeThrough', many, 0, ['crash(death)', 'restore']))
  expect(lanes.length).toBe(11)
  expect(columnsOf(lanes, 11).map(({ lanes: shared }) => shared.length)).toEqual(Array(11).fill(1))
  expect(columnsOf(lanes, 7).map(({ head }) => head.join(' ').trim())).toEqual([
    'coord',
    'src',
    'chs',
    'sink0',
    'sink1',
    'reqs',
    'store',
  ])
})
