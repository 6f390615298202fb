// `sinkproof run` as its user sees it: the summary, the help, Ctrl-C and going on, and readers that leave early.
// Read next: command.ts, ../../properties/kill/kill.test.ts.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { RunFixture } from './run.fixture.ts'

let fixture: RunFixture
beforeAll(async () => {
  fixture = await RunFixture.start()
})
afterEach(() => fixture.server.store.reset())
afterAll(() => fixture.stop())

const ROWS = 2_000
const content = `symbol,day,price\n${Array.from({ length: ROWS }, (_, n) => `S${n % 300},${n + 1},${n}\n`).join('')}`

test('the summary for people, and as JSON', async () => {
  const input = fixture.file('p.csv', content)
  const { out } = await fixture.run({ input })
  expect(out).toHaveLength(2)
  expect(out[0]).toBe(`${input} -> table prices at ${fixture.server.url} (us-east-1), flushOnSnapshot, parallelism 1`)
  expect(out[1]).toMatch(/^2,000 records in .* s, .*\/s; 2,000 rows written in 80 requests, 0 retries; \d checkpoints$/)
  const json = await fixture.run({ input, json: true, parallelism: '3' })
  expect(json.out).toHaveLength(1)
  expect(JSON.parse(json.out[0] as string)).toMatchObject({
    ended: 'finished',
    records: ROWS,
    total: ROWS,
    rows: ROWS,
    retries: 0,
    restoredFrom: null,
    design: 'flushOnSnapshot',
    parallelism: 3,
  })
})

test('the help names every flag and is no error', async () => {
  const { code, out, err } = await fixture.run({ help: true })
  expect({ code, err }).toEqual({ code: 0, err: [] })
  expect(out.join('\n')).toContain('--checkpoint-every N')
})

test('checkpoints by an interval leave the same rows', async () => {
  const input = fixture.file('p.csv', content)
  const { code, out } = await fixture.run({ input, 'checkpoint-interval': '1', 'min-pause': '1', json: true })
  expect([code, JSON.parse(out[0] as string)]).toMatchObject([0, { ended: 'finished', records: ROWS, rows: ROWS }])
  expect(Object.keys(await fixture.rows())).toHaveLength(300)
})

test.each([
  ['sdk', 'fast'],
  ['fast', 'sdk'],
  ['sdk-tuned', 'fast'],
])('started with --transport %s and again with %s: a checkpoint of either is read by the other', async (one, other) => {
  const input = fixture.file('p.csv', content.slice(0, content.indexOf('S200,1401')))
  const checkpoints = fixture.fresh('checkpoints')
  const flags = { input, checkpoints, design: 'listStateBuffer', 'checkpoint-every': '7', json: true } as const
  const first = await fixture.run({ ...flags, transport: one })
  writeFileSync(input, content)
  const second = await fixture.run({ ...flags, transport: other })
  expect([first.code, second.code]).toEqual([0, 0])
  expect(Object.keys(await fixture.rows())).toHaveLength(300)
})

test('a transport that there is not is refused', async () => {
  const { code, err } = await fixture.run({ input: fixture.file('p.csv', content), transport: 'carrier' })
  expect([code, err]).toEqual([
    2,
    [expect.stringContaining('--transport: expected sdk, sdk-tuned, fast, got "carrier"')],
  ])
})

test('started again with more rows and another parallelism it goes on', async () => {
  const input = fixture.file('p.csv', content.slice(0, content.indexOf('S200,1401')))
  const checkpoints = fixture.fresh('checkpoints')
  const first = await fixture.run({ input, checkpoints, json: true })
  writeFileSync(input, content)
  const second = await fixture.run({ input, checkpoints, parallelism: '4', json: true })
  const [before, after] = [first, second].map(({ out }) => JSON.parse(out[0] as string))
  expect(after).toMatchObject({ recordsBefore: 1_400, records: ROWS - before.records })
  expect(Object.keys(await fixture.rows())).toHaveLength(300)
})

describe('Ctrl-C', () => {
  test.each(['SIGINT', 'SIGTERM'])(
    '%s: a savepoint, exit code 0, and the same command goes on from it',
    async (signal) => {
      const flags = { input: fixture.file('p.csv', content), checkpoints: fixture.fresh('checkpoints') }
      // This process sends the signal to itself at the tenth answer.
      const stopped = await fixture.run(flags, { SINKPROOF_KILL: `answer:10:${signal}` })
      expect(stopped.code).toBe(0)
      expect(stopped.err).toEqual(['sinkproof run: stopping with a savepoint (Ctrl-C again ends at once)'])
      const [, place, savepoint] =
        /^stopped after record ([\d,]+) of 2,000 with savepoint (\d+); the same command goes on from there$/.exec(
          stopped.out.at(-1) ?? '',
        ) ?? []
      const went = await fixture.run(flags)
      expect(went.out.at(-1)).toBe(`went on from checkpoint ${savepoint}, after record ${place}`)
      const rows = await fixture.rows()
      expect(Object.keys(rows)).toHaveLength(300)
      expect(rows.S299).toEqual({ symbol: 'S299', day: '1800', price: '1799' })
      expect(rows.S199).toEqual({ symbol: 'S199', day: '2000', price: '1999' })
    },
  )

  test.each([
    ['drain', (records: number) => records],
    ['suspend', (records: number) => records - (records % 25)],
  ])('--stop %s: what the sink holds is finished, or goes with the process', async (stop, written) => {
    // Batches of 25, and a timer that never fires: the rest of a batch is in memory when the stop comes.
    const never = { design: 'hashSetTransient', 'flush-interval': '2000000000' }
    const flags = { ...never, input: fixture.file('p.csv', content), stop, json: true } as const
    const { out } = await fixture.run(flags, { SINKPROOF_KILL: 'answer:10:SIGINT' })
    const { ended, records, rows } = JSON.parse(out[0] as string)
    expect([ended, rows]).toEqual(['stopped', written(records)])
  })

  test('listeners of the process are as they were', async () => {
    const before = ['SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal))
    await fixture.run({ input: fixture.file('p.csv', content) })
    expect(['SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal))).toEqual(before)
  })
})

describe('a closed pipe', () => {
  const PROGRAM = fileURLToPath(new URL('./main.ts', import.meta.url))
  const start = (flags: Record<string, string>) =>
    spawn(process.execPath, ['--import', 'tsx', PROGRAM, ...fixture.arguments(flags)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const text = async (stream: AsyncIterable<unknown>) => {
    let all = ''
    for await (const chunk of stream) all += chunk
    return all
  }

  test('for results: everything is written, and a line and the exit code say that nobody heard', async () => {
    const child = start({ input: fixture.file('p.csv', content) })
    child.stdout.destroy()
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
    expect(err).toBe(
      'sinkproof run: the summary could not be delivered: stdout is closed (EPIPE). All is in the table\n',
    )
    expect(code).toBe(2)
    expect(Object.keys(await fixture.rows())).toHaveLength(300)
  })

  test('for progress and remarks: nobody misses them', async () => {
    const child = start({ input: fixture.file('p.csv', content), endpoint: 'embedded' })
    child.stderr.destroy()
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
    expect(out).toContain('2,000 rows written')
    expect(code).toBe(0)
  })
})
