// Publishing in transactions: as a machine, and on the memory store with and without the real SDK client (dynalite has
// no transactions, and says so). An epoch becomes visible at once, whatever refuses a part of it.
// Read next: transaction.ts, inTransactions.ts.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../../model/pipeline/ids.ts'
import { type Bench, LEVELS } from '../../store/gateLevels.fixture.ts'
import { GateHost, type Place, record, rows, STAGING, TABLE } from '../gateHost.fixture.ts'
import { toVersionedItem } from '../item.ts'
import { COUNTER, UPSERT, type Workload } from '../workloads.ts'
import { inTransactions } from './inTransactions.ts'
import type { Publication } from './publishing.ts'
import { StagedSink } from './stagedSink.ts'
import { groupsOf, type StagedRow, startTransaction, stepTransaction, type TransactionEvent } from './transaction.ts'

const publication = (key: string, version: number): Publication => ({
  key,
  version,
  id: `${key}${version}`,
  row: `1/0/1/0/${version}`,
})
const row = (key: string, version: number): StagedRow<string> => ({
  publication: publication(key, version),
  loaded: { version, content: `${key}${version}`, record: `${key}${version}` },
})
const newer = { type: 'refused', stored: { version: 9, content: 'x' } } as const
const states = (...events: readonly TransactionEvent[]): readonly string[] => {
  let state = startTransaction([row('a', 1), row('b', 1)])
  const seen: string[] = []
  const show = () => `${state.next} ${state.rows.map(({ publication: { id } }) => id).join(' ')}`.trim()
  seen.push(show())
  for (const event of events) {
    state = stepTransaction(state, event)
    seen.push(show())
  }
  return seen
}

describe('a transaction', () => {
  it('holds each key once, in the order of its records, and no more than may be', () => {
    const all = [
      publication('a', 1),
      publication('a', 2),
      publication('b', 1),
      publication('c', 1),
      publication('a', 3),
    ]
    expect(groupsOf(all, 2).map((group) => group.map(({ id }) => id).join(' '))).toEqual(['a1 b1', 'a2 c1', 'a3'])
  })

  it('is done when it is committed, and goes again after a pause when it failed', () => {
    expect(states({ type: 'committed' })).toEqual(['transact a1 b1', 'done'])
    expect(states({ type: 'failed' }, { type: 'awake' })).toEqual(['transact a1 b1', 'pause a1 b1', 'transact a1 b1'])
    expect(states({ type: 'cancelled', answers: [null, null] })).toEqual(['transact a1 b1', 'pause a1 b1'])
  })

  it('leaves out what a newer row covers, and sends the rest', () => {
    expect(states({ type: 'cancelled', answers: [newer, null] })).toEqual(['transact a1 b1', 'transact b1'])
    expect(states({ type: 'cancelled', answers: [newer, newer] })).toEqual(['transact a1 b1', 'done'])
  })

  it('reads where the store does not say why', () => {
    const found = (content: string) => ({ type: 'found', stored: { version: 1, content } }) as const
    const refused = { type: 'cancelled', answers: [null, { type: 'refused' }] } as const
    expect(states(refused, { type: 'found', answers: [found('b1')] })).toEqual([
      'transact a1 b1',
      'read a1 b1',
      'transact a1',
    ])
    expect(states(refused, { type: 'found', answers: [found('other')] }).at(-1)).toMatch('fail')
    expect(states(refused, { type: 'failed' }, { type: 'awake' }).at(-1)).toBe('transact a1 b1')
  })

  it('takes no answer to what it has not asked', () => {
    expect(() => states({ type: 'found', answers: [] })).toThrow(
      'expected an answer to "transact" (try 1), got "found"',
    )
    expect(() => states({ type: 'cancelled', answers: [null] })).toThrow(
      'expected 2 answers, one for each record, got 1',
    )
  })
})

const hosted = (bench: Bench, workload: Workload = UPSERT, place: Place = {}) =>
  new GateHost(
    bench,
    new StagedSink({
      table: TABLE,
      stagingTable: STAGING,
      workload,
      batchLimit: 25,
      maxInFlightRequests: 4,
      backoff: { baseMs: 10, maxMs: 40 },
      publisher: inTransactions,
    }),
    place,
  )

