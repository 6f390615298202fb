// What can be wrong around a run: the store, the table, the checkpoint folder, the input since the last checkpoint.
// One line, exit code 2; and when it is put right, the run goes on and the table is exactly right.
// Read next: badInput.test.ts.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { FolderLock } from '../../impl/runtime/folderLock.ts'
import { type Printed, RunFixture } from './run.fixture.ts'

/** What the file system says to the next write of a name. */
const disk = vi.hoisted(() => ({ code: null as string | null, name: /^$/ }))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const refused = (path: unknown) => {
    if (disk.code === null || !disk.name.test(String(path))) return
    throw Object.assign(new Error(`${disk.code}: refused by the test`), { code: disk.code })
  }
  return {
    ...real,
    open: async (...given: Parameters<typeof real.open>) => {
      if (given[1] === 'wx') refused(given[0])
      return real.open(...given)
    },
    writeFile: async (...given: Parameters<typeof real.writeFile>) => {
      refused(given[0])
      return real.writeFile(...given)
    },
  }
})

let fixture: RunFixture
beforeAll(async () => {
  fixture = await RunFixture.start()
})
beforeEach(() => {
  disk.code = null
})
afterEach(async () => {
  vi.restoreAllMocks()
  await fixture.server.store.reset()
})
afterAll(() => fixture.stop())

const ROWS = 300
const line = (n: number) => `S${n % 70},${n},${n * 2}\n`
const content = (rows: number) => `symbol,day,price\n${Array.from({ length: rows }, (_, n) => line(n + 1)).join('')}`
const expected = (rows: number) =>
  Object.fromEntries(
    Array.from({ length: rows }, (_, n) => n + 1).map((n) => [
      `S${n % 70}`,
      { symbol: `S${n % 70}`, day: `${n}`, price: `${n * 2}` },
    ]),
  )

const refusal = ({ code, out, err }: Printed, says: RegExp) => {
  expect(err.at(-1)).toMatch(says)
  expect({ code, out }).toEqual({ code: 2, out: [] })
  expect(err.join('')).not.toMatch(/\n| {4}at /)
}

describe('the store', () => {
  test('that nobody answers for', async () => {
    const printed = await fixture.run({ input: fixture.file('p.csv', content(1)), endpoint: 'http://127.0.0.1:1' })
    refusal(printed, /cannot reach http:\/\/127\.0\.0\.1:1 \(us-east-1\): connect ECONNREFUSED/)
    expect(printed.err).toHaveLength(1)
  })

  test('that is no DynamoDB', async () => {
    const page = createServer((_, response) => response.end('<html>hello</html>'))
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve))
    const endpoint = `http://127.0.0.1:${(page.address() as AddressInfo).port}`
    refusal(
      await fixture.run({ input: fixture.file('p.csv', content(1)), endpoint }),
      /answers, but not as DynamoDB does/,
    )
    page.close()
  })

  test('that makes no table for an input it cannot use', async () => {
    const flags = { input: fixture.file('p.csv', 'symbol,day\nA,x\n'), table: 'unmade', 'create-table': true } as const
    refusal(await fixture.run(flags), /expected an integer/)
    refusal(await fixture.run({ ...flags, 'create-table': undefined }), /there is no table "unmade"/)
  })

  test('without the table, and with --create-table', async () => {
    const flags = { input: fixture.file('p.csv', content(ROWS)), table: 'nothing' }
    const missing = await fixture.run(flags)
    refusal(missing, /there is no table "nothing" at http:.*: --create-table makes it/)
    expect(await fixture.run({ ...flags, 'create-table': true })).toMatchObject({ code: 0, err: [] })
    expect(await fixture.rows('nothing')).toEqual(expected(ROWS))
  })

  test.each([
    {
      table: 'sorted',
      hash: { name: 'pk', type: 'S' },
      range: { name: 'sk', type: 'S' },
      got: /pk \(S, HASH\) and sk \(S, RANGE\)/,
    },
    { table: 'numbers', hash: { name: 'pk', type: 'N' }, got: /got pk \(N, HASH\)/ },
    { table: 'named', hash: { name: 'id', type: 'S' }, got: /got id \(S, HASH\)/ },
  ] as const)('with a table of other keys: $table', async ({ table, got, ...shape }) => {
    await fixture.server.store.putTable({ name: table, ...shape })
    const printed = await fixture.run({ input: fixture.file('p.csv', content(1)), table })
    refusal(printed, got)
    expect(printed.err).toHaveLength(1)
  })
})

