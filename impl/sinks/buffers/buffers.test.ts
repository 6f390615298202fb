// B1 (multiset kept), B2 (order kept) and B3 (snapshot isolated) as properties where they hold, and as the smallest
// counterexamples where they fall. The record pool is tiny on purpose: equal values and repeated keys are the point.
import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import type { SinkRecord } from '../interfaces.ts'
import { HashSetBuffer } from './hashSetBuffer.ts'
import { KeyedBuffer } from './keyedBuffer.ts'
import { ListBuffer } from './listBuffer.ts'
import type { RecordBuffer } from './recordBuffer.ts'
import { hashOfRecord } from './recordHash.ts'

type Mutable = { -readonly [Field in keyof SinkRecord]: SinkRecord[Field] }

const record = (key: string, version: number, value = `${key}${version}`): SinkRecord => ({
  key,
  version,
  id: '',
  value,
})
const anyRecord = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  version: fc.integer({ min: 1, max: 3 }),
  id: fc.constant(''),
  value: fc.constantFrom('x', 'y'),
})
/** A record is added, a number takes a batch of that limit. */
const commands = fc.array(fc.oneof({ weight: 4, arbitrary: anyRecord }, fc.integer({ min: 1, max: 4 })), {
  maxLength: 40,
})

function run(
  buffer: RecordBuffer,
  list: readonly (SinkRecord | number)[],
): { added: SinkRecord[]; batches: SinkRecord[][] } {
  const added: SinkRecord[] = []
  const batches: SinkRecord[][] = []
  for (const command of list) {
    if (typeof command === 'number') batches.push(buffer.takeBatch(command))
    else {
      buffer.add(command)
      added.push(command)
    }
  }
  while (!buffer.isEmpty) batches.push(buffer.takeBatch(25))
  return { added, batches }
}

const kinds: [string, () => RecordBuffer][] = [
  ['list', () => new ListBuffer()],
  ['hash set', () => new HashSetBuffer({ seed: 7 })],
  ['hash set by key', () => new HashSetBuffer({ seed: 7, equality: 'key' })],
  ['keyed', () => new KeyedBuffer()],
]

describe.each(kinds)('every buffer: %s', (_name, make) => {
  test.prop([commands], { seed: 1 })('no batch is over its limit or holds a key twice', (list) => {
    const { batches } = run(make(), list)
    for (const batch of batches) {
      expect(batch.length).toBeLessThanOrEqual(25)
      expect(new Set(batch.map(({ key }) => key)).size).toBe(batch.length)
    }
  })

  test.prop([commands, fc.integer({ min: 1, max: 4 })], { seed: 2 })(
    'takes what it shows first, and says its size',
    (list, limit) => {
      const buffer = make()
      for (const command of list) if (typeof command !== 'number') buffer.add(command)
      while (!buffer.isEmpty) {
        const shown = buffer.records()
        const batch = buffer.takeBatch(limit)
        expect(shown.length).toBe(batch.length + buffer.size)
        expect(batch.length).toBeGreaterThan(0)
        expect([...batch, ...buffer.records()]).toEqual(shown)
      }
      expect(buffer.takeBatch(limit)).toEqual([])
    },
  )

  test.prop([commands], { seed: 3 })('add says whether there is one more', (list) => {
    const buffer = make()
    for (const command of list) {
      const before = buffer.size
      if (typeof command === 'number') buffer.takeBatch(command)
      else {
        const grew = buffer.add(command)
        expect(buffer.size).toBe(before + (grew ? 1 : 0))
      }
    }
  })

  test.prop([commands], { seed: 4 })('B3: a snapshot does not change with the buffer or its records', (list) => {
    const buffer = make()
    for (const command of list) if (typeof command !== 'number') buffer.add({ ...command })
    const live = buffer.records()
    const snapshot = buffer.snapshot()
    const before = JSON.stringify(snapshot)
    expect(JSON.stringify(live)).toBe(before)
    for (const held of live) (held as Mutable).value = 'changed later'
    buffer.takeBatch(2)
    buffer.add(record('z', 9))
    buffer.clear()
    expect(JSON.stringify(snapshot)).toBe(before)
  })

  test.prop([commands], { seed: 5 })('a restored snapshot gives the same records back, as copies', (list) => {
    const buffer = make()
    for (const command of list) if (typeof command !== 'number') buffer.add(command)
    const snapshot = buffer.snapshot()
    const restored = make()
    restored.restore(snapshot)
    expect(restored.records()).toEqual(buffer.records())
    for (const copy of restored.records()) expect(snapshot).not.toContain(copy)
  })

  it('is empty after clear, and goes on as new', () => {
    const buffer = make()
    buffer.add(record('a', 1))
    buffer.add(record('b', 1))
    buffer.takeBatch(1)
    buffer.clear()
    expect([buffer.size, buffer.isEmpty, buffer.records()]).toEqual([0, true, []])
    buffer.add(record('a', 1))
    expect(buffer.takeBatch(5)).toEqual([record('a', 1)])
  })

  it('refuses a limit with which a flush would never end', () => {
    expect(() => make().takeBatch(0)).toThrow('expected a batch limit of 1 or more, got 0')
  })
})

