// Steps of sinks with several requests in flight, word for word. Read next: writing.ts, writingProperties.test.ts.
import { expect, it } from 'vitest'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import type { Values } from './names.ts'
import { traceOf } from './outcome.fixture.ts'
import { phraseOf } from './phrases.ts'
import { statesAlong, timeline } from './timeline.ts'

/** The words of the last steps of a run, each as one line. */
function lastWords(design: string, bounds: Bounds, actions: readonly string[], count: number): string[] {
  const trace = traceOf(design, bounds, 0, actions)
  const states = statesAlong(trace)
  return actions
    .map((action, i) => phraseOf(action, trace.configuration, states[i] as Values, states[i + 1] as Values))
    .slice(-count)
    .map((words) => words.replaceAll('\u00a0', ' '))
}

const takes = (records: number, channel = 0): string[] =>
  Array.from({ length: records }, () => ['emit(0)', `receive(${channel})`]).flat()

it('a failed whole batch goes back, what fits the lower limit is sent again, and the rest is dropped for an older one', () => {
  const bounds: Bounds = { ...SMALL, records: 3, batchLimit: 3, others: 2, budgets: { F4: 2 } }
  const actions = [
    ...[...takes(1), 'flush(sink0)', ...takes(2), 'flush(sink0)', 'finish(0)', 'receive(0)'],
    ...['timeout(sink0)', 'flush(sink0)', 'timeout(sink0)', 'apply(sink0, ok)', 'respond(sink0)', 'apply(sink0, ok)'],
    ...['respond(sink0)', 'trigger(last)', 'barrier(0)', 'receive(0)'],
  ]
  const trace = traceOf('asyncSinkLastInBatch', bounds, 0, actions)
  const lines = timeline({ ...trace, verdict: { guarantee: 'S1', faults: ['F4'] } }, 'x')
  expect(lines.slice(lines.findIndex((line) => line.includes('   8  ')))).toEqual([
    '   8  flush(sink0)      the buffer timer fires, sends record 3 (k0 v3), drops',
    '                        record 2 (k0 v2) of the same key; 2 requests in flight',
    '   9  finish(0)         source 0 is at the end of its log',
    '  10  receive(0)        sink takes the end of source 0; finish() waits for 2',
    '                        answers',
    '  11  timeout(sink0)    [F4] the client gives up on its request of',
    '                        record 1 (k0 v1): it is back at the head of the buffer;',
    '                        the rate limit falls to 2 records',
    '  12  flush(sink0)      the buffer timer fires while finish() waits; it waits to',
    '                        send record 1 (k0 v1): the rate limit allows 2 records',
    '                        in flight',
    '  13  timeout(sink0)    [F4] the client gives up on its request of',
    '                        record 3 (k0 v3): records 2 (k0 v2) and 3 (k0 v3) are',
    '                        back at the head of the buffer; the rate limit falls to',
    '                        1 record; the sink sends record 2 (k0 v2)',
    '  14  apply(sink0, ok)  the store writes record 2 (k0 v2)',
    '  15  respond(sink0)    the sink hears that record 2 (k0 v2) is written, sends',
    '                        record 1 (k0 v1), drops record 3 (k0 v3) of the same',
    '                        key; the waiting timer is done',
    '  16  apply(sink0, ok)  the store writes record 1 (k0 v1); k0 v1 over v2',
    '  17  respond(sink0)    the sink hears that record 1 (k0 v1) is written, takes',
    '                        record 3 (k0 v3) for written too: finish() returns',
    '  18  trigger(last)     coordinator starts checkpoint 1, the last one',
    '  19  barrier(0)        source 0 stores offset 3, sends barrier 1',
    '  20  receive(0)        sink takes barrier 1: snapshot, nothing left to write',
    '',
    '      Record 3 (k0 v3) is in no store and no state: it is lost.',
    '      Step 15 dropped record 3 (k0 v3) for record 1 (k0 v1), which is older.',
  ])
})

it('a batch that repeats a key fails the task, and what is still on its way may land', () => {
  const bounds: Bounds = { ...SMALL, records: 3, batchLimit: 3, budgets: { F2d: 1, F3: 1 } }
  const actions = [
    ...takes(1),
    'flush(sink0)',
    ...takes(2),
    'flush(sink0)',
    'apply(sink0.1, rejected)',
    'respond(sink0.1)',
    'close(sink0)',
    'zombie(0)',
  ]
  expect(lastWords('asyncSink', bounds, actions, 5)).toEqual([
    'the buffer timer fires, sends records 2 (k0 v2) and 3 (k0 v3), one key twice; 2 requests in flight',
    'the store refuses the whole batch: it repeats a key',
    'the sink hears of the refusal: the task fails, and its attempt with it; a request is still on its way',
    'close() is called',
    'an old request lands after all: record 1 (k0 v1)',
  ])
})

