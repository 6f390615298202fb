// Words about sinks with several requests in flight, along random runs: what they say is sent, dropped, written and handed
// back is what the buffer loses, what the sink's own code would send, and what the table and the buffer then hold.
// Then some steps word for word. Read next: writing.ts, waits.ts.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { placesSent } from '../../impl/sinks/asyncSink/dedupe.ts'
import { type Bounds, keyOf, SMALL } from '../../model/pipeline/bounds.ts'
import { DESIGNS, designNamed } from '../../model/pipeline/sinks/designs.ts'
import { OK, UNPROCESSED } from '../../model/pipeline/variables.ts'
import { actionName } from '../../model/pipeline/vocabulary.ts'
import { type Configured, requestNamed } from './inFlight.ts'
import { elementOf, listOf, membersOf, scalarOf, type Values } from './names.ts'
import { traceOf } from './outcome.fixture.ts'
import { phraseOf } from './phrases.ts'
import { statesAlong, timeline } from './timeline.ts'
import { WALKED, walk } from './walk.fixture.ts'

const several = DESIGNS.filter(({ inFlight }) => inFlight > 1).map(({ name }) => name)
const DEEP: Bounds = { ...SMALL, records: 6, checkpoints: 2, others: 3, budgets: { F1: 2, F3: 1, F4: 2, F5: 1, F6: 1 } }
const BOUNDS: readonly Bounds[] = [
  DEEP,
  { ...DEEP, keys: 2, batchLimit: 3, budgets: { ...DEEP.budgets, F2f: 1 } },
  { ...DEEP, keys: 3, parallelism: 2 },
  { ...DEEP, keys: 2, batchLimit: 3, poison: 2 },
  ...WALKED,
]

/** The numbers in `records 1 (k0 v1), 2 (k0 v2) and 3 (k1 v3)`. */
const numbers = (names: string): number[] =>
  [...names.matchAll(/(\d+) \(k\d+ v\d+\)/g)].map(([, record]) => Number(record))
const said = (words: string, after: string): number[] =>
  [
    ...words.matchAll(
      new RegExp(`\\b${after} ((?:records? )?\\d+ \\(k.*?)(?=, drops|, then|, one key| of the same|;|:|$)`, 'g'),
    ),
  ].flatMap(([, names]) => numbers(names ?? ''))
const sorted = (records: Iterable<number>): number[] => [...new Set(records)].sort((a, b) => a - b)