const sorted = (records: readonly SinkRecord[]): string[] => records.map((each) => JSON.stringify(each)).sort()

describe('list buffer', () => {
  test.prop([commands], { seed: 6 })('B1 and B2: what was added comes out, all of it, in order', (list) => {
    const { added, batches } = run(new ListBuffer(), list)
    expect(batches.flat()).toEqual(added)
  })

  it('closes a batch at a repeated key, so that versions keep their order', () => {
    const buffer = new ListBuffer()
    for (const each of [record('a', 1), record('b', 1), record('a', 2), record('c', 1)]) buffer.add(each)
    expect(buffer.takeBatch(25)).toEqual([record('a', 1), record('b', 1)])
    expect(buffer.takeBatch(25)).toEqual([record('a', 2), record('c', 1)])
  })

  it('appends what it restores', () => {
    const buffer = new ListBuffer()
    buffer.add(record('a', 1))
    buffer.restore([record('a', 1), record('b', 1)])
    expect(buffer.records()).toEqual([record('a', 1), record('a', 1), record('b', 1)])
  })
})

describe('keyed buffer', () => {
  test.prop([commands], { seed: 7 })('holds the last write of each key at the place of its first', (list) => {
    const buffer = new KeyedBuffer()
    const adds = list.filter((command) => typeof command !== 'number')
    for (const each of adds) buffer.add(each)
    const keys = [...new Set(adds.map(({ key }) => key))]
    expect(buffer.records()).toEqual(keys.map((key) => adds.findLast((each) => each.key === key)))
  })

  it('B1 falls: of two appends with one key, one is left', () => {
    const { batches } = run(new KeyedBuffer(), [record('a', 1), record('a', 2)])
    expect(batches).toEqual([[record('a', 2)]])
  })

  it('a key that comes again after its batch has left goes to the end', () => {
    const { batches } = run(new KeyedBuffer(), [
      record('a', 1),
      record('b', 1),
      record('c', 1),
      1,
      record('a', 2),
      2,
      1,
    ])
    expect(batches).toEqual([[record('a', 1)], [record('b', 1), record('c', 1)], [record('a', 2)]])
  })
})

