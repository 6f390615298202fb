// The memory store as a test double: ports on it keep their distance from the stored items, reset and snapshot do what
// they say, and what it does not implement it refuses loudly. Its answers are held to dynalite in differential.test.ts.
import { describe, expect, test } from 'vitest'
import { backendPort } from '../portWire.ts'
import { MemoryStore } from './memoryStore.ts'

function fresh() {
  const store = new MemoryStore()
  store.putTable({ name: 'ttt' })
  return { store, port: backendPort(store) }
}
const row = (key: string) => ({ pk: { S: key }, tags: { SS: ['x'] }, data: { B: new Uint8Array([1]) } })

describe('memory store', () => {
  test('changing what was sent or what was read changes nothing stored', async () => {
    const { port } = fresh()
    const item = row('a')
    await port.putItem({ TableName: 'ttt', Item: item })
    item.tags.SS.push('y')
    item.data.B[0] = 9
    const first = await port.getItem({ TableName: 'ttt', Key: { pk: { S: 'a' } } })
    expect(first.Item).toEqual(row('a'))
    ;(first.Item as ReturnType<typeof row>).tags.SS.push('z')
    const [second] = (await port.scan({ TableName: 'ttt' })).Items ?? []
    expect(second).toEqual(row('a'))
  })

  test('snapshot is sorted by key and stays as it was; reset empties the table and keeps it', async () => {
    const { store, port } = fresh()
    for (const key of ['c', 'a', 'b']) await port.putItem({ TableName: 'ttt', Item: row(key) })
    const before = store.snapshot('ttt')
    expect(before.map(({ pk }) => pk?.S)).toEqual(['a', 'b', 'c'])
    store.reset()
    expect(store.snapshot('ttt')).toEqual([])
    expect(before).toHaveLength(3)
    await port.putItem({ TableName: 'ttt', Item: row('d') })
    expect(store.snapshot('ttt')).toHaveLength(1)
  })

  test('an operation or a field it does not have is an error of the caller, not an answer', async () => {
    const { store, port } = fresh()
    expect(() => store.execute({ operation: 'Query' as never, input: {} })).toThrow(/the operation Query/)
    await expect(port.scan({ TableName: 'ttt', FilterExpression: 'attribute_exists(pk)' })).rejects.toThrow(
      /Scan's FilterExpression; leave it out or use the embedded dynalite/,
    )
  })

  test('a snapshot of a table that is not there says which are', () => {
    expect(() => fresh().store.snapshot('tt')).toThrow(/store \(ttt\), got "tt"; putTable first/)
  })

  test('errors carry name, message and status', async () => {
    const { port } = fresh()
    await expect(port.putItem({ TableName: 'nope', Item: row('a') })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found',
      $metadata: { httpStatusCode: 400 },
    })
  })
})