/** What a step takes out of a sink's buffer, from the buffer alone and what comes into it. */
function leaves(
  { bounds: b, design }: Configured,
  action: string,
  before: Values,
  after: Values,
  sink: number,
): number[] {
  if (scalarOf(after, 'job') !== 1 || scalarOf(before, 'job') !== 1) return []
  const most = designNamed(design).inFlight
  const waiting = (state: Values) => [listOf(state, 'adding')[sink] ?? 0].filter((record) => record > 0)
  const inside = (state: Values) => [...listOf(state, `bufferList${sink}`), ...waiting(state)]
  const kept = inside(after)
  return sorted([...inside(before), ...received(), ...back()].filter((record) => !kept.includes(record)))

  function received(): number[] {
    if (actionName(action) !== 'receive') return []
    const channel = Number(/\d+/.exec(action)?.[0])
    const source = Math.floor(channel / b.parallelism)
    if (channel % b.parallelism !== sink) return []
    const queue = (state: Values) => listOf(state, `channel${channel}`).map((each) => elementOf(b, source, each))
    const gone =
      queue(before).filter(({ kind }) => kind === 'record').length >
      queue(after).filter(({ kind }) => kind === 'record').length
    const [first] = queue(before)
    return first?.kind === 'record' && gone ? [first.record] : []
  }

  function back(): number[] {
    const named = requestNamed(action)
    if (named?.sink !== sink || !/^(respond|timeout|lose\(response)/.test(action)) return []
    const at = sink * most + named.older
    const answer = listOf(before, 'answer')[at] ?? 0
    if (actionName(action) === 'respond' && answer === OK) return []
    if (actionName(action) === 'respond' && answer === UNPROCESSED) return membersOf(listOf(before, `handedBack${at}`))
    return [...listOf(before, `flight${at}`)]
  }
}

/** Of the requests in flight, what the sink's own code sends of each. */
function sentByCode({ bounds: b, design }: Configured, state: Values): number[] {
  const { dedupe } = designNamed(design)
  if (dedupe === 'closesBatch') throw new Error(`${design} has one request in flight`)
  return [0, 1, 2, 3].flatMap((at) => {
    const entries = listOf(state, `flight${at}`)
    const records = entries.map((record) => ({
      key: `${keyOf(b, record)}`,
      version: record,
      id: `${record}`,
      value: '',
    }))
    return placesSent(dedupe, records).map((place) => entries[place] as number)
  })
}

it('say what is sent, dropped, written and back as the states have it', () => {
  const seen = new Map<string, number>()
  const taken = new Map<string, number>()
  const schedule = fc.array(fc.nat(), { minLength: 100, maxLength: 100 })
  fc.assert(
    fc.property(fc.constantFrom(...several), fc.constantFrom(...BOUNDS), schedule, (design, bounds, choices) => {
      const configured = { design, bounds }
      const trace = traceOf(design, bounds, 0, walk(design, bounds, choices, taken))
      const states = statesAlong(trace)
      trace.actions.forEach(({ action }, i) => {
        const [before, after] = [states[i] as Values, states[i + 1] as Values]
        const words = phraseOf(action, configured, before, after).replaceAll('\u00a0', ' ')
        for (const situation of SITUATIONS)
          if (words.includes(situation)) seen.set(situation, (seen.get(situation) ?? 0) + 1)
        expect(words).not.toMatch(/no record|undefined|NaN/)
        const subtasks = Array.from({ length: bounds.parallelism }, (_, sink) => sink)
        const left = sorted(subtasks.flatMap((sink) => leaves(configured, action, before, after, sink)))
        const [sends, drops] = [said(words, 'sends'), said(words, 'drops')]
        // What close() drops was never to be sent.
        if (actionName(action) !== 'close') {
          expect(sorted([...sends, ...drops]), words).toEqual(left)
          const byCode = sentByCode(configured, after)
          expect(sorted(sends), words).toEqual(left.filter((record) => byCode.includes(record)))
        }
        for (const record of said(words, 'the store writes'))
          expect(listOf(after, 'table')[keyOf(bounds, record)], words).toBe(record)
        const held = subtasks.flatMap((sink) => listOf(after, `bufferList${sink}`))
        const [, back = ''] = /(?:has|:) (records? [^:;]*?) (?:is |are )?back at the head/.exec(words) ?? []
        if (words.includes('back at the head') && !/: (it|they) /.test(words))
          expect(numbers(back), words).not.toEqual([])
        for (const record of numbers(back)) expect([...held, ...left], words).toContain(record)
      })
    }),
    { numRuns: 250, seed: 1 },
  )
  expect(SITUATIONS.filter((situation) => !seen.has(situation))).toEqual([])
})

/** A run has to meet each, or the property says nothing of it. */
const SITUATIONS = [
  'sends record',
  'then sends',
  'one key twice',
  'of the same key',
  '2 requests in flight',
  'for written too',
  'is back at the head of the buffer',
  'are back at the head of the buffer',
  'the rate limit falls to',
  'the rate limit allows',
  '2 requests are in flight',
  'write() waits: the buffer is full',
  'while write() waits',
  'its snapshot waits for an answer',
  'its snapshot waits for 2 answers',
  'while the snapshot waits',
  'finish() waits for',
  'hears, while finish() waits, that',
  'while a timer waits',
  'the waiting timer is done',
  'write() of record',
  'refuses the whole batch: it repeats a key',
  'hears of the refusal: the task fails, and its attempt with it',
  'the buffer is empty',
  'an older request is still on its way',
  'key is in flight',
  'the store keeps k',
  'or a newer one is written',
  'nobody waits any more for record',
] as const

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
      'emit(0)',
      'receive(1)',
      'flush(sink1)',
      'emit(0)',
      'trigger',
      'barrier(0)',
      'receive(1)',
      'receive(1)',
    ],
    ...['apply(sink1, unprocessed 2)', 'respond(sink1)', 'crash(failover)', 'close(sink1)'],
  ]
  expect(lastWords('asyncSinkByVersion', bounds, actions, 6)).toEqual([
    'sink 1 takes record 3 (k2 v3)',
    'sink 1 takes barrier 1; its snapshot waits for an answer',
    'the store hands back record 2 (k1 v2)',
    'sink 1 has record 2 (k1 v2) back at the head of the buffer; the rate limit falls to 1 record; sink 1 sends record 2 (k1 v2)',
    'the attempt fails, its close() will be called; nobody waits any more for record 2 (k1 v2)',
    'close() is called; it drops record 3 (k2 v3)',
  ])
})
