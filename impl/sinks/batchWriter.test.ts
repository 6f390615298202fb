// What one batch goes through until the store has all of it: retries of what may pass, an end where no retry helps.
// Time is virtual and jitter is handed in, so every delay is known.
import { describe, expect, it } from 'vitest'
import { attempt, subtaskIndex } from '../../model/pipeline/ids.ts'
import { VirtualProcessingTime } from '../runtime/processingTime.ts'
import { onlyBatches } from '../store/onlyBatches.fixture.ts'
import type { SinkClient } from '../store/port.ts'
import { BatchWriter, RECORDS } from './batchWriter.ts'
import type { RuntimeContext, SinkRecord } from './interfaces.ts'
import { checkRecord, InvalidRecordError, MAX_ITEM_BYTES } from './item.ts'
import { backoffLevels, backoffMs, isRetryable } from './retry.ts'

type Input = Parameters<SinkClient['batchWriteItem']>[0]
type Answer = Awaited<ReturnType<SinkClient['batchWriteItem']>>

const record = (id: number, key = `k${id}`): SinkRecord => ({ key, version: id, id: String(id), value: `v${id}` })
const backoff = { baseMs: 10, maxMs: 40 }
const turns = () => new Promise((resolve) => setImmediate(resolve))
const named = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more })

/** A writer whose store answers from a list; each entry is an answer or an error. */
function writer(answers: readonly (Answer | Error)[], random = () => 0) {
  const sent: string[][] = []
  const clock = { nowMs: 0 }
  const time = new VirtualProcessingTime(clock)
  const context: RuntimeContext = {
    subtaskIndex: subtaskIndex(0),
    parallelism: 1,
    attempt: attempt(0),
    runId: 1,
    client: onlyBatches(async (input: Input) => {
      const items = input.RequestItems?.table ?? []
      sent.push(items.map((item) => item.PutRequest?.Item?.id?.S ?? ''))
      const answer = answers[sent.length - 1] ?? {}
      if (answer instanceof Error) throw answer
      return answer
    }),
    processingTime: time,
    random,
    logger: { info: () => {}, warn: () => {} },
    fail: () => {},
  }
  return { writer: new BatchWriter(context, 'table', backoff, RECORDS), sent, time, clock }
}

const unprocessed = (...records: readonly SinkRecord[]): Answer => ({
  // Spelled anew, as a store may: only the key is what it was.
  UnprocessedItems: { table: records.map(({ key }) => ({ PutRequest: { Item: { pk: { S: key }, n: { N: '1' } } } })) },
})