describe('the store in the middle of the run', () => {
  /** Answers the n-th BatchWriteItem with this error instead of writing. */
  const refuseAt = (n: number, status: number, type: string) => {
    const { store } = fixture.server
    const inject = store.inject.bind(store)
    let seen = 0
    return vi.spyOn(store, 'inject').mockImplementation(async (request) => {
      if (!request.headers['x-amz-target']?.endsWith('BatchWriteItem') || ++seen !== n) return inject(request)
      const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'by the test' })
      return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body }
    })
  }

  test('that refuses for good: one line names the records, and the next start goes on', async () => {
    const flags = {
      input: fixture.file('p.csv', content(ROWS)),
      checkpoints: fixture.fresh('c'),
      'checkpoint-every': '100',
    }
    const spy = refuseAt(7, 400, 'AccessDeniedException')
    const printed = await fixture.run(flags)
    refusal(
      printed,
      /^sinkproof run: AccessDeniedException: by the test \(records 0\/\d+ \(key "S\d+"\), .*\)\. The run has ended; the next start goes on from the newest checkpoint$/,
    )
    expect(printed.err).toHaveLength(1)
    spy.mockRestore()
    expect((await fixture.run(flags)).code).toBe(0)
    expect(await fixture.rows()).toEqual(expected(ROWS))
  })

  test.each([
    [400, 'ProvisionedThroughputExceededException'],
    [500, 'InternalServerError'],
  ])('that refuses for a moment (%i %s): it tries again', async (status, type) => {
    refuseAt(2, status, type)
    const { code, out } = await fixture.run({ input: fixture.file('p.csv', content(ROWS)), json: true })
    expect({ code, retries: JSON.parse(out[0] as string).retries }).toEqual({ code: 0, retries: 1 })
    expect(await fixture.rows()).toEqual(expected(ROWS))
  })
})

