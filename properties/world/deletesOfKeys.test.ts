// A delete that carries neither id nor version counts as any delete of its key handed to the sink so far: a guarantee
// falls only where no choice saves it. Judged from a history alone.
import { describe, expect, it } from 'vitest'
import type { AppliedWrite } from '../../impl/store/gate.ts'
import { type Origin, StoreJudge } from './storeJudge.ts'

const DELETES = [2, 4]
const ORIGINS: readonly Origin[] = [1, 2, 3, 4, 5].map((version) => ({
  id: String(version),
  source: 0,
  index: version - 1,
  key: 'a',
  version,
  deletes: DELETES.includes(version),
  amount: null,
}))

type Event = `put ${number}` | 'delete' | `handed ${number}`

/** What falls in such a history: all records but the last `withhold` are in a completed checkpoint. */
function fallen(events: readonly Event[], covered = 5, last = 5): string[] {
  const fell: string[] = []
  const judge = new StoreJudge(new Map(ORIGINS.slice(0, last).map((each) => [each.id, each])), (id) => fell.push(id))
  const history: AppliedWrite[] = []
  let row: string | null = null
  for (const event of events) {
    const [what, number = ''] = event.split(' ')
    if (what === 'handed') judge.handed(number)
    else {
      const after = what === 'put' ? number : null
      history.push({
        serial: history.length + 1,
        request: 1,
        client: 'sink0@0',
        table: 'ttt',
        kind: what === 'put' ? 'put' : 'delete',
        key: 'a',
        attributes: { pk: { S: 'a' }, ...(after === null ? {} : { id: { S: after } }) },
        changed: after !== row,
      })
      row = after
      judge.observe(history, [covered])
    }
  }
  judge.ended()
  return fell
}

describe('deletes of which nobody says whose they are', () => {
  it('in the order of the input nothing falls', () => {
    const all: Event[] = ['put 1', 'handed 2', 'delete', 'put 3', 'handed 4', 'delete', 'put 5']
    expect(fallen(all)).toEqual([])
  })

  it('one that may be the newer one saves what the older would break', () => {
    expect(fallen(['put 1', 'handed 2', 'put 3', 'handed 4', 'delete'], 5, 4)).toEqual([])
  })

  it('the newer one does not count before it was handed to the sink', () => {
    expect(fallen(['put 1', 'handed 2', 'put 3', 'delete', 'handed 4', 'delete'], 5, 4)).toEqual(['S3'])
  })

  it('two rows were taken out, and two deletes may have done it', () => {
    expect(fallen(['handed 2', 'handed 4', 'put 1', 'delete', 'put 3', 'delete'], 5, 4)).toEqual([])
  })

  it('an older row that comes back is a regression, and its second delete has no record left', () => {
    expect(fallen(['handed 2', 'put 1', 'delete', 'put 1', 'delete'], 5, 2)).toEqual(['S3', 'S4', 'S4'])
  })

  it('of what is not there any delete will do: it shows nothing and changes nothing', () => {
    expect(fallen(['handed 2', 'put 1', 'delete', 'delete', 'delete'], 5, 2)).toEqual([])
    expect(fallen(['handed 2', 'delete', 'put 1', 'delete'], 5, 2)).toEqual(['S3'])
  })

  it('is visible when a checkpoint includes any of them', () => {
    expect(fallen(['handed 2', 'put 1', 'delete'], 1, 2)).toEqual(['S5'])
    expect(fallen(['put 1', 'handed 2', 'put 3', 'handed 4', 'delete'], 3, 4)).toEqual([])
  })

  it('a delete that nobody handed over is no record of the input', () => {
    expect(fallen(['put 1', 'delete'], 5, 1)).toEqual(['S3', 'S4', 'S5', 'S2'])
  })

  it('the row of a deleted key is wrong in the end', () => {
    expect(fallen(['handed 2', 'put 1'], 5, 2)).toEqual(['S1', 'S2'])
  })
})
