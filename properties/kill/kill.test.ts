// kill -9, for real: `sinkproof run` in a process, dynalite in another. Every kind of moment at least once: a request on
// its way, its answer not heard, inside a snapshot, between write and rename of a checkpoint, renamed and not notified.
// Read next: killedRun.ts, ../crash/campaign.ts (all designs, faults, more kills).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tableDifference, writeInput } from './input.ts'
import { runThroughKills } from './killedRun.ts'
import { StoreProcess } from './store.ts'

let store: StoreProcess
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sinkproof-kill-'))
  store = await StoreProcess.start(['flushOnSnapshot', 'hashSetTransient', 'listStateBuffer'])
})

afterAll(async () => {
  await store.stop()
  rmSync(folder, { recursive: true })
})

const flags = (design: string, input: string, checkpointEvery: number) => ({
  input,
  table: design,
  endpoint: store.url,
  checkpoints: join(folder, design),
  design,
  checkpointEvery,
})

// Both at once: they wait for processes, and there are two cores.
test.concurrent('flushOnSnapshot: killed at every kind of moment, the table is exactly right', async () => {
  const input = writeInput(join(folder, 'prices.csv'), 900, 60, 'prices')
  const kills = ['request:3', 'answer:4', 'snapshot:2', 'beforeRename:2', 'renamed:1', 'notify:1']
  const ends = await runThroughKills(flags('flushOnSnapshot', input.path, 100), kills)
  expect(
    ends.map(({ signal, code }) => signal ?? code),
    ends.map((end) => end.stderr).join(''),
  ).toEqual([...kills.map(() => 'SIGKILL'), 0])
  expect(tableDifference(input.table, await store.rows('flushOnSnapshot'))).toEqual({
    missing: [],
    stale: [],
    foreign: [],
  })
  // It did go on from checkpoints: the kill between write and rename of the second left the first of that start.
  expect(JSON.parse(ends.at(-1)?.stdout ?? '')).toMatchObject({ ended: 'finished', recordsBefore: 400, records: 500 })
})

test.concurrent('hashSetTransient: killed when a checkpoint is complete, what its buffer held is lost for good', async () => {
  const input = writeInput(join(folder, 'unique.csv'), 140, 'unique', 'lost')
  const ends = await runThroughKills(flags('hashSetTransient', input.path, 10), ['renamed:1'])
  expect(ends.map(({ signal, code }) => signal ?? code)).toEqual(['SIGKILL', 0])
  // The checkpoint covers ten records, all of them in the HashSet. The source may be up to ten further, where the next
  // checkpoint is due: too few for a batch of 25, so none of the ten was written.
  const { missing, stale, foreign } = tableDifference(input.table, await store.rows('hashSetTransient'))
  expect(missing).toEqual(Array.from({ length: 10 }, (_, n) => `S${1 + n}`))
  expect({ stale, foreign }).toEqual({ stale: [], foreign: [] })
})

test.concurrent('listStateBuffer: killed while it stops, before its savepoint is named, it begins where it had before', async () => {
  const input = writeInput(join(folder, 'stopped.csv'), 600, 'unique', 'stopped')
  // Ctrl-C at the fourth answer; the savepoint's file is there, and the process dies before it is what a start restores.
  // Then a stop that succeeds, and its savepoint killed over.
  const kills = ['answer:4:SIGINT,renamed:1', 'answer:4:SIGINT', 'request:3']
  const ends = await runThroughKills(flags('listStateBuffer', input.path, 100_000), kills)
  expect(ends.map(({ signal, code }) => signal ?? code)).toEqual(['SIGKILL', 0, 'SIGKILL', 0])
  const [stopped, last] = [ends[1], ends[3]].map((end) => JSON.parse(end?.stdout ?? ''))
  expect(stopped).toMatchObject({ ended: 'stopped', restoredFrom: null })
  expect(last).toMatchObject({ ended: 'finished', restoredFrom: stopped.savepoint, recordsBefore: stopped.records })
  expect(tableDifference(input.table, await store.rows('listStateBuffer'))).toEqual({
    missing: [],
    stale: [],
    foreign: [],
  })
})
