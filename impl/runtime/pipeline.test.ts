// The pipeline of production on a store that is a map: what it writes, where it stops, what ends it. No clock decides
// anything here: a log that waits for a row, or a store that waits for another request, takes the place of time.
// Read next: ../../properties/kill/kill.test.ts (the same in a process that is killed).
import { expect, test } from 'vitest'
import { sinkDesignNamed } from '../sinks/designs.ts'
import type { SinkRecord } from '../sinks/interfaces.ts'
import { onlyBatches } from '../store/onlyBatches.fixture.ts'
import type { SinkClient } from '../store/port.ts'
import { MemoryCheckpointStorage } from './checkpointStorage.ts'
import { subtaskOf } from './keyGroups.ts'
import { Pipeline, type PipelineOptions } from './pipeline.ts'
import type { ProvableLog } from './pipelineLog.ts'
import { StopWithSavepointStoppingError } from './stopWithSavepoint.ts'

/** A table that is a map. `before` is asked about each request: it may wait or throw. */
class Table {
  readonly rows = new Map<string, string>()
  readonly #before: (keys: readonly string[]) => void | Promise<void>

  constructor(before: (keys: readonly string[]) => void | Promise<void> = () => {}) {
    this.#before = before
  }

  readonly connect = (): SinkClient =>
    onlyBatches(async ({ RequestItems }) => {
      const items = (RequestItems?.t ?? []).map((request) => request.PutRequest?.Item ?? {})
      await this.#before(items.map(({ pk }) => String(pk?.S)))
      for (const { pk, version } of items) this.rows.set(String(pk?.S), String(version?.N))
      return {}
    })
}

const record = (n: number): SinkRecord => ({ key: `k${n}`, version: n, id: `0/${n - 1}`, value: '' })

/** Records 1 to `length`. `onRead` hears of each before it is handed out. */
class Numbers implements ProvableLog {
  readonly #length: number
  readonly #onRead: (n: number) => void | Promise<void>
  #at = 0

  constructor(length: number, onRead: (n: number) => void | Promise<void> = () => {}) {
    this.#length = length
    this.#onRead = onRead
  }

  async next(): Promise<SinkRecord | null> {
    if (this.#at === this.#length) return null
    await this.#onRead(this.#at + 1)
    return record(++this.#at)
  }

  position(): unknown {
    return { at: this.#at }
  }

  async prove(position: unknown): Promise<unknown> {
    return { ...(position as object), proven: true }
  }

  seek(offset: number, position: unknown): void {
    if (position !== null) expect(position).toEqual({ at: offset, proven: true })
    this.#at = offset
  }
}

const pipeline = (options: Partial<Omit<PipelineOptions, 'design'>> & { design?: string; log: ProvableLog }) =>
  Pipeline.create({
    table: 't',
    parallelism: 1,
    checkpointEvery: 1_000,
    flushIntervalMs: 2_000_000_000,
    storage: new MemoryCheckpointStorage(),
    connect: new Table().connect,
    runId: 1,
    fingerprint: 'numbers',
    logger: { info: () => {}, warn: () => {} },
    onEvent: () => {},
    onTrouble: () => {},
    ...options,
    design: sinkDesignNamed(options.design ?? 'flushOnSnapshot'),
  })

const keys = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `k${from + n}`)
const sorted = (table: Table) => [...table.rows.keys()].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))

const RIGHT = [
  'writeThrough',
  'hashSetTransient',
  'listStateBuffer',
  'flushOnSnapshot',
  'flushNotAwaited',
  'flushOnNotify',
]

test.each(RIGHT)('%s: without a fault every row is there at the end', async (design) => {
  const table = new Table()
  const running = await pipeline({
    design,
    log: new Numbers(437),
    connect: table.connect,
    parallelism: 3,
    checkpointEvery: 50,
  })
  expect(await running.run()).toEqual({ type: 'finished' })
  expect(sorted(table)).toEqual(keys(1, 437))
})

test('checkpoints cut the log exactly where they are due, and one after the end', async () => {
  const storage = new MemoryCheckpointStorage({ retained: 100 })
  await (await pipeline({ log: new Numbers(110), storage, checkpointEvery: 25 })).run()
  const offsets = storage.ids().map((id) => storage.load(id).sources[0]?.offset)
  expect(offsets).toEqual([25, 50, 75, 100, 110])
})

