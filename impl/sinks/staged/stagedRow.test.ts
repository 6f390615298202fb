// Places in the staging table and back, and which rows there nobody needs any more. Read next: stagedRow.ts, staleRows.ts.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../../model/pipeline/ids.ts'
import { record } from '../gateHost.fixture.ts'
import { fromStagedItem, placeOf, publicationsOf, rowAt, stagingWrites } from './stagedRow.ts'
import { isStale } from './staleRows.ts'

const place = { run: 3, attempt: 2, epoch: 12, subtask: 1, number: 0 }
const epoch = {
  run: 3,
  attempt: 2,
  epoch: 12,
  subtask: 1,
  checkpointId: checkpointId(4),
  records: [
    { key: 'a', version: 1, id: 'a1' },
    { key: 'b', version: 1, id: 'b1' },
  ],
}

describe('a staged row', () => {
  it('is named by its place, and the place is read back', () => {
    expect(rowAt(place)).toBe('3/2/12/1/0')
    expect(placeOf('3/2/12/1/0')).toEqual(place)
    for (const other of ['', 'orders', '1/2/3/4', '1/2/3/4/5/6', '1/2/3/4/x', '-1/2/3/4/5'])
      expect(placeOf(other)).toBe(null)
    expect(publicationsOf(epoch).map(({ row, id }) => [row, id])).toEqual([
      ['3/2/12/1/0', 'a1'],
      ['3/2/12/1/1', 'b1'],
    ])
  })

  it.each([record('a', 2), record('a', 2, { value: '' }), record('a', 2, { op: 'delete', value: '' })])(
    'gives back the record that was staged: %o',
    (each) => {
      const item = stagingWrites.toRequest({ row: '1/0/1/0/0', record: each }).PutRequest?.Item ?? {}
      expect(fromStagedItem(item)).toEqual(each)
    },
  )

  it('that is none of ours is refused', () => {
    expect(() => fromStagedItem({ pk: { S: '1/0/1/0/0' } })).toThrow(
      'staged row 1/0/1/0/0: expected key, version and id',
    )
  })
})

describe('a row is stale', () => {
  const me = { run: 3, attempt: 4, subtask: 1 }
  const stale = (row: string, parallelism = 2) => isStale(me, parallelism, [epoch], row)
  it.each([
    ['of an earlier attempt, named by no manifest', '3/2/13/1/0'],
    ['of an earlier run', '2/9/1/1/0'],
    ['of a subtask that there is no more', '3/2/13/3/0'],
  ])('%s', (_, row) => {
    expect(stale(row)).toBe(true)
  })
  it.each([
    ['named by a manifest', '3/2/12/1/7'],
    ['of this attempt', '3/4/1/1/0'],
    ['of a later attempt', '3/5/1/1/0'],
    ['of a later run', '4/0/1/1/0'],
    ['that another subtask looks after', '3/2/13/0/0'],
    ['that something else has put there', 'orders'],
  ])('but not one %s', (_, row) => {
    expect(stale(row)).toBe(false)
  })
})
