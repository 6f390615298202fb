// Three ways to treat a key that a batch holds twice, on the sink itself, and what each of them loses. The scenario in
// which the newest value is lost for good was found on the released Flink sink (facts: F2) and is the same here.
// Read next: dedupe.ts.
import { describe, expect, it } from 'vitest'
import type { Dedupe } from './dedupe.ts'
import { names, record, TestHost } from './testHost.fixture.ts'

const versions = (key: string, ...all: readonly number[]) => all.map((version) => record(key, version))
const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' })
const EMPTY = { writer_raw_states: { mode: 'SPLIT_DISTRIBUTE', elements: [{ records: [] }] } }

describe('a key twice in one batch', () => {
  const sentOf = async (dedupe: Dedupe, ...all: readonly number[]) => {
    const host = new TestHost({ dedupe })
    await host.write(...versions('a', ...all))
    return host.sent
  }

  it('is sent twice, as its last, or as its newest', async () => {
    expect(await sentOf('none', 1, 3, 2)).toEqual(['a1 a3 a2'])
    expect(await sentOf('lastInBatch', 1, 3, 2)).toEqual(['a2'])
    expect(await sentOf('byVersion', 1, 3, 2)).toEqual(['a3'])
  })

  it('leaves the order of what is sent as it came', async () => {
    const host = new TestHost()
    await host.write(record('a', 1), record('b', 1), record('a', 2))
    expect(host.sent).toEqual(['b1 a2'])
  })

  it('comes back as the one that was sent; the others are covered by it', async () => {
    const host = new TestHost()
    await host.write(record('a', 2), record('a', 1), record('b', 1))
    await host.unprocessed(0, 'a')
    expect([host.sent, names(host.sink.insight().buffered)]).toEqual([['a2 b1'], 'a2'])
  })

  it('goes back whole where the request failed whole', async () => {
    const host = new TestHost()
    await host.write(record('a', 2), record('a', 1), record('b', 1))
    await host.answer(0, throttled)
    expect(host.sink.insight().inFlight.map(({ records, sent }) => [names(records), names(sent)])).toEqual([
      ['a2 a1', 'a2'],
    ])
    expect(names(host.sink.insight().buffered)).toBe('b1')
  })

  /** Two answers bring the older version behind the newer one into one batch (measured on the released sink, F2). */
  const reversed = async (dedupe: Dedupe) => {
    const host = new TestHost({ dedupe })
    await host.write(...versions('a', 1, 2, 3))
    await host.answer(0, {})
    await host.write(...versions('a', 4, 5, 6, 7, 8, 9))
    await host.unprocessed(1, 'a')
    await host.unprocessed(2, 'a')
    await host.answer(3, {})
    return { sent: host.sent, left: await host.checkpoint(1) }
  }

  it('lastInBatch loses the newest for good, without a crash: it is never sent, and the state is empty', async () => {
    expect(await reversed('lastInBatch')).toEqual({ sent: ['a3', 'a6', 'a9', 'a6'], left: EMPTY })
  })

  it('byVersion sends the newest, wherever it sits', async () => {
    expect(await reversed('byVersion')).toEqual({ sent: ['a3', 'a6', 'a9', 'a9'], left: EMPTY })
  })
})
