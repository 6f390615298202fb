// The class over the core, with a client that answers when the test says so: what is sent, what waits, what is in the
// state of a checkpoint, and what a restored sink makes of it.
// Read next: dedupe.test.ts.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../../model/pipeline/ids.ts'
import { SubtaskOperatorState } from '../../runtime/operatorState.ts'
import { AsyncSink } from './asyncSink.ts'
import { names, record, SMALL, settle, TestHost } from './testHost.fixture.ts'

const of = (keys: string) => [...keys].map((key) => record(key, 1))
const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' })
const invalid = Object.assign(new Error('duplicates'), { name: 'ValidationException' })
const state = (...buffers: readonly string[]) => ({
  writer_raw_states: { mode: 'SPLIT_DISTRIBUTE' as const, elements: buffers.map((keys) => ({ records: of(keys) })) },
})

describe('requests', () => {
  it('leave when a batch is full, several at a time; the message limit grows with clean answers', async () => {
    const host = new TestHost()
    await host.write(...of('abcde'))
    expect(host.sent).toEqual(['a1 b1 c1'])
    expect(host.requests[0]?.items[0]).toEqual({
      pk: { S: 'a' },
      version: { N: '1' },
      id: { S: 'a1' },
      value: { S: 'v' },
    })
    await host.answer(0, {})
    await host.write(...of('fghi'))
    expect(host.sent).toEqual(['a1 b1 c1', 'd1 e1 f1', 'g1 h1 i1'])
    const { inFlight, buffered, maxInFlightMessages } = host.sink.insight()
    expect(inFlight.map(({ request, records }) => [request, names(records)])).toEqual([
      [2, 'd1 e1 f1'],
      [3, 'g1 h1 i1'],
    ])
    expect([buffered, maxInFlightMessages]).toEqual([[], 6])
  })

  it('whose items come back have those at the head of the buffer again, matched by key', async () => {
    const host = new TestHost()
    await host.write(...of('abcde'))
    await host.unprocessed(0, 'c', 'b')
    expect(host.sent).toEqual(['a1 b1 c1', 'c1 b1'])
    expect(names(host.sink.insight().buffered)).toBe('d1 e1')
  })

  it('that are throttled go back whole; what may not pass fails the task and names its records', async () => {
    const host = new TestHost()
    await host.write(...of('abc'))
    await host.answer(0, throttled)
    expect([host.sent.at(-1), host.failure]).toEqual(['a1 b1', null])
    await host.answer(1, invalid)
    expect(host.failure?.message).toMatch(/ValidationException: duplicates \(records a1 \(key "a"\), b1 \(key "b"\)\)/)
    await expect(host.write(...of('d'))).rejects.toThrow('ValidationException')
  })

  it('of which a key comes back that they do not hold fail the task: nothing is lost in silence', async () => {
    const host = new TestHost()
    await host.write(...of('abc'))
    await host.unprocessed(0, 'b', 'x')
    expect(host.failure?.message).toMatch('2 items were handed back, 1 of them known by the key')
  })

  it('without an answer are sent again after the timeout, and the late answer is nobody’s', async () => {
    const host = new TestHost()
    await host.write(...of('abc'))
    await host.fireTimer()
    await host.fireTimer()
    expect([host.clock.nowMs, host.sent]).toEqual([1_000, ['a1 b1 c1', 'a1 b1']])
    await host.answer(0, invalid)
    expect([host.failure, host.sink.insight().inFlight.length]).toEqual([null, 1])
    await host.answer(1, {})
    expect([names(host.sink.insight().buffered), host.sink.insight().timerArmed]).toEqual(['c1', true])
  })

  it('that were answered have no timeout left', async () => {
    const host = new TestHost()
    await host.write(...of('abc'))
    await host.answer(0, {})
    await host.fireTimer()
    expect(host.time.timers).toBe(0)
  })
})

describe('a write', () => {
  it('waits while the buffer is full, and goes on with an answer', async () => {
    const host = new TestHost()
    await host.write(...of('abcdefghi'))
    const written = host.write(record('j', 1))
    await settle()
    expect([host.blocked, host.sink.insight().waiting]).toEqual([true, ['write']])
    await host.unprocessed(0, 'c')
    expect([host.sent, host.blocked]).toEqual([['a1 b1 c1', 'c1 d1'], true])
    await host.answer(1, {})
    await written
    // The batch that it waited to send goes out, full or not.
    expect(host.sent.slice(2)).toEqual(['e1 f1 g1', 'h1 i1'])
    expect([host.blocked, names(host.sink.insight().buffered)]).toEqual([false, 'j1'])
  })

  it('that has waited waits for a free request, though the answer has emptied the buffer (as in Flink)', async () => {
    const host = new TestHost()
    await host.write(...of('abcdefghi'))
    const written = host.write(record('j', 1))
    await settle()
    await host.answer(0, {})
    expect(host.sent).toEqual(['a1 b1 c1', 'd1 e1 f1', 'g1 h1 i1'])
    expect([host.blocked, host.sink.insight().buffered]).toEqual([true, []])
    await host.answer(1, {})
    await written
    expect([host.blocked, names(host.sink.insight().buffered)]).toEqual([false, 'j1'])
  })

  it('that waits fails with the answer that fails the task', async () => {
    const host = new TestHost()
    await host.write(...of('abcdefghi'))
    const written = host.write(record('j', 1))
    await settle()
    const failed = expect(written).rejects.toThrow('ValidationException')
    await host.answer(0, invalid)
    await failed
  })

  it('of a record that the store could never take is refused', async () => {
    await expect(new TestHost().write(record('', 1))).rejects.toThrow('expected a key')
    const configuration = { ...SMALL, maxRecordSizeInBytes: 40 }
    await expect(new TestHost({ configuration }).write(record('k'.repeat(40), 1))).rejects.toThrow('at most 40 bytes')
  })
})

