// Timelines: one of them word for word, then every action of the vocabulary along random walks of every design.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { ACTIONS } from '../../model/pipeline/vocabulary.ts'
import { ending } from './ending.ts'
import { DEATH, shortestTrace, traceOf } from './outcome.fixture.ts'
import { statesAlong, timeline } from './timeline.ts'
import { WALKED, walk } from './walk.fixture.ts'
import { WIDTH } from './wrapped.ts'

it('reads as short numbered steps that end with what the state shows', () => {
  expect(timeline(shortestTrace('hashSetTransient', 'S7'), 'npx sinkproof replay x.json')).toEqual([
    'replay: npx sinkproof replay x.json',
    '',
    'hashSetTransient: S7 (durable before complete) falls without any fault, 9 steps',
    '  S7: when a checkpoint completes, every record before its cut has been applied,',
    '  or is in the checkpoint',
    '',
    '   1  emit(0)             source 0 reads record 1 (k0 v1)',
    '   2  receive(0)          sink takes record 1 (k0 v1)',
    '   3  trigger             coordinator starts checkpoint 1',
    '   4  barrier(0)          source 0 stores offset 1, sends barrier 1',
    '   5  receive(0)          sink takes barrier 1: snapshot without',
    '                          record 1 (k0 v1)',
    '   6  acknowledge(sink0)  sink acknowledges checkpoint 1',
    "   7  collect(source0)    coordinator has source 0's acknowledgement of 1",
    "   8  collect(sink0)      coordinator has the sink's acknowledgement of 1",
    '   9  complete            checkpoint 1 is complete: offset 1',
    '',
    '      Checkpoint 1 covers record 1 (k0 v1), which is in no store and no state; a',
    '      crash now loses it.',
  ])
})

it.each([
  ['hashSetTransient', 'S1', 'Record 2 (k0 v2) is in no store and no state: it is lost.'],
  ['hashSetTransient', 'S2', 'The table ends with k0 v1; its newest record is k0 v2.'],
  ['hashSetTransient', 'S3', 'A reader who saw k0 v2 now sees k0 v1.'],
  ['writeThrough', 'S4', 'Record 1 (k0 v1) changes the table again: at steps'],
  ['flushOnNotify', 'S5', 'Record 1 (k0 v1) is visible, and no checkpoint is complete.'],
])('%s, %s: says what fell', (design, guarantee, sentence) => {
  const lines = timeline(shortestTrace(design, guarantee), 'x')
  expect(lines.slice(-2).join(' ').replace(/ +/g, ' ')).toContain(sentence.slice(0, 40))
})

const LATE: Partial<Bounds> = { crashes: 0, others: 2, budgets: { F3: 1, F4: 1 }, capacity: 1, checkpoints: 0 }

it.each<readonly [string, string, Partial<Bounds>, readonly string[]]>([
  [
    'flushOnSnapshot',
    'S2',
    { ...LATE, workload: 'deletes' },
    ['writes record 2 (delete k0 v2); k0 v1 is gone', 'The table ends with k0 v1; its newest record is delete k0 v2.'],
  ],
  ['flushOnSnapshot', 'S3', { ...LATE, workload: 'deletes' }, ['A reader who saw no k0 now sees k0 v1.']],
  ['flushOnSnapshot', 'S4', { ...LATE, workload: 'deletes' }, ['changes the table again: at steps']],
  ['hashSetTransient', 'S2', { workload: 'append', records: 1 }, ['reads record 1 (row 1)', 'The table has no row 1.']],
  [
    'fenced',
    'S5',
    { workload: 'counter' },
    ['the store writes record 1 (k0 v1 +1); k0 adds up to 1', 'Record 1 (k0 v1 +1) is visible'],
  ],
])('%s, %s: says what a record does to its row', (design, guarantee, over, sentences) => {
  const words = plainText(timeline(shortestTrace(design, guarantee, { ...DEATH, ...over }), 'x'))
  for (const sentence of sentences) expect(words).toContain(sentence)
  expect(words).toContain(`${design} (${over.workload}): ${guarantee}`)
})

it('says of a sum what it should be, and of a delete that left nothing that it was written', () => {
  const counted = traceOf('fenced', { ...DEATH, workload: 'counter' }, 0, ['emit(0)', 'receive(0)', 'apply(sink0, ok)'])
  const S2 = { guarantee: 'S2', faults: [] }
  expect(plainText(timeline({ ...counted, verdict: S2 }, 'x'))).toContain('K0 adds up to 1; its records add up to 11.')
  const names = ['emit(0)', 'receive(0)', 'flush(sink0)', 'apply(sink0, ok)', 'respond(sink0)']
  const deleted = traceOf('flushOnSnapshot', { ...DEATH, workload: 'deletes' }, 0, [...names, ...names])
  expect(ending({ ...deleted, verdict: { guarantee: 'S1', faults: [] } }, statesAlong(deleted))).toEqual([])
})

const plainText = (lines: readonly string[]): string => lines.join(' ').replaceAll('\u00a0', ' ').replace(/ +/g, ' ')

it('has words for every action, in 80 columns, whatever happens', () => {
  const taken = new Map<string, number>()
  const schedule = fc.array(fc.nat(), { minLength: 80, maxLength: 80 })
  const design = fc.constantFrom(...DESIGNS.map(({ name }) => name))
  const bounds = fc.constantFrom(...WALKED)
  fc.assert(
    fc.property(design, bounds, schedule, (name, b, choices) => {
      const trace = traceOf(name, b, 0, walk(name, b, choices, taken))
      const lines = timeline(trace, 'x')
      for (const line of lines) {
        expect(line.length).toBeLessThanOrEqual(WIDTH)
        expect(line).not.toMatch(/undefined|NaN|another version|record 0/)
      }
      const numbered = lines.filter((line) => /^ *\d+ {2}\S/.test(line))
      expect(numbered.length).toBe(trace.actions.length)
      // Each step has words beside its action.
      for (const [i, line] of numbered.entries())
        expect(
          line
            .replace(/^ *\d+ {2}/, '')
            .replace(trace.actions[i]?.action ?? '', '')
            .trim(),
        ).not.toBe('')
    }),
    { numRuns: 150, seed: 1 },
  )
  expect(ACTIONS.map(({ name }) => name).filter((name) => !taken.has(name))).toEqual([])
})
