// A sink in its host at a bench of the store: nothing is applied or answered unless the test says so. `through` is for
// the parts of a test where the store simply works. Read next: orderedAsync/orderedAsync.test.ts, fenced/fenced.test.ts.
import { EmbeddedHost } from '../runtime/embeddedHost.ts'
import { VirtualProcessingTime } from '../runtime/processingTime.ts'
import type { Restored } from '../runtime/sinkHost.ts'
import type { Outcome } from '../store/gate.ts'
import type { Bench } from '../store/gateLevels.fixture.ts'
import type { InspectableSink } from './designs.ts'
import type { SinkRecord } from './interfaces.ts'

export const TABLE = 'ttt'
/** Made beside it at every level of the bench. */
export const STAGING = 'ttt.staged'

export const record = (key: string, version = 1, more: Partial<SinkRecord> = {}): SinkRecord => ({
  key,
  version,
  id: `${key}${version}`,
  value: 'v',
  ...more,
})

export interface Place {
  readonly run?: number
  readonly attempt?: number
  readonly subtask?: number
  readonly parallelism?: number
}

export class GateHost {
  readonly host: EmbeddedHost
  readonly time = new VirtualProcessingTime({ nowMs: 0 })
  readonly label: string
  readonly #bench: Bench

  constructor(bench: Bench, sink: InspectableSink, place: Place = {}) {
    const { run = 1, attempt = 0, subtask = 0, parallelism = 1 } = place
    this.#bench = bench
    this.label = `sink${subtask}@${run}.${attempt}`
    const label = (closing: boolean) => `${this.label}${closing ? '!close' : ''}`
    this.host = new EmbeddedHost({
      sink,
      subtask,
      parallelism,
      attempt,
      runId: run,
      time: this.time,
      random: () => 0,
      logger: { info: () => {}, warn: () => {} },
      client: (closing) => bench.client(label(closing)),
      cutOff: (closing) => bench.gate.cutOff(label(closing)),
    })
  }

  open(restored: Restored | null = null): Promise<void> {
    return this.through(this.host.open(restored))
  }

  async write(...records: readonly SinkRecord[]): Promise<void> {
    for (const each of records) await this.through(this.host.write(each))
  }

  /** Requests that wait at the gate, as `PutItem a1 sent`. */
  get waiting(): readonly string[] {
    return this.#bench.gate.requests.map(
      ({ operation, items, phase }) =>
        `${operation} ${items.map(({ attributes, key }) => attributes.id?.S ?? key).join(' ')} ${phase}`,
    )
  }

  /** Decides the fate of the request that has waited longest: applied and answered. */
  async answer(outcome: Outcome = { kind: 'ok' }, at = 0): Promise<void> {
    const { gate, settle } = this.#bench
    await settle()
    const request = gate.requests[at]
    if (request === undefined)
      throw new RangeError(`expected a request number ${at} at the gate, got ${gate.requests.length}`)
    await gate.apply(request, outcome)
    gate.respond(request)
    await settle()
  }

  /** Applies, answers and wakes until nothing waits at the gate; settles with the call, or fails with it or the task. */
  async through<Result>(call: Result | Promise<Result>): Promise<Result> {
    let settled = false
    const ends = () => {
      settled = true
    }
    Promise.resolve(call).then(ends, ends)
    const { gate, settle } = this.#bench
    for (await settle(); gate.requests.length > 0 || (!settled && this.host.sleeps > 0); await settle()) {
      if (gate.requests.length > 0) await this.answer()
      else this.host.wake()
    }
    if (this.host.failure !== null) throw this.host.failure
    return call
  }

  /** The process dies: what has not been applied stays at the gate as zombies. */
  die(): void {
    this.host.crash('death')
  }
}

/** Rows of a table as `key version value`; `deleted` in place of the value of a tombstone. */
export async function rows(bench: Pick<Bench, 'store'>, table = TABLE): Promise<readonly string[]> {
  const items = await bench.store.snapshot(table)
  return items.map(({ pk, version, value, deleted }) =>
    [pk?.S, version?.N, deleted?.BOOL ? 'deleted' : value?.S].join(' '),
  )
}
