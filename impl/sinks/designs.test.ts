// What each design has in the table and in the checkpoint after every call of its life, through the gate, where nothing
// is written or answered unless the test says so. On the memory store and on dynalite under the real SDK client.
// The expectations are DESIGN section 5 in a table: a row that differs from its design's sentence is a bug in one of them.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../model/pipeline/ids.ts'
import { EmbeddedHost } from '../runtime/embeddedHost.ts'
import type { OperatorStateSnapshot } from '../runtime/operatorState.ts'
import { VirtualProcessingTime } from '../runtime/processingTime.ts'
import type { Restored } from '../runtime/sinkHost.ts'
import { type Bench, LEVELS } from '../store/gateLevels.fixture.ts'
import { SINK_DESIGNS, sinkDesignNamed } from './designs.ts'
import type { SinkRecord } from './interfaces.ts'

const TABLE = 'ttt'
const record = (key: string, version = 1): SinkRecord => ({ key, version, id: `${key}${version}`, value: 'v' })
const [A, B, C, D] = ['a', 'b', 'c', 'd'].map((key) => record(key)) as [SinkRecord, SinkRecord, SinkRecord, SinkRecord]

/** A sink of a design in a host; each of its requests waits at the gate of `bench`. */
function sink(bench: Bench, design: string, restored: Restored | null = null, attempt = 0) {
  const time = new VirtualProcessingTime({ nowMs: 0 })
  const label = (closing: boolean) => `${design}@${attempt}${closing ? '!close' : ''}`
  const warnings: string[] = []
  const host = new EmbeddedHost({
    sink: sinkDesignNamed(design).create({ table: TABLE, batchLimit: 4, backoff: { baseMs: 10, maxMs: 40 } }),
    subtask: 0,
    parallelism: 1,
    attempt,
    runId: 1,
    time,
    random: () => 0,
    logger: { info: () => {}, warn: (message) => void warnings.push(message) },
    client: (closing) => bench.client(label(closing)),
    cutOff: (closing) => bench.gate.cutOff(label(closing)),
  })
  /** Applies and answers until nothing waits at the gate; a call that needs the store is through then. */
  const through = async <T>(call: T | Promise<T>): Promise<T> => {
    // Whoever waits sees it fail below; until then nobody does.
    Promise.resolve(call).catch(() => {})
    for (await bench.settle(); bench.gate.requests.length > 0; await bench.settle()) {
      const [request] = bench.gate.requests
      if (request === undefined) break
      await bench.gate.apply(request, { kind: 'ok' })
      bench.gate.respond(request)
    }
    return call
  }
  return { host, time, through, warnings, opened: through(host.open(restored)) }
}

const table = async (bench: Bench) => (await bench.store.snapshot(TABLE)).map((item) => item.id?.S ?? '').sort()
const inState = (state: OperatorStateSnapshot) =>
  Object.entries(state).flatMap(([name, { elements }]) =>
    elements
      .flatMap((element) => (element as { records?: readonly SinkRecord[] }).records ?? [element as SinkRecord])
      .map(({ id }) => `${name} ${id}`),
  )

interface Row {
  /** In the table after two writes. */
  readonly written: readonly string[]
  /** The buffer timer is armed then. */
  readonly armed: boolean
  /** The snapshot settles while the store is still silent. */
  readonly snapshotWaits: boolean
  readonly state: readonly string[]
  /** In the table when the checkpoint's requests are answered, when it was notified, when the input has ended. */
  readonly checkpointed: readonly string[]
  readonly notified: readonly string[]
  readonly finished: readonly string[]
  /** Written by close() after a failover of a sink that holds one record. */
  readonly closed: readonly string[]
  /** Timers armed when the input has ended: Flink's writer disarms none. */
  readonly timersLeft: number
}

