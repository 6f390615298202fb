// D9 through the gate, on the memory store and on dynalite, with and without the real SDK client: what is visible when,
// what a crash between any two requests leaves, and what a restored sink makes of it, with zombies and stale epochs.
// Read next: stagedSink.ts.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../../model/pipeline/ids.ts'
import { type OperatorStateSnapshot, redistribute } from '../../runtime/operatorState.ts'
import { type Bench, LEVELS } from '../../store/gateLevels.fixture.ts'
import { GateHost, type Place, record, rows, STAGING, TABLE } from '../gateHost.fixture.ts'
import { UPSERT } from '../workloads.ts'
import { perItem } from './perItem.ts'
import { STAGED, stagingTableOf } from './staged.ts'
import { StagedSink, type StagedSinkOptions } from './stagedSink.ts'

const OPTIONS: StagedSinkOptions = {
  table: TABLE,
  stagingTable: STAGING,
  batchLimit: 3,
  maxInFlightRequests: 2,
  backoff: { baseMs: 10, maxMs: 40 },
  publisher: perItem,
  workload: UPSERT,
}

class StagedHost extends GateHost {
  readonly sink: StagedSink

  constructor(bench: Bench, place: Place = {}) {
    const sink = new StagedSink(OPTIONS)
    super(bench, sink, place)
    this.sink = sink
  }

  checkpoint(id: number): Promise<OperatorStateSnapshot> {
    return this.through(this.host.checkpoint(checkpointId(id)))
  }

  notify(id: number): Promise<void> {
    return this.through(this.host.notify(checkpointId(id)))
  }

  restore(id: number, state: OperatorStateSnapshot): Promise<void> {
    return this.open({ checkpointId: checkpointId(id), state })
  }
}

const started = async (bench: Bench, place: Place = {}) => {
  const host = new StagedHost(bench, place)
  await host.open()
  return host
}

const gone = (key: string, version: number) => record(key, version, { op: 'delete', value: '' })
const staged = async (bench: Bench) => (await bench.store.snapshot(STAGING)).map(({ pk, id }) => `${pk?.S} ${id?.S}`)