describe('hash set buffer, as java.util.HashSet', () => {
  test.prop([commands], { seed: 8 })(
    'keeps each distinct value once between two flushes, whatever the order',
    (list) => {
      const buffer = new HashSetBuffer({ seed: 7 })
      const adds = list.filter((command) => typeof command !== 'number')
      for (const each of adds) buffer.add(each)
      expect(sorted(buffer.records())).toEqual([...new Set(sorted(adds))])
    },
  )

  it('B1 falls: two equal records become one, and the old one stays', () => {
    const buffer = new HashSetBuffer()
    const [first, second] = [record('a', 1), record('a', 1)]
    expect([buffer.add(first), buffer.add(second)]).toEqual([true, false])
    expect(buffer.size).toBe(1)
    expect(buffer.records()[0]).toBe(first)
  })

  it('tells records apart by each of the four fields, and by where one string ends', () => {
    const buffer = new HashSetBuffer()
    const base: SinkRecord = { key: 'ab', version: 1, id: 'c', value: 'd' }
    const others = [{ key: 'abc', id: '' }, { version: 2 }, { version: 2 ** 40 + 1 }, { id: 'x' }, { value: 'x' }]
    buffer.add(base)
    expect(others.map((other) => buffer.add({ ...base, ...other }))).toEqual(others.map(() => true))
    expect(others.map((other) => buffer.contains({ ...base, ...other }))).toEqual(others.map(() => true))
  })

  it('by key: the newer version is dropped and the stale value is written', () => {
    const { batches } = run(new HashSetBuffer({ equality: 'key' }), [record('a', 1), record('a', 2)])
    expect(batches).toEqual([[record('a', 1)]])
  })

  it('B2 falls: under some seed the older version of a key leaves last', () => {
    const lastOut = (seed: number): number | undefined =>
      run(new HashSetBuffer({ seed }), [record('a', 1), record('a', 2)])
        .batches.flat()
        .at(-1)?.version
    const seeds = Array.from({ length: 20 }, (_, seed) => lastOut(seed))
    expect(new Set(seeds)).toEqual(new Set([1, 2]))
  })

  it('gives the same order for the same seed and the same records, whatever the order of the adds', () => {
    const all = Array.from({ length: 30 }, (_, index) => record(`k${index}`, 1))
    const order = (seed: number, records: SinkRecord[]) => {
      const buffer = new HashSetBuffer({ seed })
      for (const each of records) buffer.add(each)
      return buffer.records()
    }
    expect(order(3, all)).toEqual(order(3, all.toReversed()))
    expect(order(3, all)).not.toEqual(all)
    expect(order(3, all)).not.toEqual(order(4, all))
  })

  it('follows an order that a model gives it, also for records added between two batches', () => {
    const buffer = new HashSetBuffer({ order: ({ key, version }) => (key === 'b' ? 0 : -version) })
    for (const each of [record('a', 1), record('b', 1), record('a', 2)]) buffer.add(each)
    expect(buffer.takeBatch(25)).toEqual([record('a', 2)])
    buffer.add(record('a', 3))
    expect(buffer.takeBatch(1)).toEqual([record('a', 3)])
    expect(buffer.takeBatch(25)).toEqual([record('a', 1), record('b', 1)])
  })

  it('loses a record that is changed after its add: neither value finds it, and it gets in again', () => {
    const buffer = new HashSetBuffer()
    const reused = { ...record('a', 1) } as Mutable
    buffer.add(reused)
    expect(buffer.contains(record('a', 1))).toBe(true)
    reused.version = 2
    expect(buffer.contains(record('a', 1)), 'its old value').toBe(false)
    expect(buffer.contains({ ...reused }), 'its new value').toBe(false)
    expect(buffer.add(reused)).toBe(true)
    expect(buffer.size).toBe(2)
  })

  it('keeps records apart whose hashes collide, also when one of them leaves', () => {
    const [left, right] = ['g-yBVO2t', 'o0vdRFl-'].map((key) => record(key, 1, '')) as [SinkRecord, SinkRecord]
    expect(hashOfRecord(left, 0)).toBe(hashOfRecord(right, 0))
    for (const first of ['g', 'o']) {
      const buffer = new HashSetBuffer({ order: ({ key }) => (key.startsWith(first) ? 0 : 1) })
      expect([buffer.add(left), buffer.add(right), buffer.add({ ...left })]).toEqual([true, true, false])
      const [gone] = buffer.takeBatch(1)
      expect([buffer.contains(left), buffer.contains(right)]).toEqual([gone !== left, gone !== right])
    }
  })

  it('forgets what has left: it may come again', () => {
    const buffer = new HashSetBuffer({ order: () => 0 })
    for (const each of [record('a', 1), record('b', 1)]) buffer.add(each)
    buffer.takeBatch(1)
    expect([buffer.add(record('a', 1)), buffer.add(record('b', 1))]).toEqual([true, false])
  })
})