const AB = ['a1', 'b1']
const ABC = ['a1', 'b1', 'c1']
const buffering: Row = {
  written: [],
  armed: true,
  snapshotWaits: false,
  state: [],
  checkpointed: [],
  notified: [],
  finished: ABC,
  closed: [],
  timersLeft: 0,
}
const asynchronous: Row = {
  ...buffering,
  state: ['writer_raw_states a1', 'writer_raw_states b1'],
  timersLeft: 1,
}
const ROWS: Readonly<Record<string, Row>> = {
  writeThrough: { ...buffering, written: AB, armed: false, checkpointed: AB, notified: AB, closed: ['d1'] },
  hashSetTransient: buffering,
  hashSetCloseWrites: { ...buffering, closed: ['d1'] },
  hashSetFinishDrops: { ...buffering, finished: [] },
  listStateBuffer: { ...buffering, state: ['buffered-records a1', 'buffered-records b1'] },
  flushOnSnapshot: { ...buffering, snapshotWaits: true, checkpointed: AB, notified: AB },
  flushOnSnapshotKeyed: { ...buffering, snapshotWaits: true, checkpointed: AB, notified: AB },
  flushNotAwaited: { ...buffering, checkpointed: AB, notified: AB },
  flushOnNotify: { ...buffering, armed: false, notified: AB },
  asyncSink: asynchronous,
  asyncSinkLastInBatch: asynchronous,
  asyncSinkByVersion: asynchronous,
  orderedAsync: asynchronous,
  // One record a request: none waits for a batch.
  fenced: { ...asynchronous, written: AB, state: [], checkpointed: AB, notified: AB, closed: ['d1'] },
  // What has come since is staged, and is published with the checkpoint that follows the end of the input.
  staged: {
    ...buffering,
    armed: false,
    snapshotWaits: true,
    state: ['unpublished-epochs a1', 'unpublished-epochs b1'],
    notified: AB,
    finished: AB,
  },
}

async function life(bench: Bench, design: string): Promise<Row> {
  const { host, through, opened } = sink(bench, design)
  await opened
  for (const each of [A, B]) await through(host.write(each))
  const written = await table(bench)
  const armed = host.timers > 0

  let waits = true
  const taken = Promise.resolve(host.checkpoint(checkpointId(1))).finally(() => {
    waits = false
  })
  await bench.settle()
  const snapshotWaits = waits
  expect(await table(bench), 'nothing is written that the gate has not let through').toEqual(written)
  const state = await through(taken)
  const checkpointed = await table(bench)
  await through(host.notify(checkpointId(1)))
  const notified = await table(bench)
  await through(host.write(C))
  await through(host.endInput())
  const finished = await table(bench)
  expect([host.failure, host.insight()?.buffered, host.insight()?.writing]).toEqual([null, [], []])
  const timersLeft = host.timers

  const failing = sink(bench, design, null, 1)
  await failing.opened
  await failing.through(failing.host.write(D))
  failing.host.crash('failover')
  await failing.through(failing.host.close())
  expect(failing.host.insight()).toMatchObject({ buffered: [], writing: [], backoffLevel: 0 })
  const closed = (await table(bench)).filter((id) => id === 'd1')
  return { written, armed, snapshotWaits, state: inState(state), checkpointed, notified, finished, closed, timersLeft }
}

describe.each(LEVELS.filter(({ name }) => name === 'memory, no SDK' || name === 'dynalite under the SDK'))(
  'on $name',
  ({ make }) => {
    it.each(Object.entries(ROWS))('%s is what its design says, call by call', async (design, row) => {
      expect(await life(await make(), design)).toEqual(row)
    })
  },
)

const memory = () => (LEVELS[0] as (typeof LEVELS)[number]).make()

it('there is a row for every design, and a design for every row of the model', () => {
  expect(SINK_DESIGNS.map(({ name }) => name)).toEqual(Object.keys(ROWS))
  expect(() => sinkDesignNamed('flushSometimes')).toThrow(/no sink design "flushSometimes"; there are writeThrough, /)
})

describe('a death', () => {
  it.each(Object.keys(ROWS))(
    'of %s writes nothing more: what was sent is a zombie, close() is not called',
    async (design) => {
      const bench = await memory()
      const { host, time, opened } = sink(bench, design)
      await opened
      void host.write(A)
      await bench.settle()
      const sent = bench.gate.requests.length
      host.crash('death')
      expect([bench.gate.requests.length, bench.gate.zombies.length, time.timers]).toEqual([0, sent, 0])
      expect(await table(bench)).toEqual([])
    },
  )
})

