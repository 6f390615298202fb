// Random lives of the sinks at the gate: refusals, lost answers, timeouts, aborts, deaths, restores, zombies at any time. The
// fenced and the staged sink end with the newest of each key, bring none back and do nothing twice; the staged one shows
// nothing before its checkpoint is complete. The ordered one does not get through the same lives: that proves the check.
// Read next: fenced/fenced.ts, staged/staged.ts.
import { fc } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { type CheckpointId, checkpointId } from '../../model/pipeline/ids.ts'
import type { OperatorStateSnapshot } from '../runtime/operatorState.ts'
import { type Bench, LEVELS } from '../store/gateLevels.fixture.ts'
import type { InspectableSink } from './designs.ts'
import { fencedSink } from './fenced/fenced.ts'
import { GateHost, record, rows, STAGING, TABLE } from './gateHost.fixture.ts'
import type { SinkRecord } from './interfaces.ts'
import { orderedAsyncSink } from './orderedAsync/orderedAsync.ts'
import { perItem } from './staged/perItem.ts'
import { StagedSink } from './staged/stagedSink.ts'
import { UPSERT } from './workloads.ts'

const SETTINGS = { table: TABLE, batchLimit: 2, maxInFlightRequests: 3, maxBufferedRequests: 4, requestTimeoutMs: null }
const DESIGNS: Readonly<Record<string, () => InspectableSink>> = {
  orderedAsync: () => orderedAsyncSink(SETTINGS, UPSERT),
  fenced: () => fencedSink(SETTINGS, UPSERT),
  staged: () =>
    new StagedSink({
      table: TABLE,
      stagingTable: STAGING,
      workload: UPSERT,
      batchLimit: 2,
      maxInFlightRequests: 2,
      backoff: { baseMs: 10, maxMs: 40 },
      publisher: perItem,
    }),
}

interface Checkpoint {
  readonly checkpointId: CheckpointId
  readonly state: OperatorStateSnapshot
  readonly offset: number
}

/** One number, one event; one that cannot happen does nothing. */
class Life {
  /** Offset of the newest completed checkpoint. */
  covered = 0
  readonly #bench: Bench
  readonly #input: readonly SinkRecord[]
  readonly #create: () => InspectableSink
  #host: GateHost
  #call: Promise<unknown> | null = null
  #attempt = 0
  #offset = 0
  #ids = 0
  #completed: Checkpoint | null = null

  constructor(bench: Bench, input: readonly SinkRecord[], create: () => InspectableSink) {
    this.#bench = bench
    this.#input = input
    this.#create = create
    this.#host = new GateHost(bench, create())
    this.#track(this.#host.host.open(null))
  }