/** As measured on Flink: who has written what was buffered at the stop, and who has not. */
const STOPPED = [
  { mode: 'suspend', design: 'writeThrough', missing: [] },
  { mode: 'suspend', design: 'hashSetTransient', missing: keys(26, 40) },
  { mode: 'suspend', design: 'hashSetFinishDrops', missing: keys(26, 40) },
  { mode: 'suspend', design: 'hashSetCloseWrites', missing: [] },
  { mode: 'suspend', design: 'listStateBuffer', missing: [] },
  { mode: 'suspend', design: 'flushOnSnapshot', missing: [] },
  { mode: 'suspend', design: 'flushOnNotify', missing: [] },
  { mode: 'drain', design: 'writeThrough', missing: [] },
  { mode: 'drain', design: 'hashSetTransient', missing: [] },
  { mode: 'drain', design: 'hashSetFinishDrops', missing: keys(26, 40) },
  { mode: 'drain', design: 'hashSetCloseWrites', missing: [] },
  { mode: 'drain', design: 'listStateBuffer', missing: [] },
  { mode: 'drain', design: 'flushOnSnapshot', missing: [] },
  { mode: 'drain', design: 'flushOnNotify', missing: [] },
] as const

test.each(STOPPED)(
  '$design: stopped with a savepoint ($mode) after 40 records and started again, it misses $missing.length',
  async ({ mode, design, missing }) => {
    const [storage, table] = [new MemoryCheckpointStorage(), new Table()]
    let stop = () => {}
    const log = new Numbers(90, (n) => {
      if (n === 41) stop()
    })
    const first = await pipeline({ design, log, storage, connect: table.connect })
    stop = () => first.stop(mode)
    expect(await first.run()).toEqual({ type: 'stopped', savepoint: 1 })
    expect(storage.newest()).toMatchObject({ kind: 'savepoint', checkpointId: 1, sources: [{ offset: 40 }] })
    const second = await pipeline({ design, log: new Numbers(90), storage, connect: table.connect })
    expect(await second.run()).toEqual({ type: 'finished' })
    expect(second.job.restored?.checkpointId).toBe(1)
    expect(keys(1, 90).filter((key) => !table.rows.has(key))).toEqual(missing)
  },
)

test('a job that fails when it is told of its savepoint says that the savepoint is there, and goes on from it', async () => {
  const storage = new MemoryCheckpointStorage()
  let stop = () => {}
  const refusing = new Table(() => {
    throw Object.assign(new Error('no such attribute'), { name: 'ValidationException' })
  })
  const log = new Numbers(90, (n) => {
    if (n === 41) stop()
  })
  const first = await pipeline({ design: 'flushOnNotify', log, storage, connect: refusing.connect, parallelism: 2 })
  stop = () => first.stop()
  const failure = await first.run().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(StopWithSavepointStoppingError)
  expect(failure).toMatchObject({ savepoint: 1, cause: { name: 'FatalWriteError' } })
  expect((failure as Error).message).toMatch(/^savepoint 1 was created, but the job failed while it stopped: .*FAILED/)
  const table = new Table()
  const second = await pipeline({ design: 'flushOnNotify', log: new Numbers(90), storage, connect: table.connect })
  await second.run()
  // Had its buffer been in the savepoint, as that of a sink in two phases is, they would be committed now.
  expect([second.job.restored?.checkpointId, sorted(table)]).toEqual([1, keys(41, 90)])
})

test('a stop whose savepoint cannot be stored fails the run, and the next goes on from the checkpoint before', async () => {
  const [storage, table] = [new MemoryCheckpointStorage(), new Table()]
  let stop = () => {}
  const log = new Numbers(90, (n) => {
    if (n === 51) stop()
  })
  const first = await pipeline({ log, storage, connect: table.connect, checkpointEvery: 20 })
  stop = () => first.stop()
  const store = storage.store.bind(storage)
  storage.store = (checkpoint) => {
    if (checkpoint.kind === 'savepoint') throw new Error('the disk is full')
    store(checkpoint)
  }
  await expect(first.run()).rejects.toThrow('the disk is full')
  expect(first.job.stop?.outcome).toEqual({ type: 'rejected', reason: 'FINALIZE_CHECKPOINT_FAILURE' })
  expect(storage.newest()).toMatchObject({ kind: 'checkpoint', sources: [{ offset: 40 }] })
})

test('by an interval: a checkpoint while the log waits for it', async () => {
  let stored = () => {}
  const second = new Promise<void>((resolve) => {
    let left = 2
    stored = () => {
      left--
      if (left === 0) resolve()
    }
  })
  const table = new Table()
  const running = await pipeline({
    log: new Numbers(20, (n) => (n === 11 ? second : undefined)),
    checkpointEvery: null,
    checkpointIntervalMs: 1,
    minPauseMs: 1,
    connect: table.connect,
    onEvent: (event) => {
      if (event === 'stored') stored()
    },
  })
  await running.run()
  expect(sorted(table)).toEqual(keys(1, 20))
})

