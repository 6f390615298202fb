// The core by hand: what the recorded cases never reach (request timeouts, mails of others in a wait, several states in
// one restore, large limits), and what is refused at the door. Everything else is held by properties/vectors.
// Read next: writerProperties.test.ts.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../../model/pipeline/ids.ts'
import type { Sized } from './batching.ts'
import { type AsyncSinkWriterConfiguration, DYNAMODB_CONFIGURATION } from './configuration.ts'
import type { WriterEffect, WriterEvent, WriterState } from './protocol.ts'
import { initialRateLimit, registerCompletedRequest, registerInFlightRequest } from './rateLimiting.ts'
import { initialWriter, stepWriter } from './writer.ts'

const small: AsyncSinkWriterConfiguration = {
  maxBatchSize: 2,
  maxInFlightRequests: 2,
  maxBufferedRequests: 4,
  maxBatchSizeInBytes: 100,
  maxTimeInBufferMs: 50,
  maxRecordSizeInBytes: 50,
  requestTimeoutMs: 1_000,
  failOnTimeout: false,
}

const entry = (name: string, bytes = 1): Sized<string> => ({ entry: name, bytes })
const write = (name: string): WriterEvent<string> => ({ type: 'write', added: entry(name) })
const ok = (request: number): WriterEvent<string> => ({ type: 'answer', request, answer: { type: 'ok' } })
const retryable = (request: number): WriterEvent<string> => ({ type: 'answer', request, answer: { type: 'retryable' } })
const timeout = (request: number): WriterEvent<string> => ({ type: 'timeout', request })
const checkpoint: WriterEvent<string> = { type: 'checkpoint', id: checkpointId(1) }

function run(events: readonly WriterEvent<string>[], configuration = small) {
  let state: WriterState<string> = initialWriter(configuration)
  let effects: readonly WriterEffect<string>[] = []
  for (const event of events) ({ state, effects } = stepWriter(configuration, state, event))
  const sent = effects.flatMap((effect) => (effect.type === 'send' ? [effect.entries.join('')] : []))
  return { state, effects, sent, buffered: state.buffer.entries.map((each) => each.entry).join('') }
}

describe('a request without an answer', () => {
  it('arms its timeout when it is sent, unless there is none (Flink before 1.20)', () => {
    const armed = { type: 'armTimeout', request: 1, afterMs: 1_000 }
    expect(run([write('a'), write('b')]).effects).toContainEqual(armed)
    const { effects } = run([write('a'), write('b')], { ...small, requestTimeoutMs: null })
    expect(effects.map(({ type }) => type)).toEqual(['send'])
  })

  it('counts as failed whole: its entries go back to the head and out again, the limit halves', () => {
    const { state, sent } = run([write('a'), write('b'), write('c'), timeout(1)])
    expect(sent).toEqual(['a'])
    expect(state.inFlight.map(({ request }) => request)).toEqual([2])
    expect(state.rate).toEqual({ requests: 1, messages: 1, maxInFlightMessages: 1 })
  })

  it.each(['ok', 'fatal'] as const)('is over: its late answer (%s) changes nothing and ends no wait', (type) => {
    const late: WriterEvent<string> =
      type === 'ok' ? ok(1) : { type: 'answer', request: 1, answer: { type, error: new Error('too late') } }
    // A wait at the end of input, which any mail would end: this answer is not even a mail.
    const before = run([write('a'), write('b'), timeout(1), ok(2), write('c'), write('d'), { type: 'endInput' }])
    expect(stepWriter(small, before.state, late)).toEqual({ state: before.state, effects: [] })
    expect(before).toMatchObject({ buffered: 'd', state: { waiting: [{ type: 'endInput' }] } })
    expect(stepWriter(small, before.state, { type: 'mail' }).effects[0]).toMatchObject({ type: 'send', entries: ['d'] })
  })

  it('that was answered before changes nothing when its timer fires', () => {
    const before = run([write('a'), write('b'), ok(1)])
    expect(stepWriter(small, before.state, timeout(1))).toEqual({ state: before.state, effects: [] })
  })

  it('fails the task where that is asked for', () => {
    const { state } = run([write('a'), write('b'), timeout(1)], { ...small, failOnTimeout: true })
    expect(state.failure?.message).toBe('request 1 had no answer for 1000 ms')
  })
})

describe('a request that failed whole', () => {
  it('goes out again in the order sent, in batches cut to the limit', () => {
    const failed = [write('a'), write('b'), retryable(1)]
    expect(run(failed)).toMatchObject({ sent: ['a'], buffered: 'b' })
    expect(run([...failed, ok(2), write('c')])).toMatchObject({ sent: ['bc'], buffered: '' })
  })
})