describe.each(LEVELS)('staged on $name', ({ make }) => {
  it('shows nothing before its checkpoint is complete, all of it after, and leaves nothing staged', async () => {
    const bench = await make()
    const host = await started(bench)
    await host.write(record('a', 1), record('b', 1), record('a', 2), record('c', 1))
    expect(await staged(bench)).toEqual(['1/0/1/0/0 a1', '1/0/1/0/1 b1', '1/0/1/0/2 a2'])
    const state = await host.checkpoint(1)
    expect(await staged(bench)).toHaveLength(4)
    expect(state).toEqual({
      'unpublished-epochs': {
        mode: 'UNION',
        elements: [
          {
            run: 1,
            attempt: 0,
            subtask: 0,
            epoch: 1,
            checkpointId: 1,
            records: ['a1', 'b1', 'a2', 'c1'].map((id) => ({ key: id[0], version: Number(id[1]), id })),
          },
        ],
      },
    })
    expect(await rows(bench)).toEqual([])
    await host.notify(1)
    expect(await rows(bench)).toEqual(['a 2 v', 'b 1 v', 'c 1 v'])
    expect(await staged(bench)).toEqual([])
    expect(await host.checkpoint(2)).toMatchObject({ 'unpublished-epochs': { elements: [] } })
  })

  it('an aborted checkpoint keeps its epoch: it goes with the next, and one notification stands for those before', async () => {
    const bench = await make()
    const host = await started(bench)
    await host.write(record('a', 1))
    await host.checkpoint(1)
    await host.through(host.host.abort(checkpointId(1)))
    await host.write(record('b', 1))
    await host.checkpoint(2)
    await host.write(record('c', 1))
    await host.checkpoint(3)
    expect(await rows(bench)).toEqual([])
    await host.notify(2)
    expect(await rows(bench)).toEqual(['a 1 v', 'b 1 v'])
    await host.notify(3)
    expect(await rows(bench)).toEqual(['a 1 v', 'b 1 v', 'c 1 v'])
  })

  it('a restored sink publishes what its checkpoint holds, and discards what a dead attempt staged after it', async () => {
    const bench = await make()
    const first = await started(bench)
    await first.write(record('a', 1))
    const state = await first.checkpoint(1)
    await first.write(record('a', 2), record('b', 1), record('c', 1))
    first.die()
    const second = new StagedHost(bench, { attempt: 1 })
    await second.restore(1, state)
    expect(await rows(bench)).toEqual(['a 1 v'])
    expect(await staged(bench)).toEqual([])
    await second.write(record('a', 2))
    await second.checkpoint(2)
    await second.notify(2)
    expect(await rows(bench)).toEqual(['a 2 v'])
  })

  it('a delete is a tombstone in the table, and a zombie of its dead attempt does not bring the value back', async () => {
    const bench = await make()
    const first = await started(bench)
    await first.write(record('a', 1))
    const state = await first.checkpoint(1)
    void first.host.notify(checkpointId(1))
    await bench.settle()
    await first.answer()
    expect(first.waiting).toEqual(['PutItem a1 sent'])
    first.die()
    const second = new StagedHost(bench, { attempt: 1 })
    await second.restore(1, state)
    await second.write(gone('a', 2))
    await second.checkpoint(2)
    await second.notify(2)
    await bench.gate.applyZombie(bench.gate.zombies[0] ?? expect.unreachable())
    expect(await rows(bench)).toEqual(['a 2 deleted'])
  })

  it('goes on after refusals, unprocessed rows and lost answers', async () => {
    const bench = await make()
    const host = await started(bench)
    await host.write(record('a', 1), record('b', 1))
    const written = host.host.write(record('c', 1))
    await host.answer({ kind: 'unprocessed', items: [0, 2] })
    host.host.wake()
    await host.answer({ kind: 'torn', applied: [0] })
    host.host.wake()
    await host.through(written)
    expect(await staged(bench)).toHaveLength(3)
    await host.checkpoint(1)
    const told = host.host.notify(checkpointId(1))
    for (let i = 0; i < 4; i++) {
      await bench.settle()
      while (bench.gate.requests.length === 0 && host.host.sleeps > 0) {
        host.host.wake()
        await bench.settle()
      }
      const [request] = bench.gate.requests
      await bench.gate.apply(request ?? expect.unreachable(), i % 2 ? { kind: 'refused' } : { kind: 'ok' })
      if (i % 2) bench.gate.respond(request ?? expect.unreachable())
      else bench.gate.loseResponse(request ?? expect.unreachable())
    }
    await host.through(told)
    expect(await rows(bench)).toEqual(['a 1 v', 'b 1 v', 'c 1 v'])
    expect(bench.gate.history.filter(({ table, changed }) => table === TABLE && changed)).toHaveLength(3)
  })

  it('with another parallelism each epoch is published by one subtask, and none is taken for stale by another', async () => {
    const bench = await make()
    const states: OperatorStateSnapshot[] = []
    for (const subtask of [0, 1, 2]) {
      const host = await started(bench, { subtask, parallelism: 3 })
      await host.write(record(`k${subtask}`, 1))
      states.push(await host.checkpoint(1))
      await host.write(record(`k${subtask}`, 2), record('x', 1), record('y', 1))
      host.die()
    }
    const [left, right] = redistribute(states, 2)
    const second = [0, 1].map((subtask) => new StagedHost(bench, { attempt: 1, subtask, parallelism: 2 }))
    await second[1]?.restore(1, right ?? {})
    expect(await rows(bench)).toEqual(['k1 1 v'])
    expect(await staged(bench)).toHaveLength(2 + 3 + 3)
    await second[0]?.restore(1, left ?? {})
    expect(await rows(bench)).toEqual(['k0 1 v', 'k1 1 v', 'k2 1 v'])
    expect(await staged(bench)).toEqual([])
  })

  it('a staged row that is in no table is an error with the record named, not a silent loss', async () => {
    const bench = await make()
    const first = await started(bench)
    await first.write(record('a', 1))
    const state = await first.checkpoint(1)
    first.die()
    await bench.store.reset()
    await expect(new StagedHost(bench, { attempt: 1 }).restore(1, state)).rejects.toThrow(
      'record a1 (key "a", version 1): expected it staged as 1/0/1/0/0 or in the table already, it is in neither',
    )
  })

  it('two records of one key and version fail the task when they are published', async () => {
    const bench = await make()
    const host = await started(bench)
    await host.write(record('a', 1), record('a', 1, { id: 'twin', value: 'other' }))
    await host.checkpoint(1)
    await expect(host.notify(1)).rejects.toThrow('record twin (key "a", version 1): expected one content')
  })
})

