// The workloads as rows, and on the sinks that carry them: what a lost answer, a zombie and a replay make of an upsert, an
// append and a counter, with the fence, staged, and without either. On the memory store and on dynalite.
// Read next: workloads.ts.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../model/pipeline/ids.ts'
import { type Bench, LEVELS } from '../store/gateLevels.fixture.ts'
import type { InspectableSink } from './designs.ts'
import { fencedSink } from './fenced/fenced.ts'
import { plainRequest } from './fenced/rowRequest.ts'
import { GateHost, record, STAGING, TABLE } from './gateHost.fixture.ts'
import type { SinkRecord } from './interfaces.ts'
import { orderedAsyncSink } from './orderedAsync/orderedAsync.ts'
import { perItem } from './staged/perItem.ts'
import { StagedSink } from './staged/stagedSink.ts'
import { APPEND, COUNTER, UPSERT, WORKLOADS, type Workload } from './workloads.ts'

const add = (key: string, version: number, value: string) => record(key, version, { value })

describe('a workload', () => {
  it('has a name of its own', () => {
    expect(WORKLOADS.map(({ name }) => name)).toEqual(['upsert', 'append', 'counter'])
  })

  it('admits what it has a meaning for, under the key of its row', () => {
    const deletes = record('a', 1, { op: 'delete', value: '' })
    expect(UPSERT.admit(deletes)).toEqual(deletes)
    expect(APPEND.admit(record('a', 1))).toEqual(record('a', 1, { key: 'a1' }))
    expect(APPEND.admit(APPEND.admit(record('a', 1)))).toEqual(record('a', 1, { key: 'a1' }))
    expect(COUNTER.admit(add('a', 1, '-2.5'))).toEqual(add('a', 1, '-2.5'))
    expect(() => APPEND.admit(deletes)).toThrow('record a1 (key "a"): expected a record with a value')
    expect(() => COUNTER.admit(deletes)).toThrow('expected an amount to add, got a delete')
    for (const value of ['', 'x', '1e9', '1.', '9'.repeat(19)])
      expect(() => COUNTER.admit(add('a', 1, value))).toThrow('record a1 (key "a"): expected a decimal number')
    for (const { admit } of WORKLOADS) expect(() => admit(record('', 1, { id: '' }))).toThrow('expected a key')
  })

  it('says what a record does to its row', () => {
    const [version, id] = [{ N: '1' }, { S: 'a1' }]
    expect(UPSERT.toRow(record('a'))).toEqual({ item: { pk: { S: 'a' }, version, id, value: { S: 'v' } } })
    expect(UPSERT.toRow(record('a', 1, { op: 'delete' })).item).toEqual({
      pk: { S: 'a' },
      version,
      id,
      deleted: { BOOL: true },
    })
    expect(COUNTER.toRow(add('a', 1, '7'))).toEqual({ item: { pk: { S: 'a' }, version, id }, amount: '7' })
    expect(() => plainRequest(TABLE, { item: { pk: { S: 'a' } }, amount: '1' })).toThrow('expected key, version and id')
  })
})

const SETTINGS = { table: TABLE, batchLimit: 2, maxInFlightRequests: 3, maxBufferedRequests: 8, requestTimeoutMs: null }
const DESIGNS: Readonly<Record<string, (workload: Workload) => InspectableSink>> = {
  orderedAsync: (workload) => orderedAsyncSink(SETTINGS, workload),
  fenced: (workload) => fencedSink(SETTINGS, workload),
  staged: (workload) =>
    new StagedSink({
      table: TABLE,
      stagingTable: STAGING,
      workload,
      batchLimit: 2,
      maxInFlightRequests: 2,
      backoff: { baseMs: 10, maxMs: 40 },
      publisher: perItem,
    }),
}

/** Amounts, or values, by key. */
async function table(bench: Bench): Promise<Readonly<Record<string, string | undefined>>> {
  const items = await bench.store.snapshot(TABLE)
  return Object.fromEntries(items.map(({ pk, amount, value }) => [pk?.S, amount?.N ?? value?.S]))
}

/**
 * Written, one answer lost; then a death before any checkpoint, and all of it again; at last what the dead one has left
 * under way. Only a sink that knows what it has done before gets through this.
 */
async function hardLife(bench: Bench, design: string, workload: Workload, input: readonly SinkRecord[]): Promise<void> {
  const create = DESIGNS[design] ?? expect.unreachable()
  const first = new GateHost(bench, create(workload))
  await first.open()
  for (const each of input) {
    const written = first.host.write(each)
    await bench.settle()
    const [request] = bench.gate.requests
    if (request === undefined) continue
    await bench.gate.apply(request, { kind: 'ok' })
    bench.gate.loseResponse(request)
    await bench.settle()
    // One that waits for the store has its way; of one that does not, requests are left under way.
    if (written instanceof Promise) await first.through(written)
  }
  first.die()
  const second = new GateHost(bench, create(workload), { attempt: 1 })
  await second.open()
  await second.write(...input)
  await second.through(second.host.endInput())
  await second.through(second.host.checkpoint(checkpointId(1)))
  await second.through(second.host.notify(checkpointId(1)))
  for (const zombie of [...bench.gate.zombies]) await bench.gate.applyZombie(zombie)
}

const AMOUNTS = [add('a', 1, '5'), add('a', 2, '-2'), add('b', 1, '0.5'), add('a', 3, '10')]

describe.each(LEVELS.filter(({ name }) => name === 'memory, no SDK' || name === 'dynalite under the SDK'))(
  'on $name',
  ({ make }) => {
    it.each(['fenced', 'staged'])('%s counts every record once, in a hard life too', async (design) => {
      const bench = await make()
      await hardLife(bench, design, COUNTER, AMOUNTS)
      expect(await table(bench)).toEqual({ a: '13', b: '0.5' })
    })

    it('orderedAsync counts what it writes again once more', async () => {
      const bench = await make()
      await hardLife(bench, 'orderedAsync', COUNTER, AMOUNTS)
      expect(Number((await table(bench)).a)).toBeGreaterThan(13)
    })

    it.each(Object.keys(DESIGNS))('%s counts right in an easy life', async (design) => {
      const bench = await make()
      const host = new GateHost(bench, (DESIGNS[design] ?? expect.unreachable())(COUNTER))
      await host.open()
      await host.write(...AMOUNTS)
      await host.through(host.host.endInput())
      await host.through(host.host.checkpoint(checkpointId(1)))
      await host.through(host.host.notify(checkpointId(1)))
      expect(await table(bench)).toEqual({ a: '13', b: '0.5' })
    })

    it.each(Object.keys(DESIGNS))('%s appends every record to a row of its own, once', async (design) => {
      const bench = await make()
      const input = [record('a', 1), record('a', 2), record('b', 1)]
      await hardLife(bench, design, APPEND, input)
      expect(await table(bench)).toEqual({ a1: 'v', a2: 'v', b1: 'v' })
    })

    it.each(['fenced', 'staged'])('%s ends with the newest of each key, deletes mixed in', async (design) => {
      const bench = await make()
      const input = [record('a', 1), record('a', 2, { op: 'delete' }), record('b', 1), record('a', 3, { value: 'new' })]
      await hardLife(bench, design, UPSERT, input)
      expect(await table(bench)).toEqual({ a: 'new', b: 'v' })
    })
  },
)