describe('a wait', () => {
  it('at the end of input goes on after any mail: what is buffered leaves before the answer comes', () => {
    const before = [write('a'), write('b'), ok(1), write('c'), write('d'), write('e'), { type: 'endInput' } as const]
    expect(run(before).state.waiting.map(({ type }) => type)).toEqual(['endInput'])
    expect(run(before).buffered).toBe('e')
    expect(run([...before, { type: 'mail' }]).sent).toEqual(['e'])
  })

  it('for nothing in flight is not ended by a mail of somebody else', () => {
    const { state, effects } = run([write('a'), write('b'), checkpoint, { type: 'mail' }])
    expect(state.waiting.map(({ type }) => type)).toEqual(['checkpoint'])
    expect(effects).toEqual([])
  })

  it('holds what runs inside of it: a timer on top of a checkpoint, both ended by one answer', () => {
    const blocked = [write('a'), write('b'), write('c'), checkpoint, { type: 'timer' } as const]
    expect(run(blocked).state.waiting.map(({ type }) => type)).toEqual(['checkpoint', 'timer'])
    const answered = run([...blocked, ok(1)])
    expect(answered.sent).toEqual(['c'])
    expect(answered.state.waiting.map(({ type }) => type)).toEqual(['checkpoint'])
    expect(run([...blocked, ok(1), ok(2)]).effects).toEqual([{ type: 'snapshot', id: 1, entries: [] }])
  })
})

describe('a restore', () => {
  it('takes all states in order and arms one timer, and sends nothing by itself (FLINK-26118, FLINK-29827)', () => {
    const { effects, buffered } = run([{ type: 'restore', entries: [entry('a'), entry('b'), entry('c')] }])
    expect(effects).toEqual([{ type: 'armTimer', afterMs: 50 }])
    expect(buffered).toBe('abc')
  })

  it('of nothing arms no timer', () => {
    expect(run([{ type: 'restore', entries: [] }]).effects).toEqual([])
  })
})

describe('the message limit', () => {
  const limits = { maxBatchSize: 25, maxInFlightRequests: 50 }
  const answered = (limit: number, failedMessages: number): number =>
    registerCompletedRequest(limits, { requests: 1, messages: 1, maxInFlightMessages: limit }, 1, failedMessages)
      .maxInFlightMessages

  it('starts at a batch, grows by ten up to every request full, halves rounding half up, never below 1', () => {
    expect(initialRateLimit(limits).maxInFlightMessages).toBe(25)
    expect([25, 1_240, 1_245].map((limit) => answered(limit, 0))).toEqual([35, 1_250, 1_250])
    expect([25, 13, 7, 4, 2, 1].map((limit) => answered(limit, 1))).toEqual([13, 7, 4, 2, 1, 1])
  })

  it('is given back what was taken from it', () => {
    const rate = initialRateLimit(limits)
    const { requests, messages } = registerCompletedRequest(limits, registerInFlightRequest(rate, 7), 7, 0)
    expect([requests, messages]).toEqual([0, 0])
  })
})

describe('refused', () => {
  it('a write while a call waits', () => {
    expect(() => run([write('a'), write('b'), checkpoint, write('c')])).toThrow(
      'write: expected an idle task, it waits in checkpoint',
    )
  })

  it('an answer to a request that was never sent, places it does not have, a timer that is not armed', () => {
    const places = (...all: number[]): WriterEvent<string> => ({
      type: 'answer',
      request: 1,
      answer: { type: 'unprocessed', places: all },
    })
    expect(() => run([ok(1)])).toThrow('expected a request from 1 to 0, got 1')
    expect(() => run([write('a'), write('b'), places(2)])).toThrow('expected distinct places from 0 to 1, got 2')
    expect(() => run([write('a'), write('b'), places(1, 1)])).toThrow('expected distinct places from 0 to 1, got 1, 1')
    expect(() => run([{ type: 'timer' }])).toThrow('expected an armed timer')
  })

  it('an entry that is too large: the task fails and takes nothing more', () => {
    const { state, effects } = run([{ type: 'write', added: entry('a', 51) }])
    expect(state.failure?.message).toBe('expected an entry of at most 50 bytes, got 51')
    expect(effects).toEqual([{ type: 'fail', error: state.failure }])
    expect(stepWriter(small, state, write('b'))).toEqual({ state, effects: [] })
    expect(run([{ type: 'write', added: entry('a', 50) }]).state.failure).toBeNull()
  })

  it.each([
    [{ maxBatchSize: 0 }, 'maxBatchSize: expected an integer of 1 or more, got 0'],
    [{ maxInFlightRequests: 1.5 }, 'maxInFlightRequests: expected an integer of 1 or more, got 1.5'],
    [{ requestTimeoutMs: 0 }, 'requestTimeoutMs: expected an integer of 1 or more, got 0'],
    [{ maxBufferedRequests: 2 }, 'maxBufferedRequests: expected more than maxBatchSize (2), got 2'],
    [{ maxRecordSizeInBytes: 101 }, 'maxBatchSizeInBytes: expected maxRecordSizeInBytes (101) or more, got 100'],
  ])('the settings %j', (differs, message) => {
    expect(() => initialWriter({ ...small, ...differs })).toThrow(message)
  })

  it('but not the defaults', () => {
    expect(() => initialWriter(DYNAMODB_CONFIGURATION)).not.toThrow()
  })
})
