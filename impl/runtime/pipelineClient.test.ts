// What a run counts of each operation of its client, and that a client that was cut off never answers again.
// Read next: pipelineClient.ts.
import { expect, it } from 'vitest'
import { MemoryStore } from '../store/memory/memoryStore.ts'
import type { SinkClient } from '../store/port.ts'
import { backendPort } from '../store/portWire.ts'
import { RunClient } from './pipelineClient.ts'

const Item = { pk: { S: 'a' } }
const OPERATIONS: readonly (readonly [name: string, call: (client: SinkClient) => Promise<object>, rows: number])[] = [
  [
    'batchWriteItem',
    (client) =>
      client.batchWriteItem({
        RequestItems: { ttt: [{ PutRequest: { Item } }, { DeleteRequest: { Key: { pk: { S: 'b' } } } }] },
      }),
    2,
  ],
  ['putItem', (client) => client.putItem({ TableName: 'ttt', Item }), 1],
  ['updateItem', (client) => client.updateItem({ TableName: 'ttt', Key: Item }), 1],
  [
    'transactWriteItems',
    (client) => client.transactWriteItems({ TransactItems: [{ Put: { TableName: 'ttt', Item } }] }),
    1,
  ],
  ['getItem', (client) => client.getItem({ TableName: 'ttt', Key: Item }), 0],
  ['scan', (client) => client.scan({ TableName: 'ttt' }), 0],
]

function runClient() {
  const store = new MemoryStore()
  store.putTable({ name: 'ttt' })
  const events: string[] = []
  return {
    client: new RunClient(
      backendPort(store),
      (event) => void events.push(event),
      () => {},
    ),
    events,
  }
}

it.each(OPERATIONS)('%s is a request, an answer, and its rows', async (_, call, rows) => {
  const { client, events } = runClient()
  await call(client)
  expect(events).toEqual(['request', 'answer', ...new Array<string>(rows).fill('row')])
})

it.each(OPERATIONS)('%s of a client that is cut off never settles, whenever it was sent', async (_, call) => {
  const { client, events } = runClient()
  const settled: string[] = []
  const watch = (name: string) => void call(client).finally(() => settled.push(name))
  watch('before')
  client.cutOff()
  watch('after')
  await new Promise((resolve) => setImmediate(resolve))
  expect([settled, events]).toEqual([[], ['request']])
})
