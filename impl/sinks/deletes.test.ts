// Deletes mixed into upserts, on every design that writes by BatchWriteItem: the row is gone, also where the delete came
// back unprocessed, and no buffer takes a delete for the put of the same fields or loses it in a snapshot.
// The fenced and the staged sink leave tombstones: see their own tests. Read next: item.ts.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../model/pipeline/ids.ts'
import { LEVELS } from '../store/gateLevels.fixture.ts'
import { HashSetBuffer } from './buffers/hashSetBuffer.ts'
import { KeyedBuffer } from './buffers/keyedBuffer.ts'
import { ListBuffer } from './buffers/listBuffer.ts'
import { SINK_DESIGNS } from './designs.ts'
import { GateHost, record, rows, TABLE } from './gateHost.fixture.ts'
import { isTombstone, itemBytes, toVersionedItem, toWriteRequest } from './item.ts'
import { ORDERED_ASYNC } from './orderedAsync/orderedAsync.ts'

const gone = record('a', 2, { op: 'delete', value: '' })
const onTwoLevels = LEVELS.filter(({ name }) => name === 'memory, no SDK' || name === 'dynalite under the SDK')
const designs = [
  ...SINK_DESIGNS.filter(({ name }) => !['fenced', 'staged', ORDERED_ASYNC.name].includes(name)),
  ORDERED_ASYNC,
]

describe.each(onTwoLevels)('on $name', ({ make }) => {
  it.each(designs)('$name takes a deleted row out of the table', async ({ create }) => {
    const bench = await make()
    const host = new GateHost(bench, create({ table: TABLE, batchLimit: 2 }))
    await host.open()
    await host.write(record('a', 1), record('b', 1))
    await host.through(host.host.checkpoint(checkpointId(1)))
    await host.through(host.host.notify(checkpointId(1)))
    expect(await rows(bench)).toEqual(['a 1 v', 'b 1 v'])
    await host.write(gone, record('c', 1))
    await host.through(host.host.checkpoint(checkpointId(2)))
    await host.through(host.host.notify(checkpointId(2)))
    expect(await rows(bench)).toEqual(['b 1 v', 'c 1 v'])
  })

  it.each(['writeThrough', 'asyncSinkByVersion'])('%s sends a delete again that came back', async (name) => {
    const bench = await make()
    const create = SINK_DESIGNS.find((each) => each.name === name)?.create ?? expect.unreachable()
    const host = new GateHost(bench, create({ table: TABLE, batchLimit: 1 }))
    await host.open()
    await host.write(record('a', 1))
    const written = host.host.write(gone)
    await host.answer({ kind: 'unprocessed', items: [0] })
    expect(await rows(bench)).toEqual(['a 1 v'])
    await host.through(written)
    await host.through(host.host.endInput())
    expect(await rows(bench)).toEqual([])
  })
})

it.each([new ListBuffer(), new HashSetBuffer(), new KeyedBuffer()])(
  'a snapshot of a buffer keeps a delete a delete',
  (buffer) => {
    buffer.add(gone)
    expect(buffer.snapshot()).toEqual([gone])
  },
)

it('a hash set tells a delete from a put of the same fields', () => {
  const buffer = new HashSetBuffer()
  const { op: _, ...put } = gone
  expect([buffer.add(gone), buffer.add(put), buffer.add({ ...gone })]).toEqual([true, true, false])
})

it('a delete is a write of its key, or a tombstone with its version, and is counted at its size', () => {
  expect(toWriteRequest(gone)).toEqual({ DeleteRequest: { Key: { pk: { S: 'a' } } } })
  expect(isTombstone(toVersionedItem(gone))).toBe(true)
  expect(isTombstone(toVersionedItem(record('a')))).toBe(false)
  expect(itemBytes(gone) - itemBytes(record('a', 2, { value: '' }))).toBe('deleted'.length + 1 - 'value'.length)
})
