// The diagram as data: known runs lane by lane, then random ones through every mode, where what the diagram shows waiting
// at each step must be what the state says.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { listOf, type Values } from '../verify/names.ts'
import { shortestTrace, traceOf } from '../verify/outcome.fixture.ts'
import { statesAlong } from '../verify/timeline.ts'
import { WALKED, walk } from '../verify/walk.fixture.ts'
import { type Diagram, diagramOf, type Span } from './diagram.ts'

const say = ({ arrows }: Diagram) =>
  arrows
    .map(
      ({ from, to, label, fate }) =>
        `${from.step} ${from.lane} > ${to.step} ${to.lane} ${label}${fate === 'taken' ? '' : ` ${fate}`}`,
    )
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))

describe('a checkpoint without what the sink holds', () => {
  const diagram = diagramOf(shortestTrace('hashSetTransient', 'S7'))

  it('has a lane for whoever takes part', () => {
    expect(diagram.lanes.map(({ id }) => id)).toEqual([
      'coordinator',
      'source0',
      'channel0',
      'sink0.1',
      'requests0',
      'store',
    ])
  })
  it('shows who sent what to whom, and when it was taken', () => {
    expect(say(diagram)).toEqual([
      '1 source0 > 1 channel0 r1',
      '2 channel0 > 2 sink0.1 r1',
      '3 coordinator > 4 source0 trigger 1',
      '4 source0 > 7 coordinator ack 1',
      '4 source0 > 4 channel0 b1',
      '5 channel0 > 5 sink0.1 b1',
      '6 sink0.1 > 8 coordinator ack 1',
      '9 coordinator > 9 sink0.1 complete 1 open',
    ])
  })
  it('shows what waited in the channel', () => {
    expect(diagram.spans.map(({ lane, label, from, until }) => [lane, label, from, until])).toEqual([
      ['channel0', 'r1', 1, 2],
      ['channel0', 'b1', 4, 5],
    ])
  })
  it('places every step', () => {
    expect(diagram.events.map(({ lane }) => lane)).toEqual([
      'source0',
      'sink0.1',
      'coordinator',
      'source0',
      'sink0.1',
      'sink0.1',
      'coordinator',
      'coordinator',
      'coordinator',
    ])
  })
})

const FAULTS: Bounds = { ...SMALL, crashes: 1, others: 2 }
const run = (design: string, names: readonly string[], bounds = FAULTS) => diagramOf(traceOf(design, bounds, 0, names))

it('an attempt that dies is a lane that ends; its request stays behind and lands in the store', () => {
  const names = ['emit(0)', 'receive(0)', 'crash(death)', 'restore', 'zombie(0)']
  const diagram = run('writeThrough', names)
  expect(diagram.lanes.filter(({ kind }) => kind === 'sink')).toMatchObject([
    { id: 'sink0.1', attempt: 1, from: 0, failed: null, died: 3 },
    { id: 'sink0.2', attempt: 2, from: 4, failed: null, died: null },
  ])
  expect(diagram.spans.at(-1)).toMatchObject({ lane: 'requests0', label: 'r1', from: 2, late: 3, until: 5, applied: 5 })
  expect(say(diagram).at(-1)).toBe('5 requests0 > 5 store late')
  expect(diagram.events.map(({ lane, fault }) => [lane, fault])).toEqual([
    ['source0', null],
    ['sink0.1', null],
    [null, 'F2d'],
    [null, null],
    ['store', 'F3'],
  ])
})

it('an attempt that fails over goes on until its close() has returned', () => {
  const diagram = run('hashSetTransient', ['emit(0)', 'receive(0)', 'crash(failover)', 'close(sink0)', 'restore'])
  expect(diagram.lanes.find(({ id }) => id === 'sink0.1')).toMatchObject({ failed: 3, died: 4 })
})

it('a request that is applied and whose response is lost', () => {
  const names = ['emit(0)', 'receive(0)', 'apply(sink0, ok)', 'lose(response sink0)']
  const diagram = run('writeThrough', names)
  expect(diagram.spans.at(-1)).toMatchObject({ carries: 'request', applied: 3, until: 4, fate: 'lost' })
  expect(diagram.events.at(-1)).toMatchObject({ lane: 'requests0', fault: 'F4' })
})

it('a notification that is lost ends on its way', () => {
  const names = [
    'trigger',
    'barrier(0)',
    'receive(0)',
    'acknowledge(sink0)',
    'collect(source0)',
    'collect(sink0)',
    'complete',
    'lose(notification sink0)',
  ]
  const diagram = run('writeThrough', names)
  expect(diagram.arrows.find(({ carries }) => carries === 'notice')).toMatchObject({
    from: { lane: 'coordinator', step: 7 },
    to: { lane: 'sink0.1', step: 8 },
    fate: 'lost',
  })
  expect(diagram.events.at(-1)).toMatchObject({ lane: 'sink0.1', fault: 'F5' })
})

it('places whatever a run does, and shows waiting what the state has waiting', () => {
  const open = ({ spans }: Diagram, step: number, of: (span: Span) => boolean) =>
    spans.filter(
      (span) => of(span) && span.from <= step && (step < span.until || (step === span.until && span.fate === 'open')),
    )
  const filled = (state: Values | undefined, name: string) => listOf(state ?? {}, name).filter((each) => each !== 0)
  const schedule = fc.array(fc.nat(), { minLength: 60, maxLength: 60 })
  const design = fc.constantFrom(...DESIGNS.map(({ name }) => name))
  let requestsSeen = 0
  let lateSeen = 0
  fc.assert(
    fc.property(design, fc.constantFrom(...WALKED), schedule, (name, b, choices) => {
      const trace = traceOf(name, b, 0, walk(name, b, choices, new Map()))
      const diagram = diagramOf(trace)
      const states = statesAlong(trace)
      const lanes = new Set(diagram.lanes.map(({ id }) => id))
      expect(diagram.events.length).toBe(trace.actions.length)
      for (const { from, to, fate, carries } of diagram.arrows) {
        expect([lanes.has(from.lane), lanes.has(to.lane)]).toEqual([true, true])
        expect(from.step).toBeLessThanOrEqual(to.step)
        // What a sink sends in its open() is on its way from the start.
        if (fate === 'taken' && carries !== 'request') expect(to.step).toBeGreaterThan(0)
      }
      for (let step = 0; step <= diagram.steps; step++) {
        for (let c = 0; c < b.sources * b.parallelism; c++)
          expect(open(diagram, step, ({ lane }) => lane === `channel${c}`).length).toBe(
            listOf(states[step] ?? {}, `channel${c}`).length + listOf(states[step] ?? {}, `held${c}`).length,
          )
        const requests = open(diagram, step, ({ carries }) => carries === 'request')
        const late = requests.filter((span) => span.late !== null && span.late <= step).length
        expect(requests.length - late).toBe(filled(states[step], 'request').length)
        expect(late).toBeGreaterThanOrEqual(filled(states[step], 'zombies').length)
        requestsSeen += requests.length
        lateSeen += late
      }
      const places = diagram.spans.map(({ lane, slot, from }) => `${lane} ${slot} ${from}`)
      expect(new Set(places).size).toBe(places.length)
    }),
    { numRuns: 120, seed: 2 },
  )
  expect(requestsSeen).toBeGreaterThan(1_000)
  expect(lateSeen).toBeGreaterThan(50)
})
