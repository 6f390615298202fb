// At most one request in flight per key under any settings and any order of events, and all else that holds of the
// writer; each property is also run on a writer that breaks it. Read next: oneInFlightPerKey.ts.
import { fc } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import type { MayLeave } from '../asyncSink/protocol.ts'
import { stepWriter } from '../asyncSink/writer.ts'
import { check, sorted, WRITER_PROPERTIES } from '../asyncSink/writerProperties.fixture.ts'
import { configurations, Run, type Step, schedules } from '../asyncSink/writerRun.fixture.ts'
import { oneInFlightPerKey } from './oneInFlightPerKey.ts'

/** Entries are numbered by arrival, so of one key a higher number came later. */
const keyOf = (entry: number) => String(entry % 3)
const writerThat =
  (mayLeave: MayLeave<number>): Step =>
  (configuration, state, event) =>
    stepWriter({ ...configuration, mayLeave }, state, event)
const ordered = writerThat(oneInFlightPerKey(keyOf))

const PROPERTIES: Readonly<Record<string, (run: Run) => void>> = {
  ...WRITER_PROPERTIES,
  'no two requests in flight hold the same key': ({ state }) => {
    const keys = state.inFlight.flatMap(({ entries }) => [...new Set(entries.map(({ entry }) => keyOf(entry)))])
    expect(keys.length).toBe(new Set(keys).size)
  },
  'what waits in the buffer came after what is in flight of its key, and stands in the order of its key': ({
    state,
  }) => {
    const newest = new Map<string, number>()
    for (const { entry } of [...state.inFlight.flatMap(({ entries }) => entries), ...state.buffer.entries]) {
      expect(entry).toBeGreaterThan(newest.get(keyOf(entry)) ?? -1)
      newest.set(keyOf(entry), entry)
    }
  },
}

describe('one request in flight per key', () => {
  it.each(Object.entries(PROPERTIES))('%s', (_name, holds) => {
    const { failed, counterexample, errorInstance } = check(holds, ordered)
    expect([failed, counterexample, String(errorInstance)]).toEqual([false, null, 'null'])
  })

  it('without further failures everything written is acknowledged, and the task ends idle', () => {
    fc.assert(
      fc.property(configurations, schedules, (configuration, schedule) => {
        const run = new Run(configuration, ordered)
        for (const choice of schedule) run.perform(choice)
        run.finish()
        expect(sorted(run.acknowledged)).toEqual(sorted(run.written))
        expect(run.state).toMatchObject({ waiting: [], inFlight: [], rate: { requests: 0, messages: 0 } })
      }),
      { seed: 3, numRuns: 400 },
    )
  })

  it('the runs have been where it matters: several in flight, and a key held back that could have left', () => {
    let [several, heldBack] = [0, 0]
    for (const [configuration, schedule] of fc.sample(fc.tuple(configurations, schedules), { seed: 1, numRuns: 400 })) {
      const run = new Run(configuration, ordered)
      for (const choice of schedule) {
        run.perform(choice)
        const { inFlight, buffer } = run.state
        const flying = new Set(inFlight.flatMap(({ entries }) => entries.map(({ entry }) => keyOf(entry))))
        if (inFlight.length > 1) several++
        if (buffer.entries.some(({ entry }) => flying.has(keyOf(entry)))) heldBack++
      }
    }
    expect(several).toBeGreaterThan(100)
    expect(heldBack).toBeGreaterThan(100)
  })
})

const lastOnly: MayLeave<number> = (buffer, inFlight) => oneInFlightPerKey(keyOf)(buffer, inFlight.slice(-1))
const otherOrder: MayLeave<number> = (buffer, inFlight) => {
  const { entries, bytes } = oneInFlightPerKey(keyOf)(buffer, inFlight)
  return { entries: entries.toReversed(), bytes }
}

describe('a planted bug is caught:', () => {
  it.each([
    ['nothing held back', 'no two requests', writerThat((buffer) => buffer)],
    ['only the last request looked at', 'no two requests', writerThat(lastOnly)],
    ['the newest leaves first', 'what waits in the buffer', writerThat(otherOrder)],
  ] as const)('%s', (_bug, prefix, step) => {
    const [, holds] = Object.entries(PROPERTIES).find(([name]) => name.startsWith(prefix)) ?? []
    if (holds === undefined) throw new Error(`no property "${prefix}"`)
    expect(check(holds, step).failed).toBe(true)
  })
})
