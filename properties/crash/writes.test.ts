// Bodies of requests: what they write, and a batch in two. Read next: writes.ts.
import { expect, test } from 'vitest'
import { isWrite, operationOf, rowsIn, splitBatch } from './writes.ts'

const item = (n: number) => ({ pk: { S: `S${n}` }, version: { N: `${n}` }, id: { S: `${n}` }, value: { S: 'v' } })
const batch = (count: number) =>
  JSON.stringify({
    RequestItems: { ttt: Array.from({ length: count }, (_, n) => ({ PutRequest: { Item: item(n + 1) } })) },
  })

test('names the operation, and tells writes from all others', () => {
  expect(operationOf('DynamoDB_20120810.BatchWriteItem')).toBe('BatchWriteItem')
  expect(operationOf(undefined)).toBe('')
  expect(['BatchWriteItem', 'PutItem', 'DescribeTable', 'Scan', ''].map(isWrite)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})

test('reads the rows that a request puts; a delete puts none', () => {
  expect(rowsIn('BatchWriteItem', batch(2))).toEqual([
    { key: 'S1', version: 1 },
    { key: 'S2', version: 2 },
  ])
  expect(rowsIn('PutItem', JSON.stringify({ TableName: 'ttt', Item: item(7) }))).toEqual([{ key: 'S7', version: 7 }])
  const deleted = { RequestItems: { ttt: [{ DeleteRequest: { Key: { pk: { S: 'S1' } } } }] } }
  expect(rowsIn('BatchWriteItem', JSON.stringify(deleted))).toEqual([])
})

test.each([0, 0.3, 0.999])(
  'splits a batch at %f into two parts that are never empty and together all of it',
  (share) => {
    for (const count of [2, 3, 25]) {
      const split = splitBatch('BatchWriteItem', batch(count), share)
      const taken = rowsIn('BatchWriteItem', split?.body ?? '')
      const heldBack = rowsIn('BatchWriteItem', JSON.stringify({ RequestItems: split?.heldBack }))
      expect(Math.min(taken.length, heldBack.length)).toBeGreaterThan(0)
      expect([...taken, ...heldBack]).toEqual(rowsIn('BatchWriteItem', batch(count)))
    }
  },
)

test('does not split what has no part', () => {
  expect(splitBatch('BatchWriteItem', batch(1), 0.5)).toBeNull()
  expect(splitBatch('PutItem', JSON.stringify({ Item: item(1) }), 0.5)).toBeNull()
})
