// What is checked at dynalite can fail: a record too few, one too many, one that is not as it was written.
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import { recordsOf } from '../suites/records.ts'
import { Dynalite } from './dynalite.ts'
import { WRITERS, type Writer } from './writers.ts'

const records = recordsOf({ count: 4, bytes: 60, duplicates: 0 })
let dynalite: Dynalite
let writer: Writer

beforeAll(async () => {
  dynalite = await Dynalite.start(fileURLToPath(new URL('../..', import.meta.url)))
  const row = WRITERS.find(({ name }) => name === 'sdk')
  if (row === undefined) throw new Error('expected a writer named sdk')
  writer = await row.open(dynalite.url, [records], 1)
})
afterAll(async () => {
  writer.close()
  await dynalite.close()
})

it('counts the rows of the table, which is empty where it was emptied', async () => {
  await writer.write(records, 0)
  expect(await dynalite.held(records)).toBe(4)
  await dynalite.empty()
  await expect(dynalite.held(records)).rejects.toThrow('expected 4 records in the table, got 0, without key-00000000')
})

it.each([
  ['one too few', records.slice(1), 'got 3, without key-00000000'],
  ['one too many', [...records, { ...(records[0] as SinkRecord), key: 'other' }], 'got 5'],
  ['one that is another', [{ ...(records[0] as SinkRecord), value: 'other' }, ...records.slice(1)], 'got 4, without'],
])('refuses %s', async (_, written, message) => {
  await dynalite.empty()
  await writer.write(written, 0)
  await expect(dynalite.held(records)).rejects.toThrow(message)
})
