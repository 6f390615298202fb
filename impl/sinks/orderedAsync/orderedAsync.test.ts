// D7 through the gate, on the memory store and on dynalite, with and without the real SDK client: requests of one key
// follow each other through refusals, timeouts and restores; other keys go on. And what it does not cure: a zombie.
// Read next: orderedAsync.ts.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../../model/pipeline/ids.ts'
import type { OperatorStateSnapshot } from '../../runtime/operatorState.ts'
import { type Bench, LEVELS } from '../../store/gateLevels.fixture.ts'
import { AsyncSink } from '../asyncSink/asyncSink.ts'
import { configurationOf } from '../asyncSink/settings.ts'
import { GateHost, type Place, record, rows, TABLE } from '../gateHost.fixture.ts'
import { ORDERED_ASYNC } from './orderedAsync.ts'

const SETTINGS = {
  table: TABLE,
  batchLimit: 2,
  maxInFlightRequests: 3,
  maxBufferedRequests: 8,
  requestTimeoutMs: 1_000,
}
const hosted = (bench: Bench, place: Place = {}) => new GateHost(bench, ORDERED_ASYNC.create(SETTINGS), place)

/** Two more clean answers than needed: the message limit then allows several requests at a time. */
async function warm(host: GateHost): Promise<void> {
  await host.open()
  await host.write(record('x'), record('y'))
}

/** Writes without waiting for the store; a call that blocks is left to the test. */
async function send(bench: Bench, host: GateHost, ...records: ReturnType<typeof record>[]): Promise<void> {
  for (const each of records) void host.host.write(each)
  await bench.settle()
}

describe.each(LEVELS)('orderedAsync on $name', ({ make }) => {
  it('holds back a key that is in flight, and sends others past it', async () => {
    const bench = await make()
    const host = hosted(bench)
    await warm(host)
    await send(bench, host, record('a', 1), record('b', 1), record('a', 2), record('c', 1))
    expect(host.waiting).toEqual(['BatchWriteItem a1 b1 sent'])
    await send(bench, host, record('d', 1))
    expect(host.waiting).toEqual(['BatchWriteItem a1 b1 sent', 'BatchWriteItem c1 d1 sent'])
    await host.answer({ kind: 'ok' }, 1)
    await host.answer()
    await host.through(host.host.endInput())
    expect(await rows(bench)).toEqual(['a 2 v', 'b 1 v', 'c 1 v', 'd 1 v', 'x 1 v', 'y 1 v'])
  })

  it('keeps the order of a key when its request is refused', async () => {
    const bench = await make()
    const host = hosted(bench)
    await warm(host)
    await send(bench, host, record('a', 1), record('b', 1), record('a', 2))
    await host.answer({ kind: 'unprocessed', items: [0] })
    // a1 is back at the head, a2 behind it: they leave together, as the newer of the two.
    expect(host.waiting).toEqual(['BatchWriteItem a2 sent'])
    await host.through(host.host.endInput())
    const versions = bench.gate.history.filter(({ key }) => key === 'a').map(({ attributes }) => attributes.version?.N)
    expect(versions).toEqual(['2'])
  })

  it('keeps what it holds back in the checkpoint, in order, and a restored sink sends it', async () => {
    const bench = await make()
    const first = hosted(bench)
    await warm(first)
    await send(bench, first, record('a', 1), record('b', 1), record('a', 2), record('a', 3), record('b', 2))
    const taken = first.host.checkpoint(checkpointId(1))
    await bench.settle()
    await first.answer({ kind: 'refused' })
    const state: OperatorStateSnapshot = await first.through(taken)
    first.die()
    const second = hosted(bench, { attempt: 1 })
    await second.open({ checkpointId: checkpointId(1), state })
    await second.through(second.host.endInput())
    expect(await rows(bench)).toEqual(['a 3 v', 'b 2 v', 'x 1 v', 'y 1 v'])
  })

  it('does not fence a zombie: a request of the dead attempt lands on the newer value', async () => {
    const bench = await make()
    const first = hosted(bench)
    await warm(first)
    await send(bench, first, record('a', 1), record('b', 1))
    first.die()
    const second = hosted(bench, { attempt: 1 })
    await second.open()
    await second.write(record('a', 2), record('b', 2))
    await bench.gate.applyZombie(bench.gate.zombies[0] ?? expect.unreachable())
    expect(await rows(bench)).toEqual(['a 1 v', 'b 1 v', 'x 1 v', 'y 1 v'])
  })
})

it('the same writes without the order let an older value land on a newer one, with no fault', async () => {
  const [level] = LEVELS
  for (const ordered of [false, true]) {
    const bench = (await level?.make()) ?? expect.unreachable()
    const unordered = new AsyncSink({ table: TABLE, dedupe: 'byVersion', configuration: configurationOf(SETTINGS) })
    const host = new GateHost(bench, ordered ? ORDERED_ASYNC.create(SETTINGS) : unordered)
    await warm(host)
    await send(bench, host, record('a', 1), record('b', 1), record('a', 2), record('b', 2))
    while (host.waiting.length > 0) await host.answer({ kind: 'ok' }, host.waiting.length - 1)
    await host.through(host.host.endInput())
    expect((await rows(bench)).slice(0, 2)).toEqual(ordered ? ['a 2 v', 'b 2 v'] : ['a 1 v', 'b 1 v'])
  }
})