describe('the checkpoint folder', () => {
  let checkpoints: string
  let input: string
  const flags = () => ({ input, checkpoints, 'checkpoint-every': '100' })
  beforeEach(async () => {
    input = fixture.file('p.csv', content(200))
    checkpoints = fixture.fresh('checkpoints')
    expect((await fixture.run(flags())).code).toBe(0)
    writeFileSync(input, content(ROWS))
  })
  const newest = () =>
    join(
      checkpoints,
      readdirSync(checkpoints)
        .filter((name) => name.startsWith('chk-'))
        .sort()
        .at(-1) as string,
    )
  const works = async () => {
    expect(await fixture.run(flags())).toMatchObject({ code: 0, err: [] })
    expect(await fixture.rows()).toEqual(expected(ROWS))
  }

  test('with a torn checkpoint', async () => {
    const whole = readFileSync(newest())
    truncateSync(newest(), whole.length - 10)
    refusal(await fixture.run(flags()), /chk-\d\.json: damaged \(\w+\): .*an older one is never taken by itself/)
    writeFileSync(newest(), whole)
    await works()
  })

  test('with a torn checkpoint, where an older one is chosen: the torn one is kept aside, and nothing is lost', async () => {
    const [older = ''] = readdirSync(checkpoints)
      .filter((name) => name.startsWith('chk-'))
      .sort()
    truncateSync(newest(), 0)
    refusal(await fixture.run(flags()), /damaged \(truncated\)/)
    const restartFrom = /\d+/.exec(older)?.[0] ?? ''
    const { code, out, err } = await fixture.run({ ...flags(), 'restart-from': restartFrom, json: true })
    expect({ code, ...JSON.parse(out[0] as string) }).toMatchObject({ code: 0, restoredFrom: Number(restartFrom) })
    expect(err.join(' ')).toMatch(/chk-\d\.json is not restored from; it is kept as set-aside-run-\d-chk-\d\.json/)
    await works()
  })

  test('where a checkpoint is chosen that is not there', async () => {
    refusal(await fixture.run({ ...flags(), 'restart-from': '77' }), /chk-77\.json: damaged \(missing\)/)
    await works()
  })

  test('without the checkpoint that its manifest names', async () => {
    const [path, whole] = [newest(), readFileSync(newest())]
    rmSync(path)
    refusal(await fixture.run(flags()), /chk-\d\.json: damaged \(missing\)/)
    writeFileSync(path, whole)
    await works()
  })

  test.each([
    {
      what: 'design',
      changed: { design: 'listStateBuffer' },
      says: /of another job: design was "flushOnSnapshot" and is "listStateBuffer"/,
    },
    { what: 'key', changed: { key: 'day' }, says: /of another job: key was \["symbol"\] and is \["day"\]/ },
    { what: 'version', changed: { version: undefined, 'version-type': 'row' }, says: /of another job: version was/ },
  ])('of a job with another $what', async ({ changed, says }) => {
    refusal(await fixture.run({ ...flags(), ...changed }), says)
    await works()
  })

  test('that another live process holds', async () => {
    // A process that sleeps, and the lock as it would have written it.
    const other = spawn('sleep', ['60'])
    const lock = await FolderLock.acquire(checkpoints)
    const path = join(checkpoints, 'LOCK')
    const { pid: _, started: __, ...rest } = JSON.parse(readFileSync(path, 'utf8'))
    await lock.release()
    writeFileSync(path, JSON.stringify({ ...rest, pid: other.pid, started: null }))
    refusal(await fixture.run(flags()), new RegExp(`in use: by process ${other.pid}\\. Stop it first`))
    other.kill()
    await once(other, 'exit')
    expect((await fixture.run(flags())).code).toBe(0)
    expect(await fixture.rows()).toEqual(expected(ROWS))
  })

  test('that is read-only', async () => {
    disk.code = 'EROFS'
    disk.name = /LOCK/
    refusal(await fixture.run(flags()), /the file system is read-only \(EROFS\): name another folder/)
    disk.code = null
    await works()
  })

  test('that is full in the middle of the run', async () => {
    disk.code = 'ENOSPC'
    disk.name = /chk-5/
    writeFileSync(input, content(ROWS + 200))
    refusal(
      await fixture.run(flags()),
      /no space left \(ENOSPC\): free some; the last completed checkpoint is untouched/,
    )
    disk.code = null
    expect((await fixture.run(flags())).code).toBe(0)
    expect(await fixture.rows()).toEqual(expected(ROWS + 200))
  })

  test('that SINKPROOF_KILL says is full: as a full disk itself', async () => {
    writeFileSync(input, content(ROWS + 200))
    refusal(
      await fixture.run(flags(), { SINKPROOF_KILL: 'temporaryWritten:2:ENOSPC' }),
      /no space left \(ENOSPC\): free some; the last completed checkpoint is untouched/,
    )
    const again = await fixture.run(flags())
    expect([again.code, again.err.join(' ')]).toEqual([0, expect.stringMatching(/removed what a crash left behind/)])
    expect(await fixture.rows()).toEqual(expected(ROWS + 200))
  })

  test('that is a file', async () => {
    refusal(
      await fixture.run({ ...flags(), checkpoints: join(input, 'sub') }),
      /cannot make the folder: a part of the path is a file/,
    )
  })

  test('with the embedded store, whose table is gone', async () => {
    const embedded = { input, checkpoints: fixture.fresh('checkpoints'), endpoint: 'embedded' }
    const first = await fixture.run(embedded)
    expect(first.code).toBe(0)
    expect(first.err).toEqual([
      'sinkproof run: the embedded store is in memory: nothing is kept when this process ends',
    ])
    refusal(await fixture.run(embedded), /its checkpoints are of a table that was in memory and is gone/)
  })

  describe('whose input', () => {
    test.each([
      {
        what: 'has become shorter',
        now: content(150),
        says: /the input has changed since the checkpoint: it ends at byte \d+/,
      },
      {
        what: 'has other first bytes',
        now: content(ROWS).replace('S1,1,2\n', 'S1,1,9\n'),
        says: /has changed since the checkpoint: its first bytes differ/,
      },
      {
        what: 'has other rows before the position',
        now: content(ROWS).replace('S59,199,398\n', 'S59,199,399\n'),
        says: /has changed since the checkpoint: /,
      },
    ])('$what', async ({ now, says }) => {
      writeFileSync(input, now)
      refusal(await fixture.run(flags()), says)
      writeFileSync(input, content(ROWS))
      await works()
    })
  })

  test('that is there, empty and usable', async () => {
    mkdirSync(fixture.path('empty'))
    expect((await fixture.run({ ...flags(), checkpoints: fixture.path('empty') })).code).toBe(0)
  })
})

test('a table that was made anew since the checkpoint is not the one that holds the rows', async () => {
  const flags = {
    input: fixture.file('p.csv', content(ROWS)),
    checkpoints: fixture.fresh('c'),
    table: 'anew',
    'create-table': true,
  } as const
  expect((await fixture.run(flags)).code).toBe(0)
  await fixture.server.store.clear()
  await fixture.server.store.putTable({ name: 'prices' })
  refusal(await fixture.run(flags), /of another job: tableId was/)
})