async function stagedEpoch(bench: Bench, workload: Workload, ...records: readonly ReturnType<typeof record>[]) {
  const host = hosted(bench, workload)
  await host.open()
  await host.write(...records)
  const state = await host.through(host.host.checkpoint(checkpointId(1)))
  return { host, state }
}

describe.each(LEVELS.filter(({ name }) => name.startsWith('memory')))('staged in transactions on $name', ({ make }) => {
  it('shows an epoch at once, also where a part of it is covered already', async () => {
    const bench = await make()
    const { host } = await stagedEpoch(bench, UPSERT, record('a', 1), record('b', 1), record('a', 2), record('c', 1))
    await bench.store.execute({
      operation: 'PutItem',
      input: { TableName: TABLE, Item: toVersionedItem(record('b', 7)) },
    })
    const seen = new Set<string>()
    const told = host.host.notify(checkpointId(1))
    for (await bench.settle(); bench.gate.requests.length > 0; await bench.settle()) {
      await host.answer()
      seen.add((await rows(bench)).join(', '))
    }
    await told
    expect([...seen]).toEqual(['b 7 v', 'a 2 v, b 7 v, c 1 v'])
    expect(await rows(bench, STAGING)).toEqual([])
  })

  it('a death before or after it is applied, a restore and a zombie change nothing twice', async () => {
    for (const applied of [false, true]) {
      const bench = await make()
      const amounts = [record('a', 1, { value: '5' }), record('a', 2, { value: '2' }), record('b', 1, { value: '1' })]
      const { host, state } = await stagedEpoch(bench, COUNTER, ...amounts)
      void host.host.notify(checkpointId(1))
      await bench.settle()
      while (bench.gate.requests[0]?.operation !== 'TransactWriteItems') await host.answer()
      if (applied) await bench.gate.apply(bench.gate.requests[0], { kind: 'ok' })
      host.die()
      const second = hosted(bench, COUNTER, { attempt: 1 })
      await second.open({ checkpointId: checkpointId(1), state })
      for (const zombie of [...bench.gate.zombies]) await bench.gate.applyZombie(zombie)
      const items = await bench.store.snapshot(TABLE)
      expect(items.map(({ pk, amount }) => `${pk?.S} ${amount?.N}`)).toEqual(['a 7', 'b 1'])
    }
  })

  it('goes again after throttling, and fails on two contents of one version', async () => {
    const bench = await make()
    const { host } = await stagedEpoch(bench, UPSERT, record('a', 1))
    const told = host.host.notify(checkpointId(1))
    await host.answer()
    await host.answer({ kind: 'refused', error: 'ThrottlingException' })
    await host.through(told)
    expect(await rows(bench)).toEqual(['a 1 v'])
    await host.write(record('a', 1, { id: 'twin', value: 'other' }))
    await host.through(host.host.checkpoint(checkpointId(2)))
    await expect(host.through(host.host.notify(checkpointId(2)))).rejects.toThrow('record twin (key "a", version 1)')
  })

  it('a hundred records fit, more go in several', async () => {
    const bench = await make()
    const many = Array.from({ length: 101 }, (_, at) => record(`k${at}`, 1))
    const { host } = await stagedEpoch(bench, UPSERT, ...many)
    await host.through(host.host.notify(checkpointId(1)))
    expect(await rows(bench)).toHaveLength(101)
    const requests = new Set(bench.gate.history.filter(({ table }) => table === TABLE).map(({ request }) => request))
    expect(requests.size).toBe(2)
  })
})

it('on an endpoint without transactions the error says what to do', async () => {
  const [, , , dynalite] = LEVELS
  const bench = (await dynalite?.make()) ?? expect.unreachable()
  const { host } = await stagedEpoch(bench, UPSERT, record('a', 1))
  await expect(host.through(host.host.notify(checkpointId(1)))).rejects.toThrow(
    'expected an endpoint with TransactWriteItems, this one has none: publish one record a request',
  )
})