describe('a batch', () => {
  it('that the store takes is sent once', async () => {
    const { writer: w, sent } = writer([{}])
    await w.write([record(1), record(2)])
    expect(sent).toEqual([['1', '2']])
    expect(w.current).toEqual([])
  })

  it('of which items come back sends those alone again, matched by key, after a back-off', async () => {
    const { writer: w, sent, time, clock } = writer([unprocessed(record(2)), {}])
    const written = w.write([record(1), record(2), record(3)])
    await turns()
    expect(sent).toEqual([['1', '2', '3']])
    expect(w.current.map(({ id }) => id)).toEqual(['2'])
    expect(time.sleeps).toBe(1)
    void time.wake()
    await written
    expect(sent).toEqual([['1', '2', '3'], ['2']])
    expect(clock.nowMs).toBe(10)
  })

  it('of which items come back under another name of the table is not taken for written', async () => {
    const back = unprocessed(record(2)).UnprocessedItems?.table ?? []
    const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/table'
    const { writer: w, sent, time } = writer([{ UnprocessedItems: { [arn]: back } }, {}])
    const written = w.write([record(1), record(2)])
    await turns()
    expect(w.current.map(({ id }) => id)).toEqual(['2'])
    void time.wake()
    await written
    expect(sent).toEqual([['1', '2'], ['2']])
  })

  it('of which an item comes back under a key it does not hold ends with its records named: nothing is lost in silence', async () => {
    const { writer: w } = writer([unprocessed(record(2), record(7))])
    await expect(w.write([record(1), record(2)])).rejects.toThrow(
      /2 items were handed back, 1 of them known .*1 \(key "k1"\), 2 \(key "k2"\)/,
    )
  })

  it.each([
    named('ProvisionedThroughputExceededException', { $metadata: { httpStatusCode: 400 } }),
    named('ThrottlingException'),
    named('InternalServerError', { $metadata: { httpStatusCode: 500 } }),
    named('SomethingNew', { $metadata: { httpStatusCode: 503 } }),
    named('TimeoutError'),
    named('Error', { code: 'ECONNRESET' }),
  ])('that is refused with %s is sent whole again', async (error) => {
    const { writer: w, sent, time } = writer([error, {}])
    const written = w.write([record(1), record(2)])
    await turns()
    void time.wake()
    await written
    expect(sent).toEqual([
      ['1', '2'],
      ['1', '2'],
    ])
  })

  it.each([
    named('ValidationException', { $metadata: { httpStatusCode: 400 } }),
    named('ResourceNotFoundException', { $metadata: { httpStatusCode: 400 } }),
    named('AccessDeniedException', { $metadata: { httpStatusCode: 400 } }),
  ])('that is refused with %s ends with every record named, and is not sent again', async (error) => {
    const { writer: w, sent, time } = writer([error])
    await expect(w.write([record(1), record(2)])).rejects.toThrow(
      new RegExp(`${error.name}: .*1 \\(key "k1"\\), 2 \\(key "k2"\\)`),
    )
    expect(sent).toHaveLength(1)
    expect(time.sleeps).toBe(0)
  })

  it('of more than 25 items, or more bytes than a request may have, is never sent', async () => {
    const { writer: w, sent } = writer([])
    const many = Array.from({ length: 26 }, (_, i) => record(i + 1))
    await expect(w.write(many)).rejects.toThrow(/at most 25 items .* got 26 items/)
    expect(sent).toEqual([])
  })

  it('tried once is not tried again: what is left is said', async () => {
    const { writer: w, sent, time } = writer([unprocessed(record(1))])
    expect(await w.writeOnce([record(1)])).toBe(false)
    expect([sent.length, time.sleeps]).toEqual([1, 0])
    const taken = writer([{}])
    expect(await taken.writer.writeOnce([record(1)])).toBe(true)
  })
})

describe('the back-off', () => {
  it('doubles up to its bound and stays there', async () => {
    const { writer: w, time, clock } = writer([...Array(5).fill(named('ThrottlingException')), {}])
    const written = w.write([record(1)])
    const delays: number[] = []
    for (let level = 0; level < 5; level++) {
      await turns()
      const before = clock.nowMs
      void time.wake()
      delays.push(clock.nowMs - before)
    }
    await written
    expect(delays).toEqual([10, 20, 40, 40, 40])
  })

  it('is drawn from the whole range by the context’s own randomness, and is never zero', () => {
    expect(backoffMs(backoff, 2, () => 0)).toBe(20)
    expect(backoffMs(backoff, 2, () => 0.5)).toBe(10)
    expect(backoffMs(backoff, 2, () => 0.999_999)).toBe(1)
    expect(backoffLevels(backoff)).toBe(3)
  })

  it('is for errors only that may pass', () => {
    expect(isRetryable('ThrottlingException')).toBe(false)
    expect(isRetryable(named('ConditionalCheckFailedException', { $metadata: { httpStatusCode: 400 } }))).toBe(false)
  })
})

describe('a record', () => {
  it('is refused before sending where its item is too large in UTF-8 bytes, whatever its length in characters', () => {
    const text = (bytes: number) => 'ß'.repeat(bytes / 2)
    expect(() => checkRecord({ ...record(1), value: text(MAX_ITEM_BYTES - 200) })).not.toThrow()
    expect(() => checkRecord({ ...record(1), value: text(MAX_ITEM_BYTES) })).toThrow(InvalidRecordError)
    expect(() => checkRecord({ ...record(7), value: text(MAX_ITEM_BYTES) })).toThrow(/record 7 \(key "k7"\)/)
  })

  it('is refused before sending where its key is empty', () => {
    expect(() => checkRecord(record(3, ''))).toThrow(/record 3: expected a key/)
  })
})