describe('a restore', () => {
  const restored = (state: OperatorStateSnapshot): Restored => ({ checkpointId: checkpointId(1), state })

  it.each(Object.keys(ROWS))('of %s gives back what the snapshot kept, with a timer that writes it', async (design) => {
    const bench = await memory()
    const before = sink(bench, design)
    await before.opened
    void before.host.write(A)
    await bench.settle()
    // A design that waits for its write in invoke has not come to a snapshot yet.
    if (design === 'writeThrough') return expect(bench.gate.requests).toHaveLength(1)
    const state = await before.through(before.host.checkpoint(checkpointId(1)))
    before.host.crash('death')
    const writtenBefore = await table(bench)
    const after = sink(bench, design, restored(state), 1)
    await after.opened
    // Its checkpoint is complete: open() publishes what is staged.
    if (design === 'staged')
      return expect([writtenBefore, await table(bench), after.host.timers]).toEqual([[], ['a1'], 0])
    const kept = ROWS[design]?.state.length === 0 ? [] : ['a1']
    expect(after.host.insight()?.buffered.map(({ id }) => id)).toEqual(kept)
    expect(after.host.timers).toBe(kept.length)
    if (kept.length > 0) await after.through(after.host.fireTimer())
    expect(await table(bench)).toEqual([...writtenBefore, ...kept])
  })

  it('of listStateBuffer puts what was restored before what comes, and the next snapshot holds both once', async () => {
    const bench = await memory()
    const before = sink(bench, 'listStateBuffer')
    await before.opened
    void before.host.write(A)
    const first = await before.through(before.host.checkpoint(checkpointId(1)))
    const after = sink(bench, 'listStateBuffer', restored(first), 1)
    await after.opened
    void after.host.write(B)
    const second = await after.through(after.host.checkpoint(checkpointId(2)))
    expect(inState(second)).toEqual(['buffered-records a1', 'buffered-records b1'])
    // The snapshot is a copy: a flush after it takes nothing out of it.
    await after.through(after.host.fireTimer())
    expect([inState(second).length, await table(bench)]).toEqual([2, AB])
    expect(inState(await after.through(after.host.checkpoint(checkpointId(3))))).toEqual([])
  })
})

describe('a refusal', () => {
  it.each([
    ['unprocessed items', { kind: 'unprocessed', items: [1] }, ['b1']],
    ['throttling', { kind: 'refused' }, AB],
    ['a server error', { kind: 'refused', error: 'InternalServerError' }, AB],
    ['a torn batch', { kind: 'torn', applied: [0] }, AB],
  ] as const)(
    'of a flush at the snapshot by %s keeps it waiting until the store has all',
    async (_, outcome, again) => {
      const bench = await memory()
      const { host, through, opened } = sink(bench, 'flushOnSnapshot')
      await opened
      for (const each of [A, B]) void host.write(each)
      let settled = false
      const taken = Promise.resolve(host.checkpoint(checkpointId(1))).finally(() => {
        settled = true
      })
      await bench.settle()
      const [request] = bench.gate.requests
      if (request === undefined) throw new Error('expected a request')
      await bench.gate.apply(request, outcome)
      bench.gate.respond(request)
      await bench.settle()
      // Asleep on the processing time: no request until it is woken, and nobody else wakes it.
      expect([settled, bench.gate.requests.length, host.sleeps]).toEqual([false, 0, 1])
      host.wake()
      await bench.settle()
      expect(bench.gate.requests[0]?.items.map((item) => item.attributes.id?.S)).toEqual(again)
      await through(taken)
      expect([settled, await table(bench)]).toEqual([true, AB])
    },
  )

  it.each(['flushOnSnapshot', 'flushNotAwaited'])(
    'of %s that no retry can mend fails the task with its records named',
    async (design) => {
      const bench = await memory()
      const { host, through, opened } = sink(bench, design)
      await opened
      // More than 2,048 bytes of key: the store is the one to say so.
      void host.write({ ...A, key: 'k'.repeat(2_049) })
      void host.write(B)
      const [taken] = await Promise.allSettled([through(host.checkpoint(checkpointId(1)))])
      await bench.settle()
      const failure = taken?.status === 'rejected' ? (taken.reason as Error) : host.failure
      expect(failure?.message).toMatch(/^ValidationException: .*a1 \(key "k+"\), b1 \(key "b"\)/)
      expect(taken?.status).toBe(design === 'flushOnSnapshot' ? 'rejected' : 'fulfilled')
      expect(await table(bench)).toEqual([])
    },
  )

  it('of what close() writes is not retried, and said in the log', async () => {
    const bench = await memory()
    const { host, warnings, time, opened } = sink(bench, 'hashSetCloseWrites')
    await opened
    void host.write(A)
    host.crash('failover')
    const closed = host.close()
    await bench.settle()
    const [request] = bench.gate.requests
    if (request === undefined) throw new Error('expected a request')
    await bench.gate.apply(request, { kind: 'refused' })
    bench.gate.respond(request)
    await closed
    expect([warnings.length, time.sleeps, host.insight()?.buffered]).toEqual([1, 0, []])
  })
})

it('versions of one key leave in order, in a request each', async () => {
  const bench = await memory()
  const { host, through, opened } = sink(bench, 'flushOnSnapshot')
  await opened
  for (const version of [1, 2]) void host.write(record('a', version))
  await through(host.checkpoint(checkpointId(1)))
  expect(bench.gate.history.map(({ attributes }) => attributes.id?.S)).toEqual(['a1', 'a2'])
})
