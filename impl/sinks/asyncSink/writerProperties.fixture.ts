// What holds of any writer built on this core, whatever order its entries leave in, as properties of a run; and how a
// property is checked on random runs. Read next: writerProperties.test.ts, ../orderedAsync/oneInFlightPerKey.test.ts.
import { fc } from '@fast-check/vitest'
import { expect } from 'vitest'
import { configurations, type Ledger, Run, type Step, schedules } from './writerRun.fixture.ts'

export const sorted = (ledger: Ledger): Ledger => [...ledger].sort((a, b) => a - b)

export const WRITER_PROPERTIES: Readonly<Record<string, (run: Run) => void>> = {
  'every entry written is acknowledged, buffered, in flight, or in the write that waits, once': (run) => {
    const { buffer, inFlight, waiting } = run.state
    const held = [...buffer.entries, ...inFlight.flatMap(({ entries }) => entries)]
    for (const call of waiting) if (call.type === 'write') held.push(call.added)
    expect(sorted([...run.acknowledged, ...held.map(({ entry }) => entry)])).toEqual(sorted(run.written))
  },
  'no more requests, messages and bytes are in flight than may be': (run) => {
    const { inFlight } = run.state
    const { maxInFlightRequests, maxBatchSize, maxBatchSizeInBytes } = run.configuration
    expect(inFlight.length).toBeLessThanOrEqual(maxInFlightRequests)
    for (const { entries } of inFlight) {
      expect(entries.length).toBeLessThanOrEqual(maxBatchSize)
      expect(entries.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(maxBatchSizeInBytes)
    }
    expect(run.state.buffer.entries.length).toBeLessThanOrEqual(
      run.configuration.maxBufferedRequests + maxBatchSize * maxInFlightRequests,
    )
  },
  'what is sent stays within the message limit, which may fall while it is in flight': (run) => {
    const messages = run.state.inFlight.reduce((sum, { entries }) => sum + entries.length, 0)
    expect(run.sent ? messages : 0).toBeLessThanOrEqual(run.limit)
  },
  'what is buffered has a timer, or a timer that is just being served': (run) => {
    const { buffer, timerArmed, waiting } = run.state
    const served = waiting.some(({ type }) => type === 'timer')
    expect(buffer.entries.length === 0 || timerArmed || served).toBe(true)
  },
}

export const check = (holds: (run: Run) => void, step: Step) =>
  fc.check(
    fc.property(configurations, schedules, (configuration, schedule) => {
      const run = new Run(configuration, step)
      for (const choice of schedule) {
        run.perform(choice)
        holds(run)
      }
    }),
    { seed: 1, numRuns: 400 },
  )