  async perform(choice: number): Promise<void> {
    const { gate, settle } = this.#bench
    const [kind, argument] = [choice % 16, Math.floor(choice / 16)]
    const request = gate.requests[argument % Math.max(1, gate.requests.length)]
    const zombie = gate.zombies[argument % Math.max(1, gate.zombies.length)]
    if (kind < 4) this.#write()
    else if (kind === 12) this.#checkpoint(argument % 3 > 0)
    else if (kind === 13 && argument % 2 === 0) this.#die()
    else if (kind === 14 && zombie !== undefined) await gate.applyZombie(zombie)
    else if (kind === 15 && this.#host.host.sleeps > 0) this.#host.host.wake()
    else if (request !== undefined && kind < 12) {
      if (kind === 11) gate.timeout(request)
      else {
        await gate.apply(request, kind === 10 ? { kind: 'refused' } : { kind: 'ok' })
        if (kind === 9) gate.loseResponse(request)
        else gate.respond(request)
      }
    }
    await settle()
    expect(this.#host.host.failure).toBe(null)
  }

  async finish(): Promise<void> {
    const through = async (call: unknown) => this.#host.through(Promise.resolve(call))
    if (this.#call !== null) await through(this.#call)
    await this.#host.write(...this.#input.slice(this.#offset))
    await through(this.#host.host.endInput())
    const id = checkpointId(++this.#ids)
    await through(this.#host.host.checkpoint(id))
    this.covered = this.#input.length
    await through(this.#host.host.notify(id))
    for (const zombie of [...this.#bench.gate.zombies]) await this.#bench.gate.applyZombie(zombie)
  }

  #track(call: unknown): void {
    if (!(call instanceof Promise)) return
    this.#call = call
    const over = () => {
      if (this.#call === call) this.#call = null
    }
    // A failure is the task's, and is seen there.
    call.then(over, over)
  }

  #write(): void {
    const next = this.#input[this.#offset]
    if (next === undefined || this.#call !== null) return
    this.#offset++
    this.#track(this.#host.host.write(next))
  }

  #checkpoint(completes: boolean): void {
    if (this.#call !== null) return
    const [id, offset, host] = [checkpointId(++this.#ids), this.#offset, this.#host.host]
    const taken = host.checkpoint(id)
    const ends = (state: OperatorStateSnapshot): void | Promise<void> => {
      if (!completes) return host.abort(id)
      this.#completed = { checkpointId: id, state, offset }
      this.covered = offset
      return host.notify(id)
    }
    this.#track(taken instanceof Promise ? taken.then(ends) : ends(taken))
  }

  #die(): void {
    this.#host.die()
    this.#call = null
    this.#offset = this.#completed?.offset ?? 0
    this.#host = new GateHost(this.#bench, this.#create(), { attempt: ++this.#attempt })
    this.#track(this.#host.host.open(this.#completed))
  }
}

/** Rising versions; a batched delete leaves no version to judge by, so the ordered sink gets none. */
const inputs = (deletes: boolean) =>
  fc
    .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { minLength: 3, maxLength: 8 })
    .map((all) => all.map(([key, goes], at) => record(key, at + 1, deletes && goes ? { op: 'delete', value: '' } : {})))

const schedules = fc.array(fc.nat({ max: 4_000 }), { maxLength: 60, size: 'max' })
/** Writes and answers only. */
const withoutFaults = schedules.map((schedule) =>
  schedule.map((choice) => choice - (choice % 16) + ((choice % 16) % 9)),
)

const newest = (input: readonly SinkRecord[]): readonly string[] =>
  [...new Map(input.map((each) => [each.key, each])).values()]
    .map(({ key, version, value, op }) => `${key} ${version} ${op ? 'deleted' : value}`)
    .sort()

async function judge(bench: Bench, design: string, input: readonly SinkRecord[], schedule: readonly number[]) {
  await bench.store.reset()
  bench.gate.reset()
  const life = new Life(bench, input, DESIGNS[design] ?? expect.unreachable())
  let seen = 0
  const versions = new Map<string, number>()
  const done = new Set<string>()
  const look = () => {
    for (const { table, changed, key, attributes } of bench.gate.history.slice(seen)) {
      if (table !== TABLE || !changed) continue
      const id = attributes.id?.S ?? ''
      expect(done).not.toContain(id)
      done.add(id)
      expect(Number(attributes.version?.N)).toBeGreaterThan(versions.get(key) ?? 0)
      versions.set(key, Number(attributes.version?.N))
      if (design === 'staged') expect(input.findIndex((each) => each.id === id)).toBeLessThan(life.covered)
    }
    seen = bench.gate.history.length
  }
  for (const choice of schedule) {
    await life.perform(choice)
    look()
  }
  await life.finish()
  look()
  expect(await rows(bench)).toEqual(newest(input))
}

const check = (bench: Bench, design: string, numRuns: number, lives = schedules) =>
  fc.check(
    fc.asyncProperty(inputs(design !== 'orderedAsync'), lives, (input, schedule) =>
      judge(bench, design, input, schedule),
    ),
    { seed: 1, numRuns, endOnFailure: true },
  )

const RUNS: Readonly<Record<string, number>> = { 'memory, no SDK': 200, 'dynalite under the SDK': 25 }

describe.each(LEVELS.filter(({ name }) => name in RUNS))('random lives on $name', ({ name, make }) => {
  it.each(['fenced', 'staged'])('of the %s sink end right', { timeout: 60_000 }, async (design) => {
    const { failed, counterexample, errorInstance } = await check(await make(), design, RUNS[name] ?? 0)
    expect([failed, counterexample, String(errorInstance)]).toEqual([false, null, 'null'])
  })

  it('of the ordered sink do not, unless there are no faults: the check notices', { timeout: 60_000 }, async () => {
    const bench = await make()
    const { failed, counterexample, errorInstance } = await check(bench, 'orderedAsync', RUNS[name] ?? 0, withoutFaults)
    expect([failed, counterexample, String(errorInstance)]).toEqual([false, null, 'null'])
    expect((await check(bench, 'orderedAsync', RUNS[name] ?? 0)).failed).toBe(true)
  })
})
