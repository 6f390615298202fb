// Words about sinks with several requests in flight, along random runs: what they say is sent, dropped, written and handed
// back is what the buffer loses, what the sink's own code would send, and what the table and the buffer then hold.
// Read next: writing.ts, waits.ts, atStore.ts.
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
import { statesAlong } from './timeline.ts'
import { WALKED, walk } from './walk.fixture.ts'

const several = DESIGNS.filter(({ inFlight }) => inFlight > 1).map(({ name }) => name)
const DEEP: Bounds = { ...SMALL, records: 6, checkpoints: 2, others: 3, budgets: { F1: 2, F3: 1, F4: 2, F5: 1, F6: 1 } }
const BOUNDS: readonly Bounds[] = [
  DEEP,
  { ...DEEP, keys: 2, batchLimit: 3, budgets: { ...DEEP.budgets, F2f: 1 } },
  { ...DEEP, keys: 3, parallelism: 2 },
  { ...DEEP, keys: 2, batchLimit: 3, poison: 2 },
  // A deleted row is not in the table, and a row of its own has no key and version to be named by.
  ...WALKED.filter(({ workload }) => workload === 'upsert'),
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
  const check = (design: string, bounds: Bounds, names: readonly string[]) => {
    const configured = { design, bounds }
    const trace = traceOf(design, bounds, 0, names)
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
  }
  // More records than the buffer holds: a walk that prefers what is rare seldom gets there.
  check('asyncSinkByVersion', { ...SMALL, records: 6 }, FULL)
  fc.assert(
    fc.property(fc.constantFrom(...several), fc.constantFrom(...BOUNDS), schedule, (design, bounds, choices) =>
      check(design, bounds, walk(design, bounds, choices, taken)),
    ),
    { numRuns: 250, seed: 1 },
  )
  expect(SITUATIONS.filter((situation) => !seen.has(situation))).toEqual([])
})

const TAKES_ONE = ['emit(0)', 'receive(0)']
const ANSWERED = ['apply(sink0, ok)', 'respond(sink0)']
const FULL: readonly string[] = [
  ...[...TAKES_ONE, 'flush(sink0)', ...TAKES_ONE, 'flush(sink0)'],
  ...[...TAKES_ONE, ...TAKES_ONE, ...TAKES_ONE, ...TAKES_ONE, 'flush(sink0)'],
  ...[...ANSWERED, ...ANSWERED, ...ANSWERED],
]

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
