// Transactions of the memory store: all or nothing, reasons in the order of the request, and what it refuses. Expected is
// what the service documents: no other store here has transactions. Read next: transaction.ts.
import { describe, expect, it } from 'vitest'
import { backendPort } from '../portWire.ts'
import { MemoryStore } from './memoryStore.ts'

const S = (text: string) => ({ S: text })
const put = (key: string, more: object = {}) => ({ Put: { TableName: 'ttt', Item: { pk: S(key) }, ...more } })
const absent = { ConditionExpression: 'attribute_not_exists(pk)' }

function fresh() {
  const store = new MemoryStore()
  store.putTable({ name: 'ttt' })
  const port = backendPort(store)
  const transact = (...TransactItems: object[]) => port.transactWriteItems({ TransactItems } as never)
  const keys = () => store.snapshot('ttt').map(({ pk }) => pk?.S)
  return { store, transact, keys }
}

describe('a transaction', () => {
  it('applies puts, updates and deletes together', async () => {
    const { store, transact } = fresh()
    await transact(put('a'), put('b'))
    const add = { UpdateExpression: 'ADD amount :n', ExpressionAttributeValues: { ':n': { N: '2' } } }
    await transact(
      { Delete: { TableName: 'ttt', Key: { pk: S('a') } } },
      { Update: { TableName: 'ttt', Key: { pk: S('b') }, ...add } },
    )
    expect(store.snapshot('ttt')).toEqual([{ pk: S('b'), amount: { N: '2' } }])
  })

  it('whose condition fails in one place changes nothing anywhere, and says where and of what', async () => {
    const { transact, keys } = fresh()
    await transact(put('b'))
    const shown = { ...absent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }
    await expect(transact(put('a'), put('b', shown), put('c'))).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed, None]'),
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: { pk: S('b') } },
        { Code: 'None' },
      ],
    })
    expect(keys()).toEqual(['b'])
  })

  it('with a part that is no request at all is refused whole', async () => {
    const { transact, keys } = fresh()
    await expect(transact(put('a'), put(''))).rejects.toThrow('cannot contain an empty string value')
    await expect(transact(put('a'), put('a', absent))).rejects.toThrow('multiple operations on one item')
    await expect(transact(put('a'), { Put: { TableName: 'nope', Item: { pk: S('b') } } })).rejects.toThrow('not found')
    await expect(transact({ ...put('a'), Delete: {} })).rejects.toThrow('can only contain one of')
    await expect(transact()).rejects.toThrow('greater than or equal to 1')
    await expect(transact(...Array.from({ length: 101 }, (_, i) => put(`k${i}`)))).rejects.toThrow(
      'less than or equal to 100',
    )
    await expect(transact({ ConditionCheck: {} })).rejects.toThrow('does not implement ConditionCheck')
    expect(keys()).toEqual([])
  })
})