test('a stop that comes when all is read lets the job end', async () => {
  const table = new Table(() => running.stop())
  const running = await pipeline({ log: new Numbers(10), connect: table.connect })
  expect(await running.run()).toEqual({ type: 'finished' })
  expect(table.rows.size).toBe(10)
})

test('what the store refuses for good ends the run, names the record, and the next run goes on', async () => {
  const storage = new MemoryCheckpointStorage()
  const refusing = new Table((sent) => {
    if (sent.includes('k60')) throw Object.assign(new Error('no such attribute'), { name: 'ValidationException' })
  })
  const first = await pipeline({ log: new Numbers(100), storage, checkpointEvery: 30, connect: refusing.connect })
  await expect(first.run()).rejects.toThrow(/^ValidationException: no such attribute \(records .*0\/59 \(key "k60"\)/)
  const table = new Table()
  const second = await pipeline({ log: new Numbers(100), storage, checkpointEvery: 30, connect: table.connect })
  await second.run()
  expect(second.job.restored?.sources[0]?.offset).toBe(30)
  expect(sorted(table)).toEqual(keys(31, 100))
})

test('hashSetCloseWrites: after a failure close() writes what is buffered, through a client of its own', async () => {
  const table = new Table()
  const log = new Numbers(100, (n) => {
    if (n === 11) throw new Error('the log broke')
  })
  const running = await pipeline({ design: 'hashSetCloseWrites', log, connect: table.connect })
  await expect(running.run()).rejects.toThrow('the log broke')
  // Record 10 and those before it were handed over before 11 was asked for; the sink may have taken fewer.
  expect(sorted(table)).toEqual(keys(1, table.rows.size))
  expect(table.rows.size).toBeGreaterThan(0)
})

test('a background flush that fails fails the run', async () => {
  const table = new Table(() => {
    throw Object.assign(new Error('refused'), { name: 'ValidationException' })
  })
  const running = await pipeline({
    design: 'flushNotAwaited',
    log: new Numbers(60),
    checkpointEvery: 10,
    connect: table.connect,
  })
  await expect(running.run()).rejects.toThrow('ValidationException: refused')
})

test('storage that fails ends the run before anybody is notified', async () => {
  const storage = new MemoryCheckpointStorage()
  storage.store = () => {
    throw new Error('the disk is full')
  }
  const table = new Table()
  const running = await pipeline({
    design: 'flushOnNotify',
    log: new Numbers(60),
    checkpointEvery: 20,
    storage,
    connect: table.connect,
  })
  await expect(running.run()).rejects.toThrow('the disk is full')
  expect(table.rows.size).toBe(0)
})

test('a task that waits for its store holds up no other', async () => {
  let otherRequests = 0
  let others = () => {}
  const three = new Promise<void>((resolve) => {
    others = resolve
  })
  const table = new Table((sent) => {
    if (sent.some((key) => subtaskOf(key, 2) === 0)) return three
    otherRequests += 1
    if (otherRequests === 3) others()
  })
  const running = await pipeline({
    design: 'writeThrough',
    log: new Numbers(40),
    parallelism: 2,
    connect: table.connect,
  })
  await running.run()
  expect(sorted(table)).toEqual(keys(1, 40))
})

test('the buffer timer fires while the task is idle: the log waits for a row that only it can write', async () => {
  let written = () => {}
  const tenth = new Promise<void>((resolve) => {
    written = resolve
  })
  const table = new Table((sent) => {
    if (sent.includes('k10')) written()
  })
  const log = new Numbers(20, (n) => (n === 11 ? tenth : undefined))
  const running = await pipeline({ design: 'hashSetTransient', log, connect: table.connect, flushIntervalMs: 1 })
  await running.run()
  expect(sorted(table)).toEqual(keys(1, 20))
})

test('throttled, it tries again until all is written', async () => {
  let requests = 0
  const table = new Table(() => {
    requests += 1
    if (requests % 2 === 1) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' })
  })
  const heard: string[] = []
  const running = await pipeline({
    log: new Numbers(50),
    connect: table.connect,
    onTrouble: (error) => heard.push(error.message),
  })
  await running.run()
  expect(sorted(table)).toEqual(keys(1, 50))
  expect(heard).toEqual(['slow down', 'slow down'])
})
