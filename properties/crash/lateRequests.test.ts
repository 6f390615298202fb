// Late requests land by the count of writes, each once. Read next: lateRequests.ts.
import { expect, test } from 'vitest'
import { LateRequests } from './lateRequests.ts'

const request = (body: string) => ({ operation: 'BatchWriteItem', headers: {}, body })

test('each lands once, after as many writes as its share says, the rest at the end', async () => {
  const landed: string[] = []
  const late = new LateRequests(async ({ body }) => void landed.push(body))
  late.add(request('after one'), 0)
  late.add(request('after five'), 0.5)
  late.add(request('at the end'), 0.99)
  const after: number[] = []
  for (let write = 1; write <= 6; write++) {
    await late.afterWrite()
    after.push(landed.length)
  }
  expect(after).toEqual([1, 1, 1, 1, 2, 2])
  await late.landAll()
  await late.landAll()
  expect(landed).toEqual(['after one', 'after five', 'at the end'])
})