describe('a checkpoint', () => {
  it('waits for what is in flight, sends full batches meanwhile, and keeps the remainder', async () => {
    const host = new TestHost()
    await host.write(...of('abcdefg'))
    const taken = host.checkpoint(1)
    await settle()
    expect(host.blocked).toBe(true)
    await host.answer(0, {})
    expect([host.sent.at(-1), host.blocked]).toEqual(['d1 e1 f1', true])
    await host.answer(1, {})
    expect(await taken).toEqual(state('g'))
    expect([host.blocked, host.sent.length]).toEqual([false, 2])
  })

  it('holds what failed while it waited (FLINK-26417)', async () => {
    const host = new TestHost()
    await host.write(...of('abc'))
    const taken = host.checkpoint(1)
    await settle()
    await host.unprocessed(0, 'c')
    expect(await taken).toEqual(state('c'))
  })

  it('with nothing in flight waits for nothing, and a checkpoint of nothing is one empty buffer', async () => {
    const host = new TestHost()
    expect(await host.checkpoint(1)).toEqual(state(''))
    await host.write(...of('a'))
    expect(await host.checkpoint(2)).toEqual(state('a'))
  })

  it('lets the buffer timer run inside its wait, and ends after it', async () => {
    const host = new TestHost()
    await host.write(...of('abcd'))
    const order: string[] = []
    const taken = host.checkpoint(1).then((snapshot) => {
      order.push('checkpoint')
      return snapshot
    })
    await settle()
    const fired = host.fireTimer().then(() => order.push('timer'))
    await settle()
    expect(host.sink.insight().waiting).toEqual(['checkpoint', 'timer'])
    await host.answer(0, {})
    expect([host.sent.at(-1), host.sink.insight().waiting]).toEqual(['d1', ['checkpoint']])
    await host.unprocessed(1, 'd')
    expect(await taken).toEqual(state('d'))
    await fired
    expect(order).toEqual(['timer', 'checkpoint'])
  })

  it('is not taken without its own flush', async () => {
    const { sink } = new TestHost()
    const taken = (id: number) => () =>
      sink.snapshotState({ checkpointId: checkpointId(id), operatorState: new SubtaskOperatorState() })
    expect(taken(1)).toThrow('expected prepareSnapshotPreBarrier(1) just before')
    await sink.prepareSnapshotPreBarrier(checkpointId(1))
    expect(taken(1)).not.toThrow()
    expect(taken(2)).toThrow('expected prepareSnapshotPreBarrier(2) just before')
  })
})

describe('a restored sink', () => {
  it('has the buffers of all states it was given, and a timer that sends them', async () => {
    const host = new TestHost({}, [state('ab', 'c'), state('de')])
    expect(names(host.sink.insight().buffered)).toBe('a1 b1 c1 d1 e1')
    expect(host.sent).toEqual([])
    const fired = host.fireTimer()
    await settle()
    expect(host.sent).toEqual(['a1 b1 c1'])
    await host.answer(0, {})
    await fired
    expect(host.sent.at(-1)).toBe('d1 e1')
  })

  it('puts what it restored into its next checkpoint, once', async () => {
    expect(await new TestHost({}, [state('ab', 'c')]).checkpoint(2)).toEqual(state('abc'))
  })
})

describe('the end', () => {
  it('of input sends everything and waits for it', async () => {
    const host = new TestHost()
    await host.write(...of('abcd'))
    const finished = host.finish()
    await host.answer(0, {})
    expect([host.sent.at(-1), host.blocked]).toEqual(['d1', true])
    await host.answer(1, {})
    await finished
    expect(host.sink.insight()).toMatchObject({ buffered: [], inFlight: [], waiting: [] })
  })

  it('of input goes on after any mail, also a notification', async () => {
    const host = new TestHost()
    await host.write(...of('abc'))
    await host.answer(0, {})
    await host.write(...of('defg'))
    void host.finish()
    await host.notify(1)
    expect(host.sent.at(-1)).toBe('g1')
  })

  it('close writes nothing, leaves no timer, and hears no late answer', async () => {
    const host = new TestHost()
    await host.write(...of('abcd'))
    host.sink.close()
    await host.answer(0, throttled)
    expect([host.sent.length, host.time.timers, host.failure]).toEqual([1, 0, null])
  })
})

describe('refused', () => {
  it('a batch larger than a request, and a host without a mailbox', () => {
    const configuration = { ...SMALL, maxBatchSize: 26, maxBufferedRequests: 30 }
    const options = { table: 'table', dedupe: 'none', configuration } as const
    expect(() => new AsyncSink(options)).toThrow('maxBatchSize: expected 25 or fewer, got 26')
    const { mailbox: _, ...context } = new TestHost().context()
    expect(() => new AsyncSink({ ...options, configuration: SMALL }).open(context)).toThrow('expected a mailbox')
  })
})
