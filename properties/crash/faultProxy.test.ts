// Every kind of fault against the real SDK client and a dynalite behind HTTP in this process: what the client sees, what
// the store has, what counts as struck. Read next: faultProxy.ts.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type DynaliteServer, startDynaliteServer } from '../../impl/store/dynaliteServer.ts'
import { openEndpoint } from '../../impl/store/endpoint.ts'
import type { DynamoDbPort } from '../../impl/store/port.ts'
import type { FaultKind } from './faultKinds.ts'
import { FaultProxy } from './faultProxy.ts'
import { type StoreKillPlace, StoreLine } from './storeLine.ts'

const TIMEOUT_MS = 400

let server: DynaliteServer
let line: StoreLine
let proxy: FaultProxy
let client: DynamoDbPort

beforeEach(async () => {
  server = await startDynaliteServer()
  const { store } = server
  await store.putTable({ name: 'ttt' })
  // A store that comes back with what it had: the same data behind another port.
  line = new StoreLine(async () => {
    const { url, close } = server
    const kill = async () => {
      await close()
      server = await startDynaliteServer(0, store)
    }
    return { url, rows: async () => new Map(), stop: async () => {}, kill }
  })
  proxy = await FaultProxy.start(line)
  client = openEndpoint({ endpoint: proxy.url, requestTimeoutMs: TIMEOUT_MS }, {}).connect()
})

afterEach(async () => {
  client.destroy()
  await proxy.close()
  await line.close()
  await server.close()
})

/** The first write meets the fault, all others none. */
function begin(kind: FaultKind | null, kill: StoreKillPlace | null = null, share = 0.5): void {
  proxy.beginRound({
    fault: (write) => (write === 1 && kind !== null ? { kind, share } : null),
    storeKill: (write) => (write === 1 ? kill : null),
    inTimeMs: TIMEOUT_MS / 4,
  })
}

const put = async (...keys: readonly string[]): Promise<unknown> => {
  const requests = keys.map((key) => ({ PutRequest: { Item: { pk: { S: key }, version: { N: '1' } } } }))
  try {
    return (await client.batchWriteItem({ RequestItems: { ttt: requests } })).UnprocessedItems
  } catch (error) {
    const { name, code } = error as Error & { code?: string }
    return code ?? name
  }
}
const stored = async () => (await server.store.snapshot('ttt')).map(({ pk }) => pk?.S)

test.each([
  ['throttledTable', 'ProvisionedThroughputExceededException', []],
  ['throttledRate', 'ThrottlingException', []],
  ['serverError', 'InternalServerError', []],
  ['unprocessed', { ttt: [{ PutRequest: { Item: { pk: { S: 'c' }, version: { N: '1' } } } }] }, ['a', 'b']],
  ['torn', 'InternalServerError', ['a', 'b']],
  ['lostRequest', 'ECONNRESET', []],
  ['lostResponse', 'ECONNRESET', ['a', 'b', 'c']],
  ['slowResponse', {}, ['a', 'b', 'c']],
  ['lateResponse', 'ETIMEDOUT', ['a', 'b', 'c']],
  ['lateRequest', 'ETIMEDOUT', []],
] as const)('%s: the client sees %j, the store has %j', async (kind, seen, has) => {
  begin(kind)
  expect(await put('a', 'b', 'c')).toEqual(seen)
  expect(await stored()).toEqual(has)
  expect([...proxy.history.newest.keys()]).toEqual(has)
  // The next write is as if nothing had been.
  expect(await put('d')).toEqual({})
  client.destroy()
  await proxy.landAll()
  expect(proxy.struck).toEqual(new Map([[kind, 1]]))
  expect(await stored()).toContain('d')
})

test('a late request lands when a few writes have passed it by, or when the round is over', async () => {
  begin('lateRequest', null, 0)
  await put('late')
  await put('a')
  await put('b')
  await vi.waitFor(async () => expect(await stored()).toEqual(['a', 'b', 'late']))
  begin('lateRequest', null, 0.99)
  await put('later')
  client.destroy()
  await proxy.landAll()
  expect(await stored()).toContain('later')
})

test('one item has no part: the whole is refused, and counts as that', async () => {
  begin('unprocessed')
  expect(await put('a')).toBe('ProvisionedThroughputExceededException')
  expect(proxy.struck).toEqual(new Map([['throttledTable', 1]]))
})

test.each(['storeForwarded', 'storeAnswered'] as const)(
  'the store dies at %s and comes back with what it had',
  async (place) => {
    begin(null, place)
    expect(await put('a')).toBe('ECONNRESET')
    expect(await put('b')).toEqual({})
    expect(await stored()).toContain('b')
    expect(line.kills).toEqual(new Map([[place, 1]]))
    // Only what it confirmed is in the history.
    expect(proxy.history.newest.has('a')).toBe(place === 'storeAnswered')
  },
)

test('counts what was confirmed more than once, and lets other operations pass', async () => {
  begin('lostResponse')
  await put('a', 'b')
  await put('b')
  expect((await client.describeTable({ TableName: 'ttt' })).Table?.TableName).toBe('ttt')
  expect([proxy.history.writes, proxy.history.repeated, proxy.writes]).toEqual([3, 1, 2])
})
