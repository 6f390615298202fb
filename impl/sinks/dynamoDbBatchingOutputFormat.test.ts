// When the format sends what: batches it cuts, the timer it arms and disarms, a flush that is joined, one try at the end.
// The store answers when the test says so and time is virtual, so each of these is an order of steps and no duration.
import { describe, expect, it } from 'vitest'
import { attempt, subtaskIndex } from '../../model/pipeline/ids.ts'
import { VirtualProcessingTime } from '../runtime/processingTime.ts'
import { onlyBatches } from '../store/onlyBatches.fixture.ts'
import type { SinkClient } from '../store/port.ts'
import { ListBuffer } from './buffers/listBuffer.ts'
import { type BatchingOptions, DynamoDbBatchingOutputFormat } from './dynamoDbBatchingOutputFormat.ts'
import type { RuntimeContext, SinkRecord } from './interfaces.ts'
import { InvalidRecordError, MAX_ITEM_BYTES } from './item.ts'

type Input = Parameters<SinkClient['batchWriteItem']>[0]
type Answer = Awaited<ReturnType<SinkClient['batchWriteItem']>>

interface OpenRequest {
  readonly ids: readonly string[]
  answer(answer?: Answer): void
  fail(name: string): void
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
const record = (id: number, key = `k${id}`): SinkRecord => ({ key, version: id, id: String(id), value: `v${id}` })

/** A format whose requests wait in `requests` until they are answered. */
function format(options: Partial<BatchingOptions> = {}) {
  const requests: OpenRequest[] = []
  const sent: (readonly string[])[] = []
  const clock = { nowMs: 0 }
  const time = new VirtualProcessingTime(clock)
  const context: RuntimeContext = {
    subtaskIndex: subtaskIndex(0),
    parallelism: 1,
    attempt: attempt(0),
    runId: 1,
    client: onlyBatches(
      (input: Input) =>
        new Promise((resolve, reject) => {
          const ids = (input.RequestItems?.table ?? []).map((item) => item.PutRequest?.Item?.id?.S ?? '')
          sent.push(ids)
          requests.push({
            ids,
            answer: (answer = {}) => resolve(answer),
            fail: (name) => reject(Object.assign(new Error(name), { name })),
          })
        }),
    ),
    processingTime: time,
    random: () => 0,
    logger: { info: () => {}, warn: () => {} },
    fail: () => {},
  }
  const made = new DynamoDbBatchingOutputFormat({
    table: 'table',
    buffer: new ListBuffer(),
    batchLimit: 3,
    flushWhenFull: true,
    flushIntervalMs: 100,
    backoff: { baseMs: 10, maxMs: 40 },
    ...options,
  })
  const open = () => made.open(context)
  return { format: made, open, requests, sent, time, clock }
}

/** Answers every request until none comes any more. */
async function answerAll(requests: OpenRequest[]): Promise<void> {
  for (await turn(); requests.length > 0; await turn()) requests.shift()?.answer()
}

describe('batches', () => {
  it.each([
    [
      'at the limit',
      25,
      [1, 2, 3].flatMap((n) => Array.from({ length: n === 3 ? 1 : 25 }, (_, i) => `k${n}-${i}`)),
      [25, 25, 1],
    ],
    ['where a key comes again', 25, ['a', 'b', 'a', 'c', 'b', 'b'], [2, 3, 1]],
    ['one by one where all have the same key', 25, ['a', 'a', 'a'], [1, 1, 1]],
    ['at a smaller limit', 2, ['a', 'b', 'c'], [2, 1]],
  ])('are closed %s, and nothing changes its place', async (_, batchLimit, keys, sizes) => {
    const { format: f, open, requests, sent } = format({ batchLimit, flushWhenFull: false })
    open()
    for (const [i, key] of keys.entries()) void f.writeRecord(record(i + 1, key))
    const flushed = f.flush()
    await answerAll(requests)
    await flushed
    expect(sent.map((ids) => ids.length)).toEqual(sizes)
    expect(sent.flat()).toEqual(keys.map((_key, i) => String(i + 1)))
  })

  it('go out one at a time: the second waits until the store has all of the first', async () => {
    const { format: f, open, requests, sent, time } = format({ batchLimit: 2, flushWhenFull: false })
    open()
    for (const id of [1, 2, 3]) void f.writeRecord(record(id))
    const flushed = f.flush()
    await turn()
    expect(sent).toEqual([['1', '2']])
    requests.shift()?.answer({ UnprocessedItems: { table: [{ PutRequest: { Item: { pk: { S: 'k1' } } } }] } })
    await turn()
    expect(f.writing).toMatchObject({ records: [{ id: '1' }], level: 1 })
    time.wake()
    await answerAll(requests)
    await flushed
    expect(sent).toEqual([['1', '2'], ['1'], ['3']])
    expect(f.writing).toEqual({ records: [], level: 0 })
  })

  it.each([0, 26, 2.5, Number.NaN])('of at most %d records are refused as a setting', (batchLimit) => {
    expect(() => format({ batchLimit })).toThrow(/batchLimit: expected 1 to 25, got/)
  })

  it.each([
    ['an empty key', record(9, ''), 'record 9'],
    [
      'more than 400 KB of three-byte characters',
      { ...record(9), value: '€'.repeat(MAX_ITEM_BYTES / 3) },
      'record 9 (key "k9")',
    ],
  ])('never hold a record with %s: it is refused by name and not kept', (_, bad, name) => {
    const { format: f, open, sent } = format()
    open()
    expect(() => f.writeRecord(bad)).toThrow(InvalidRecordError)
    expect(() => f.writeRecord(bad)).toThrow(name)
    expect([f.buffer.size, sent.length]).toEqual([0, 0])
  })
})

describe('the timer', () => {
  it('is armed by the first record into an empty buffer, and by no other', () => {
    const { format: f, open, time, clock } = format()
    open()
    expect(time.timers).toBe(0)
    void f.writeRecord(record(1))
    clock.nowMs = 60
    void f.writeRecord(record(2))
    expect(time.timers).toBe(1)
    void time.fireTimer()
    expect(clock.nowMs).toBe(100)
  })

  it('flushes what is buffered, and is armed again by the next record', async () => {
    const { format: f, open, requests, sent, time, clock } = format()
    open()
    void f.writeRecord(record(1))
    const fired = time.fireTimer()
    await answerAll(requests)
    await fired
    expect([sent, time.timers]).toEqual([[['1']], 0])
    void f.writeRecord(record(2))
    expect(time.timers).toBe(1)
    void time.fireTimer()
    expect(clock.nowMs).toBe(200)
  })

  it('is disarmed by the flush of a full buffer', async () => {
    const { format: f, open, requests, sent, time } = format()
    open()
    for (const id of [1, 2]) expect(f.writeRecord(record(id))).toBeUndefined()
    const flushed = f.writeRecord(record(3))
    expect(time.timers).toBe(0)
    await answerAll(requests)
    await flushed
    expect([sent, time.timers, f.buffer.size]).toEqual([[['1', '2', '3']], 0, 0])
  })

  it.each([
    ['armed where the buffer was restored with content', [record(1)], 1],
    ['not armed where it was restored empty', [], 0],
  ])('is %s', async (_, restored, timers) => {
    const { format: f, open, requests, sent, time } = format()
    for (const each of restored) f.buffer.add(each)
    open()
    expect(time.timers).toBe(timers)
    if (timers === 0) return
    void time.fireTimer()
    await answerAll(requests)
    expect(sent).toEqual([['1']])
  })

  it('is never armed where only the owner flushes', () => {
    const { format: f, open, time } = format({ flushWhenFull: false })
    f.buffer.add(record(1))
    open()
    for (const id of [2, 3, 4, 5]) expect(f.writeRecord(record(id))).toBeUndefined()
    expect([time.timers, f.buffer.size]).toEqual([0, 5])
  })

  it('is disarmed by a discard, which leaves nothing to write', async () => {
    const { format: f, open, time, sent } = format()
    open()
    void f.writeRecord(record(1))
    f.discard()
    await f.flush()
    expect([time.timers, f.buffer.size, sent.length]).toEqual([0, 0, 0])
  })
})

describe('a flush', () => {
  it('of nothing sends nothing', async () => {
    const { format: f, open, sent } = format()
    open()
    await f.flush()
    await f.flush()
    expect(sent).toEqual([])
  })

  it('under way is joined: no second loop, and it takes what came in meanwhile', async () => {
    const { format: f, open, requests, sent, time } = format()
    open()
    void f.writeRecord(record(1))
    const first = f.flush()
    await turn()
    expect(f.writeRecord(record(2))).toBeUndefined()
    expect(time.timers).toBe(0)
    const second = f.flush()
    await turn()
    expect(sent).toEqual([['1']])
    let through = 0
    for (const flushed of [first, second]) void flushed.then(() => through++)
    requests.shift()?.answer()
    await turn()
    expect([sent, through]).toEqual([[['1'], ['2']], 0])
    await answerAll(requests)
    expect([through, f.buffer.size]).toEqual([2, 0])
  })

  // The answer's way through the promises takes some microticks. A record may come in after each of them.
  it.each(Array.from({ length: 25 }, (_, ticks) => ticks))(
    'that ends while a record comes in, %i ticks after the answer, leaves it to the timer or writes it',
    async (ticks) => {
      const { format: f, open, requests, sent, time } = format()
      open()
      void f.writeRecord(record(1))
      const flushed = f.flush()
      await turn()
      requests.shift()?.answer()
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
      void f.writeRecord(record(2))
      await turn()
      expect(sent.flat().includes('2') || time.timers === 1, 'neither sent nor waited for by a timer').toBe(true)
      await answerAll(requests)
      await flushed
    },
  )

  it.each(Array.from({ length: 25 }, (_, ticks) => ticks))(
    'asked for %i ticks after the answer to the last one writes what came in since',
    async (ticks) => {
      const { format: f, open, requests, sent } = format()
      open()
      void f.writeRecord(record(1))
      void f.flush()
      await turn()
      requests.shift()?.answer()
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
      void f.writeRecord(record(2))
      let done = false
      void f.flush().then(() => {
        done = true
      })
      await turn()
      expect([done, sent.flat()]).toEqual([false, ['1', '2']])
      await answerAll(requests)
      expect(done).toBe(true)
    },
  )

  it('forgets the back-off of its last batch when it is through', async () => {
    const { format: f, open, requests, time } = format()
    open()
    void f.writeRecord(record(1))
    const flushed = f.flush()
    await turn()
    requests.shift()?.fail('ThrottlingException')
    await turn()
    expect(f.writing.level).toBe(1)
    void time.wake()
    await answerAll(requests)
    await flushed
    expect(f.writing).toEqual({ records: [], level: 0 })
  })

  it('that no retry can mend rejects for everybody who waits, and can be asked for again', async () => {
    const { format: f, open, requests, sent } = format()
    open()
    for (const id of [1, 2]) void f.writeRecord(record(id))
    const waiting = Promise.allSettled([f.flush(), f.flush()])
    await turn()
    requests.shift()?.fail('ValidationException')
    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    void f.writeRecord(record(3))
    const again = f.flush()
    await answerAll(requests)
    await again
    expect(sent.at(-1)).toEqual(['3'])
  })

  it('before open() is a mistake of the caller', async () => {
    const { format: f } = format()
    await expect(f.flush()).rejects.toThrow(/expected open\(\) before the first write/)
  })
})

describe('one try at the end', () => {
  it('sends each batch once, and says that all was written', async () => {
    const { format: f, open, requests, sent } = format({ batchLimit: 2, flushWhenFull: false })
    open()
    for (const id of [1, 2, 3]) void f.writeRecord(record(id))
    const all = f.flushOnce()
    await answerAll(requests)
    expect([await all, sent]).toEqual([true, [['1', '2'], ['3']]])
  })

  it('begins with the batch that was being written, and stops at the first that is not taken', async () => {
    const { format: f, open, requests, sent, time } = format({ batchLimit: 1, flushWhenFull: false })
    open()
    for (const id of [1, 2, 3]) void f.writeRecord(record(id))
    void f.flush()
    await turn()
    // The attempt ends here: that request is never answered.
    requests.length = 0
    const all = f.flushOnce()
    await turn()
    requests.shift()?.answer()
    await turn()
    requests.shift()?.fail('ThrottlingException')
    expect([await all, sent, time.sleeps]).toEqual([false, [['1'], ['1'], ['2']], 0])
  })
})