/** A life with three epochs; `upTo` requests are applied and answered, the next one is applied or not, then it dies. */
async function lifeWithDeath(bench: Bench, upTo: number, lastIsApplied: boolean) {
  const host = new StagedHost(bench)
  const life = { restorable: 0, state: {} as OperatorStateSnapshot, taken: 0, requests: 0, died: false }
  const until = async (call: unknown): Promise<boolean> => {
    let settled = !(call instanceof Promise)
    if (call instanceof Promise)
      call.then(
        () => {
          settled = true
        },
        () => {},
      )
    for (await bench.settle(); !settled; await bench.settle()) {
      const [request] = bench.gate.requests
      if (request === undefined) throw new Error('expected a request to go on with')
      if (life.requests++ === upTo) {
        if (lastIsApplied) await bench.gate.apply(request, { kind: 'ok' })
        return false
      }
      await host.answer()
    }
    return true
  }
  const calls: readonly (() => Promise<boolean>)[] = [
    () => until(host.host.open(null)),
    ...[record('a', 1), record('b', 1), record('a', 2), record('c', 1)].map(
      (each) => () => until(host.host.write(each)),
    ),
    () => snapshot(1, 4),
    () => until(host.host.notify(checkpointId(1))),
    ...[record('b', 2), gone('c', 2)].map((each) => () => until(host.host.write(each))),
    () => snapshot(2, 6),
    ...[record('a', 3)].map((each) => () => until(host.host.write(each))),
    () => snapshot(3, 7),
    () => until(host.host.notify(checkpointId(3))),
  ]
  const snapshot = async (id: number, taken: number) => {
    const call = Promise.resolve(host.host.checkpoint(checkpointId(id)))
    if (!(await until(call))) return false
    Object.assign(life, { restorable: id, state: await call, taken })
    return true
  }
  for (const call of calls) if (!life.died) life.died = !(await call())
  host.die()
  return life
}

const INPUT = [
  record('a', 1),
  record('b', 1),
  record('a', 2),
  record('c', 1),
  record('b', 2),
  gone('c', 2),
  record('a', 3),
]

describe.each(LEVELS.filter(({ name }) => name !== 'memory under the SDK'))('a death on $name', ({ name, make }) => {
  it('between any two requests, then a restore and a late zombie, ends with the right table', async () => {
    const { requests } = await lifeWithDeath(await make(), Number.POSITIVE_INFINITY, true)
    expect(requests).toBeGreaterThan(15)
    // Every place on the memory store; every third one where a life takes longer.
    const every = name === 'memory, no SDK' ? 1 : 3
    for (let upTo = 0; upTo < requests; upTo += every) {
      for (const lastIsApplied of [false, true]) {
        const bench = await make()
        const life = await lifeWithDeath(bench, upTo, lastIsApplied)
        expect(life.died).toBe(true)
        const second = new StagedHost(bench, { attempt: 1 })
        if (life.restorable === 0) await second.open()
        else await second.restore(life.restorable, life.state)
        const cut = new Set(INPUT.slice(0, life.taken).map(({ id }) => id))
        for (const item of await bench.store.snapshot(TABLE)) expect(cut).toContain(item.id?.S)
        for (const zombie of [...bench.gate.zombies]) await bench.gate.applyZombie(zombie)
        await second.write(...INPUT.slice(life.taken))
        await second.checkpoint(9)
        await second.notify(9)
        expect(await rows(bench), `death at request ${upTo}`).toEqual(['a 3 v', 'b 2 v', 'c 2 deleted'])
      }
    }
  })
})

it('refuses settings that cannot work, and names its staging table after the table', () => {
  expect(() => new StagedSink({ ...OPTIONS, batchLimit: 26 })).toThrow('batchLimit: expected 1 to 25, got 26')
  expect(() => new StagedSink({ ...OPTIONS, maxInFlightRequests: 0 })).toThrow('maxInFlightRequests: expected')
  expect(() => new StagedSink({ ...OPTIONS, stagingTable: TABLE })).toThrow('expected another table than ttt')
  expect(stagingTableOf('orders')).toBe('orders.staged')
  expect(STAGED.create({ table: 'orders' })).toBeInstanceOf(StagedSink)
})