it('of a batch that was sent in part, one record handed back is back, the dropped one is not', () => {
  const bounds: Bounds = { ...SMALL, records: 3, keys: 2, batchLimit: 3, poison: 2 }
  const actions = [...takes(3), 'apply(sink0, poison 2)', 'respond(sink0)']
  expect(lastWords('asyncSinkLastInBatch', bounds, actions, 3)).toEqual([
    'sink takes record 3 (k0 v3), sends records 2 (k1 v2) and 3 (k0 v3), drops record 1 (k0 v1) of the same key',
    'the store hands back record 2 (k1 v2), writes record 3 (k0 v3)',
    'the sink has record 2 (k1 v2) back at the head of the buffer, takes record 1 (k0 v1) for written too; the rate limit falls to 2 records',
  ])
})

it('a full buffer makes write() wait, and a timer may fire meanwhile', () => {
  const bounds: Bounds = { ...SMALL, records: 6 }
  const actions = [
    ...takes(1),
    'flush(sink0)',
    ...takes(1),
    'flush(sink0)',
    ...takes(4),
    'flush(sink0)',
    'apply(sink0.1, ok)',
    'respond(sink0.1)',
  ]
  expect(lastWords('asyncSinkByVersion', bounds, actions, 4)).toEqual([
    'sink takes record 6 (k0 v6); write() waits: the buffer is full',
    'the buffer timer fires while write() waits; it waits to send records 3 (k0 v3), 4 (k0 v4) and 5 (k0 v5): 2 requests are in flight',
    'the store writes record 2 (k0 v2); an older request is still on its way',
    'the sink hears that record 2 (k0 v2) is written, sends record 4 (k0 v4), drops record 3 (k0 v3) of the same key; 2 requests in flight',
  ])
})

it('a snapshot waits until nothing is in flight, and keeps the rest; of two subtasks the sentence names one', () => {
  const bounds: Bounds = { ...SMALL, records: 3, keys: 3, parallelism: 2, budgets: { F1: 1, F2f: 1 } }
  const actions = [
    ...[
      'emit(0)',
      'receive(1)',
      'flush(sink1)',
      'emit(0)',
      'emit(0)',
      'trigger',
      'barrier(0)',
      'receive(1)',
      'receive(1)',
    ],
    ...['apply(sink1, unprocessed 1)', 'respond(sink1)', 'crash(failover)', 'close(sink1)'],
  ]
  expect(lastWords('asyncSinkByVersion', bounds, actions, 6)).toEqual([
    'sink 1 takes record 3 (k2 v3)',
    'sink 1 takes barrier 1; its snapshot waits for an answer',
    'the store hands back record 1 (k0 v1)',
    'sink 1 has record 1 (k0 v1) back at the head of the buffer; the rate limit falls to 1 record; sink 1 sends record 1 (k0 v1)',
    'the attempt fails, its close() will be called; nobody waits any more for record 1 (k0 v1)',
    'close() is called; it drops record 3 (k2 v3)',
  ])
})

it('a fence keeps an older write off; a key waits for its own request', () => {
  const bounds: Bounds = { ...SMALL, others: 2, budgets: { F3: 1, F4: 1 } }
  const actions = [
    ...[...takes(2), 'flush(sink0)', 'timeout(sink0)', 'apply(sink0, ok)', 'respond(sink0)'],
    ...['apply(sink0, ok)', 'zombie(0)', 'respond(sink0)'],
  ]
  expect(lastWords('fenced', bounds, actions, 7)).toEqual([
    'the buffer timer fires; it waits to send record 2 (k0 v2): a request of its key is in flight',
    'the client gives up on its request of record 1 (k0 v1): it is back at the head of the buffer; the sink sends record 1 (k0 v1)',
    'the store writes record 1 (k0 v1)',
    'the sink hears that record 1 (k0 v1) is written, sends record 2 (k0 v2); the waiting timer is done',
    'the store writes record 2 (k0 v2); k0 v2 over v1',
    'an old request of record 1 (k0 v1) comes: the store keeps k0 v2, record 1 (k0 v1) is older',
    'the sink hears that record 2 (k0 v2) is written',
  ])
})
