// A run of the async sink writer from a list of numbers, over crashes and restores, beside what an outsider knows of it:
// what was written, acknowledged, sent, and the message limit.
// Read next: writerProperties.test.ts.
import { fc } from '@fast-check/vitest'
import { checkpointId } from '../../../model/pipeline/ids.ts'
import type { Sized } from './batching.ts'
import type { AsyncSinkWriterConfiguration } from './configuration.ts'
import type { WriterEvent, WriterState } from './protocol.ts'
import { initialWriter, type stepWriter } from './writer.ts'

export type Step = typeof stepWriter<number>
export type Ledger = readonly number[]

export const configurations: fc.Arbitrary<AsyncSinkWriterConfiguration> = fc
  .record({
    maxBatchSize: fc.integer({ min: 1, max: 4 }),
    maxInFlightRequests: fc.integer({ min: 1, max: 3 }),
    room: fc.integer({ min: 1, max: 5 }),
    maxBatchSizeInBytes: fc.integer({ min: 20, max: 60 }),
  })
  .map(({ room, ...limits }) => ({
    ...limits,
    maxBufferedRequests: limits.maxBatchSize + room,
    maxTimeInBufferMs: 10,
    maxRecordSizeInBytes: 20,
    requestTimeoutMs: 1_000,
    failOnTimeout: false,
  }))

/** One number, one event: its kind and its argument. One that cannot happen does nothing, so that any can be left out. */
export const schedules = fc.array(fc.nat({ max: 8_000 }), { maxLength: 80, size: 'max' })

/** A run of one subtask over its attempts, and what an outsider can know of it. Entries are numbered by arrival. */
export class Run {
  readonly configuration: AsyncSinkWriterConfiguration
  readonly #step: Step
  state: WriterState<number>
  written: Ledger = []
  acknowledged: Ledger = []
  /** In this attempt: all that came, in the order in which it came, and all that has left, in the order of leaving. */
  came: number[] = []
  left: number[] = []
  /** The message limit, kept by the outsider. */
  limit: number
  /** Whether the last event sent anything. */
  sent = false
  /** Situations that this run has been in. */
  readonly reached = new Set<string>()
  #next = 0
  #checkpoint = 0
  #kept: { readonly entries: readonly Sized<number>[]; readonly written: Ledger; readonly acknowledged: Ledger } = {
    entries: [],
    written: [],
    acknowledged: [],
  }

  constructor(configuration: AsyncSinkWriterConfiguration, step: Step) {
    this.configuration = configuration
    this.#step = step
    this.state = initialWriter(configuration)
    this.limit = configuration.maxBatchSize
  }

  get idle(): boolean {
    return this.state.waiting.length === 0
  }

  perform(choice: number): void {
    const [kind, argument] = [choice % 16, Math.floor(choice / 16)]
    if (kind < 6) this.write(1 + (argument % 20))
    else if (kind < 7 && this.state.timerArmed) this.happen({ type: 'timer' })
    else if (kind === 7 && this.idle) this.happen({ type: 'checkpoint', id: checkpointId(++this.#checkpoint) })
    else if (kind === 8 && argument % 4 === 0) this.crashAndRestore()
    else if (kind === 9) this.happen({ type: 'mail' })
    else if (kind > 9) this.answer(argument % Math.max(1, this.state.inFlight.length), kind - 10, argument)
  }

  write(bytes: number): void {
    if (!this.idle) return
    const entry = this.#next++
    this.written = [...this.written, entry]
    this.came.push(entry)
    this.happen({ type: 'write', added: { entry, bytes } })
  }

  answer(index: number, kind: number, argument: number): void {
    const flying = this.state.inFlight[index]
    if (flying === undefined) return
    const { request, entries } = flying
    const all = entries.map((_, place) => place)
    const places = [all, all.filter((place) => (argument >> place) & 1), all, [], [], []][kind] as number[]
    this.limit =
      places.length > 0
        ? Math.max(1, Math.round(this.limit / 2))
        : Math.min(this.limit + 10, this.configuration.maxBatchSize * this.configuration.maxInFlightRequests)
    const done = entries.filter((_, place) => !places.includes(place))
    this.acknowledged = [...this.acknowledged, ...done.map(({ entry }) => entry)]
    if (kind === 2) this.happen({ type: 'timeout', request })
    else this.happen({ type: 'answer', request, answer: { type: 'unprocessed', places } })
  }

  crashAndRestore(): void {
    const { entries, written, acknowledged } = this.#kept
    this.state = initialWriter(this.configuration)
    this.limit = this.configuration.maxBatchSize
    this.written = written
    this.acknowledged = acknowledged
    this.came = entries.map(({ entry }) => entry)
    this.left = []
    this.happen({ type: 'restore', entries })
  }

  happen(event: WriterEvent<number>): void {
    const { state, effects } = this.#step(this.configuration, this.state, event)
    this.state = state
    this.sent = effects.some(({ type }) => type === 'send')
    if (state.waiting.length > 0) this.reached.add(state.waiting.map(({ type }) => type).join(' > '))
    if (event.type === 'timeout') this.reached.add('timeout')
    if (event.type === 'restore' && event.entries.length > 0) this.reached.add('restore')
    for (const effect of effects) {
      if (effect.type === 'send') this.left.push(...effect.entries)
      if (effect.type === 'snapshot')
        this.#kept = { entries: effect.entries, written: this.written, acknowledged: this.acknowledged }
    }
  }

  /** No more failures: everything is answered, then the input ends. */
  finish(): void {
    while (!this.idle) this.answer(0, 5, 0)
    this.happen({ type: 'endInput' })
    while (!this.idle) this.answer(0, 5, 0)
  }
}
