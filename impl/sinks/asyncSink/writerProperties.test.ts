// What holds of the core under any settings and any order of events: nothing is lost or doubled, also over a restore; no
// limit is passed; entries leave for the first time in the order in which they came; what is buffered has a timer.
// Each property is also run on a writer with a planted bug, which it must catch. Read next: writer.ts.
import { fc } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import type { WriterEvent, WriterState } from './protocol.ts'
import { stepWriter } from './writer.ts'
import { check, sorted, WRITER_PROPERTIES } from './writerProperties.fixture.ts'
import { configurations, Run, type Step, schedules } from './writerRun.fixture.ts'

const PROPERTIES: Readonly<Record<string, (run: Run) => void>> = {
  ...WRITER_PROPERTIES,
  'entries leave for the first time in the order in which they came': (run) => {
    const first = [...new Set(run.left)]
    expect(first).toEqual(run.came.slice(0, first.length))
  },
}

describe('of the writer', () => {
  it.each(Object.entries(PROPERTIES))('%s', (_name, holds) => {
    const { failed, counterexample, errorInstance } = check(holds, stepWriter)
    expect([failed, counterexample, String(errorInstance)]).toEqual([false, null, 'null'])
  })

  it('without further failures everything written is acknowledged, and the task ends idle', () => {
    fc.assert(
      fc.property(configurations, schedules, (configuration, schedule) => {
        const run = new Run(configuration, stepWriter)
        for (const choice of schedule) run.perform(choice)
        run.finish()
        expect(sorted(run.acknowledged)).toEqual(sorted(run.written))
        expect(run.state).toMatchObject({ waiting: [], inFlight: [], rate: { requests: 0, messages: 0 } })
      }),
      { seed: 2, numRuns: 400 },
    )
  })

  it('the runs have been where it matters', () => {
    const reached = new Set<string>()
    for (const [configuration, schedule] of fc.sample(fc.tuple(configurations, schedules), { seed: 1, numRuns: 400 })) {
      const run = new Run(configuration, stepWriter)
      for (const choice of schedule) run.perform(choice)
      run.finish()
      for (const situation of run.reached) reached.add(situation)
    }
    const wanted = ['write', 'timer', 'checkpoint', 'endInput', 'checkpoint > timer', 'timer > timer']
    expect([...reached]).toEqual(expect.arrayContaining([...wanted, 'write > timer', 'timeout', 'restore']))
  })
})

const without = (event: WriterEvent<number>): WriterEvent<number> =>
  event.type === 'answer' && event.answer.type === 'unprocessed' && event.answer.places.length > 1
    ? { ...event, answer: { type: 'unprocessed', places: event.answer.places.slice(1) } }
    : event

/** Newest first, as if new entries came to the head. */
const lastFirst = (state: WriterState<number>): WriterState<number> => ({
  ...state,
  buffer: { ...state.buffer, entries: state.buffer.entries.toReversed() },
})

const PLANTED: readonly (readonly [bug: string, property: string, step: Step])[] = [
  [
    'one of several failed entries is dropped',
    'every entry',
    (c, state, event) => stepWriter(c, state, without(event)),
  ],
  [
    'a snapshot without its last entry',
    'every entry',
    (c, state, event) => {
      const { state: after, effects } = stepWriter(c, state, event)
      const less = effects.map((each) =>
        each.type === 'snapshot' ? { ...each, entries: each.entries.slice(0, -1) } : each,
      )
      return { state: after, effects: less }
    },
  ],
  [
    'one request too many',
    'no more requests',
    (c, state, event) => stepWriter({ ...c, maxInFlightRequests: c.maxInFlightRequests + 1 }, state, event),
  ],
  [
    'a batch larger than its bytes',
    'no more requests',
    (c, state, event) => stepWriter({ ...c, maxBatchSizeInBytes: c.maxBatchSizeInBytes * 2 }, state, event),
  ],
  [
    'new entries before older ones',
    'entries leave',
    (c, state, event) => {
      const { state: after, effects } = stepWriter(c, state, event)
      return { state: event.type === 'write' ? lastFirst(after) : after, effects }
    },
  ],
  [
    'a restore that arms no timer',
    'what is buffered',
    (c, state, event) => {
      const { state: after, effects } = stepWriter(c, state, event)
      return { state: event.type === 'restore' ? { ...after, timerArmed: false } : after, effects }
    },
  ],
  [
    'a message limit that never falls',
    'what is sent',
    (c, state, event) => {
      const { state: after, effects } = stepWriter(c, state, event)
      const maxInFlightMessages = Math.max(state.rate.maxInFlightMessages, after.rate.maxInFlightMessages)
      return { state: { ...after, rate: { ...after.rate, maxInFlightMessages } }, effects }
    },
  ],
]

describe('a planted bug is caught:', () => {
  it.each(PLANTED)('%s', (_bug, prefix, step) => {
    const [, holds] = Object.entries(PROPERTIES).find(([name]) => name.startsWith(prefix)) ?? []
    if (holds === undefined) throw new Error(`no property "${prefix}"`)
    expect(check(holds, step).failed).toBe(true)
  })
})
