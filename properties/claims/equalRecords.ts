// HashSet against ListState, the rows about the data structure: what equal records, equal keys, the order and a changed
// element do to a buffer, and through it to the table. Java's HashSet, not JavaScript's Set. Read next: stateCost.ts.
import { HashSetBuffer } from '../../impl/sinks/buffers/hashSetBuffer.ts'
import { KeyedBuffer } from '../../impl/sinks/buffers/keyedBuffer.ts'
import { ListBuffer } from '../../impl/sinks/buffers/listBuffer.ts'
import type { RecordBuffer } from '../../impl/sinks/buffers/recordBuffer.ts'
import { DynamoDbSyncSink } from '../../impl/sinks/dynamoDbSyncSink.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { Claim } from './claim.ts'
import { bufferingOptions, deploy } from './deploy.ts'
import { Evidence } from './evidence.ts'
import { record } from './listStateOrHashSet.ts'
import type { Run } from './run.ts'

const duplicates: Claim = {
  id: 'C45',
  title: 'A list keeps records that are equal, a HashSet merges them',
  notes: 'The two buffers are compared; that one is a set is not spoken of.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    const twelve = Array.from({ length: 12 }, (_, i) => record(`k${i % 4}`, 1))
    for (const [what, buffer, size] of [
      ['list', new ListBuffer(), 12],
      ['HashSet', new HashSetBuffer(), 4],
    ] as const) {
      for (const each of twelve) buffer.add({ ...each })
      e.same(`12 records of 4 values: ${what} holds`, buffer.size, size)
    }
    const named = new HashSetBuffer()
    for (const [i, each] of twelve.entries()) named.add({ ...each, id: `event ${i}` })
    e.same('with an id of its own for every record the HashSet holds', named.size, 12)
    return e.result()
  },
}

/** Four versions of one key through the real pipeline: the writes of the key, in order. */
async function written(e: Evidence, buffer: () => RecordBuffer): Promise<number[]> {
  e.ran()
  const run: Run = await deploy(() => new DynamoDbSyncSink(bufferingOptions({ buffer: buffer() })), { keys: 1 })
  await run.act('emit(0) x4', 'receive(0) x4')
  await run.drain()
  return run.written
}

const equalKeys: Claim = {
  id: 'C46',
  title: 'Where equality looks at the key alone, a HashSet keeps the old record and drops the new one',
  notes: 'What equality means for the elements of the set is not spoken of.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    e.same(
      'versions 1 to 4 of a key, a set by key: written',
      await written(e, () => new HashSetBuffer({ equality: 'key' })),
      [1],
    )
    e.same('a list', await written(e, () => new ListBuffer()), [1, 2, 3, 4])
    e.same('a map by key, where the new one replaces the old', await written(e, () => new KeyedBuffer()), [4])
    return e.result()
  },
}

const orderKept: Claim = {
  id: 'C47',
  title: 'A list is written in the order of arrival, a HashSet in any order: an older version can be the last',
  notes: 'In which order the buffer leaves is not spoken of.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    const falling = () => new HashSetBuffer({ order: ({ id }) => -Number(id) })
    e.same('a set whose hashes fall: versions of the key as written', await written(e, falling), [4, 3, 2, 1])
    e.same('a list', await written(e, () => new ListBuffer()), [1, 2, 3, 4])
    const last = new Set<number | undefined>()
    for (let seed = 0; seed < 16; seed++) last.add((await written(e, () => new HashSetBuffer({ seed }))).at(-1))
    e.holds('over 16 seeds of the hash, the version that stays in the table differs', last.size > 1)
    return e.result()
  },
}

const changed: Claim = {
  id: 'C48',
  title: 'A record that is changed while it is buffered is lost to a HashSet; to a list it is not',
  notes: 'With object reuse a runtime hands out the same object again; the notes do not speak of it.',
  verdict: 'true',
  async run() {
    const e = new Evidence()
    const one: { -readonly [Field in keyof SinkRecord]: SinkRecord[Field] } = record('a', 1)
    const set = new HashSetBuffer()
    const list = new ListBuffer()
    set.add(one)
    list.add(one)
    e.holds('the set finds it', set.contains(record('a', 1)))
    one.version = 2
    e.holds('changed, the set does not find it by its old value', !set.contains(record('a', 1)))
    e.holds('nor by its new one', !set.contains(one))
    e.holds('so it can be added again', set.add(one))
    e.same('and is held twice: set, list', [set.size, list.size], [2, 1])
    return e.result()
  },
}

export const EQUAL_RECORDS = [duplicates, equalKeys, orderKept, changed]
