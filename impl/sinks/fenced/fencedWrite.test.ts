// The table behind the fence does not depend on the order in which writes are applied, nor on late repeats: on the memory
// store and on dynalite, tombstones included. Without the condition it does. Read next: fencedWrite.ts.
import { fc } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { EmbeddedDynalite } from '../../store/dynalite.ts'
import { MemoryStore } from '../../store/memory/memoryStore.ts'
import type { DynamoDbPort } from '../../store/port.ts'
import { backendPort } from '../../store/portWire.ts'
import type { EmbeddedStore } from '../../store/wire.ts'
import { record, rows } from '../gateHost.fixture.ts'
import type { SinkRecord } from '../interfaces.ts'
import { toVersionedItem } from '../item.ts'
import { UPSERT } from '../workloads.ts'
import { fenceError, writeFenced } from './fencedWrite.ts'

/** Rising versions of a few keys, some of them deletes, in the order of the input. */
const inputs: fc.Arbitrary<readonly SinkRecord[]> = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { minLength: 1, maxLength: 8 })
  .map((all) => all.map(([key, deletes], at) => record(key, at + 1, deletes ? { op: 'delete', value: '' } : {})))
/** The input, each record one to three times, in any order. */
const arrivals = inputs.chain((input) =>
  fc.array(fc.nat({ max: input.length - 1 }), { maxLength: input.length * 2 }).chain((repeats) => {
    const all = [...input, ...repeats.map((at) => input[at] as SinkRecord)]
    return fc
      .shuffledSubarray(
        all.map((_, at) => at),
        { minLength: all.length },
      )
      .map((order) => ({
        input,
        arrived: order.map((at) => all[at] as SinkRecord),
      }))
  }),
)

const newest = (input: readonly SinkRecord[]): readonly string[] => {
  const last = new Map(input.map((each) => [each.key, each]))
  return [...last.values()].map((each) => `${each.key} ${each.version} ${each.op ? 'deleted' : each.value}`).sort()
}

const TARGET = { table: 'ttt', workload: UPSERT }
type Write = (port: DynamoDbPort, each: SinkRecord) => Promise<unknown>
const fencedly: Write = (port, each) => writeFenced(port, TARGET, each)
const plainly: Write = (port, each) => port.putItem({ TableName: 'ttt', Item: toVersionedItem(each) })

const holds = (store: EmbeddedStore, write: Write, numRuns: number) =>
  fc.check(
    fc.asyncProperty(arrivals, async ({ input, arrived }) => {
      await store.reset()
      const port = backendPort(store)
      for (const each of arrived) await write(port, each)
      expect(await rows({ store })).toEqual(newest(input))
    }),
    { seed: 1, numRuns },
  )

describe.each([
  ['the memory store', () => new MemoryStore(), 300],
  ['dynalite', () => new EmbeddedDynalite(), 60],
] as const)('on %s', (_, make, runs) => {
  const made = async () => {
    const store: EmbeddedStore = make()
    await store.putTable({ name: 'ttt' })
    return store
  }

  it('the table is the newest of each key, in whatever order and however often the writes arrive', async () => {
    const { failed, counterexample } = await holds(await made(), fencedly, runs)
    expect([failed, counterexample]).toEqual([false, null])
  })

  it('writes without the fence are caught by the same check', async () => {
    expect((await holds(await made(), plainly, runs)).failed).toBe(true)
  })

  it('tells why a write was refused, also where the store does not say', async () => {
    const port = backendPort(await made())
    const write = (each: SinkRecord) => writeFenced(port, TARGET, each)
    expect(await write(record('a', 2))).toBe('written')
    expect(await write(record('a', 2))).toBe('repeated')
    expect(await write(record('a', 1))).toBe('superseded')
    expect(await write(record('a', 2, { value: 'other' }))).toBe('conflict')
    expect(await write(record('a', 2, { id: 'other' }))).toBe('conflict')
    expect(await write(record('a', 2, { op: 'delete' }))).toBe('conflict')
    expect(await write(record('a', 3, { op: 'delete' }))).toBe('written')
    expect(await write(record('a', 3, { op: 'delete' }))).toBe('repeated')
    expect(await write(record('a', 2))).toBe('superseded')
    await port.putItem({ TableName: 'ttt', Item: { pk: { S: 'strange' } } })
    expect(await write(record('strange', 1))).toBe('unversioned')
  })
})

it('an outcome that no retry mends is an error that names the record', () => {
  expect(fenceError('conflict', record('a', 2))?.message).toMatch(
    'record a2 (key "a", version 2): expected one content',
  )
  expect(fenceError('unversioned', record('a', 2))?.message).toMatch('the table has one without')
  for (const outcome of ['written', 'repeated', 'superseded', 'again'] as const)
    expect(fenceError(outcome, record('a', 2))).toBe(null)
})
