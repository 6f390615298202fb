// What the store's process keeps when it is killed: with a folder everything it confirmed, without one nothing.
// Read next: store.ts.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openEndpoint } from '../../impl/store/endpoint.ts'
import { type StoreOptions, StoreProcess } from './store.ts'

const ROWS = 50

/** Keys that are there after a SIGKILL that came with the last answer. */
async function keptThroughKill(options: StoreOptions): Promise<number> {
  const first = await StoreProcess.start(['ttt'], options)
  const client = openEndpoint({ endpoint: first.url }, {}).connect()
  for (let n = 0; n < ROWS; n++)
    await client.putItem({ TableName: 'ttt', Item: { pk: { S: `S${n}` }, version: { N: '1' }, value: { S: 'v' } } })
  await first.kill()
  client.destroy()
  const second = await StoreProcess.start(['ttt'], options)
  const { size } = await second.rows('ttt')
  await second.stop()
  return size
}

test.concurrent('in a folder all that it confirmed', async () => {
  const path = mkdtempSync(join(tmpdir(), 'sinkproof-store-'))
  expect(await keptThroughKill({ path })).toBe(ROWS)
  rmSync(path, { recursive: true })
})

test.concurrent('in memory nothing', async () => {
  expect(await keptThroughKill({})).toBe(0)
})
