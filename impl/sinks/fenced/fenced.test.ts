// D8 through the gate, on the memory store and on dynalite, with and without the real SDK client: lost answers, replays,
// zombies and deletes leave the table as it should be; a contradiction of the input fails the task and names the record.
// Read next: fenced.ts.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../../model/pipeline/ids.ts'
import { type Bench, LEVELS } from '../../store/gateLevels.fixture.ts'
import { GateHost, type Place, record, rows, TABLE } from '../gateHost.fixture.ts'
import type { SinkRecord } from '../interfaces.ts'
import { FENCED } from './fenced.ts'

const SETTINGS = { table: TABLE, maxInFlightRequests: 3, maxBufferedRequests: 8, requestTimeoutMs: 1_000 }
const hosted = (bench: Bench, place: Place = {}) => new GateHost(bench, FENCED.create(SETTINGS), place)
const gone = (key: string, version: number) => record(key, version, { op: 'delete', value: '' })
const history = (bench: Bench) =>
  bench.gate.history.map(({ key, attributes, changed }) => `${key} ${attributes.version?.N} ${changed}`)

async function send(bench: Bench, host: GateHost, ...records: readonly SinkRecord[]): Promise<void> {
  for (const each of records) void host.host.write(each)
  await bench.settle()
}

describe.each(LEVELS)('fenced on $name', ({ make }) => {
  it('sends one conditional request a record, several keys at a time and one key in turn', async () => {
    const bench = await make()
    const host = hosted(bench)
    await host.open()
    await host.write(record('x'))
    await send(bench, host, record('a', 1), record('b', 1), record('a', 2))
    expect(host.waiting).toEqual(['PutItem a1 sent', 'PutItem b1 sent'])
    await host.answer()
    expect(host.waiting).toEqual(['PutItem b1 sent', 'PutItem a2 sent'])
    await host.through(host.host.endInput())
    expect(await rows(bench)).toEqual(['a 2 v', 'b 1 v', 'x 1 v'])
  })

  it('takes its own row for success when the answer was lost', async () => {
    const bench = await make()
    const host = hosted(bench)
    await host.open()
    await send(bench, host, record('a', 1))
    const [request] = bench.gate.requests
    await bench.gate.apply(request ?? expect.unreachable(), { kind: 'ok' })
    bench.gate.loseResponse(request ?? expect.unreachable())
    await bench.settle()
    expect(host.waiting).toEqual(['PutItem a1 sent'])
    await host.through(host.host.endInput())
    expect(history(bench)).toEqual(['a 1 true'])
  })

  it('takes a newer row for success: a replay changes nothing', async () => {
    const bench = await make()
    const first = hosted(bench)
    await first.open()
    const state = await first.through(first.host.checkpoint(checkpointId(1)))
    await first.write(record('a', 1), record('a', 2))
    first.die()
    const second = hosted(bench, { attempt: 1 })
    await second.open({ checkpointId: checkpointId(1), state })
    await second.write(record('a', 1), record('a', 2))
    expect(history(bench)).toEqual(['a 1 true', 'a 2 true'])
    expect(await rows(bench)).toEqual(['a 2 v'])
  })

  it('a zombie of a dead attempt changes nothing, also where the key has been deleted since', async () => {
    const bench = await make()
    const first = hosted(bench)
    await first.open()
    await send(bench, first, record('a', 1))
    first.die()
    const second = hosted(bench, { attempt: 1 })
    await second.open()
    await second.write(record('a', 1), gone('a', 2))
    await bench.gate.applyZombie(bench.gate.zombies[0] ?? expect.unreachable())
    expect(await rows(bench)).toEqual(['a 2 deleted'])
    await second.write(record('a', 3))
    expect(await rows(bench)).toEqual(['a 3 v'])
  })

  it('a refusal that passes sends the record again', async () => {
    const bench = await make()
    const host = hosted(bench)
    await host.open()
    await send(bench, host, record('a', 1))
    await host.answer({ kind: 'refused', error: 'ThrottlingException' })
    expect(host.waiting).toEqual(['PutItem a1 sent'])
    await host.through(host.host.endInput())
    expect(await rows(bench)).toEqual(['a 1 v'])
  })

  it('two records of one key and version fail the task, and the second is named', async () => {
    const bench = await make()
    const host = hosted(bench)
    await host.open()
    await host.write(record('a', 1))
    await expect(host.write(record('a', 1, { id: 'twin', value: 'other' }))).rejects.toThrow(
      'record twin (key "a", version 1): expected one content per key and version',
    )
    expect(await rows(bench)).toEqual(['a 1 v'])
  })

  it('what the store refuses for good fails the task, and names the record', async () => {
    const bench = await make()
    const host = new GateHost(bench, FENCED.create({ ...SETTINGS, table: 'nowhere' }))
    await host.open()
    await expect(host.write(record('a', 1))).rejects.toThrow(/ResourceNotFoundException: .* \(records a1 \(key "a"\)\)/)
  })
})
