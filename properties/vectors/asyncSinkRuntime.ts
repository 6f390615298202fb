// The recorded cases of Flink's AsyncSinkWriter, replayed on the pure core of this project's async sink: status, requests
// and snapshot after every step. The replay keeps what the recording's harness kept: the clock, the one armed timer, the
// snapshots of the case and the running number of requests over restores.
// Read next: ../../impl/sinks/asyncSink/writer.ts.
import type { Sized } from '../../impl/sinks/asyncSink/batching.ts'
import type { AsyncSinkWriterConfiguration } from '../../impl/sinks/asyncSink/configuration.ts'
import type { Answer, WriterEffect, WriterEvent, WriterState } from '../../impl/sinks/asyncSink/protocol.ts'
import { initialWriter, stepWriter } from '../../impl/sinks/asyncSink/writer.ts'
import { checkpointId } from '../../model/pipeline/ids.ts'
import type { Difference, Replay } from './replay.ts'

/** Key, running number, size in bytes. */
export type RecordedEntry = readonly [key: string, value: number, bytes: number]

export type RecordedCommand =
  | readonly ['open']
  | readonly ['restore', id: number]
  | readonly ['write', key: string, value: number, bytes: number]
  | readonly ['time', ms: number]
  | readonly ['checkpoint', id: number]
  | readonly ['ok', request: string]
  | readonly ['unprocessed', request: string, places: readonly number[]]
  | readonly ['retryAll', request: string]
  | readonly ['fatal', request: string]
  | readonly ['notifyComplete', id: number]
  | readonly ['endInput']
  | readonly ['crash']

export interface RecordedOutcome {
  readonly status: 'idle' | 'blocked' | 'failed' | 'gone'
  readonly sent?: readonly (readonly [request: string, entries: readonly RecordedEntry[]])[] | undefined
  readonly snapshot?: readonly [id: number, entries: readonly RecordedEntry[]] | undefined
}

export interface AsyncSinkWriterCase {
  readonly name: string
  readonly config: {
    readonly maxBatchSize: number
    readonly maxInFlightRequests: number
    readonly maxBufferedRequests: number
    readonly maxBatchSizeInBytes: number
    readonly maxTimeInBufferMS: number
    readonly maxRecordSizeInBytes: number
  }
  readonly steps: readonly (readonly [command: RecordedCommand, expected: RecordedOutcome])[]
}

export const replayAsyncSinkWriter: Replay<AsyncSinkWriterCase> = (recorded) => replayOnWriter(recorded, stepWriter)

/** With a step of one's own. */
export function replayOnWriter(
  { config, steps }: AsyncSinkWriterCase,
  writerStep: typeof stepWriter,
): Difference | null {
  const host = new ReplayHost(config, writerStep)
  for (const [step, [command, expected]] of steps.entries()) {
    const seen = host.perform(command)
    const { status, sent, snapshot } = expected
    const wanted: RecordedOutcome = { status, ...(sent && { sent }), ...(snapshot && { snapshot }) }
    if (JSON.stringify(seen) !== JSON.stringify(wanted)) return { step, expected: wanted, seen }
  }
  return null
}

type Entry = RecordedEntry

class ReplayHost {
  readonly #configuration: AsyncSinkWriterConfiguration
  /** Absent before the first open and after a crash. */
  #writer: WriterState<Entry> | null = null
  #nowMs = 0
  #timerDueMs: number | null = null
  /** Requests sent by the writers before this one. */
  #sentBefore = 0
  readonly #snapshots = new Map<number, readonly Sized<Entry>[]>()

  readonly #stepWriter: typeof stepWriter

  constructor({ maxTimeInBufferMS, ...limits }: AsyncSinkWriterCase['config'], writerStep: typeof stepWriter) {
    this.#stepWriter = writerStep
    const timeouts = { requestTimeoutMs: null, failOnTimeout: false }
    this.#configuration = { ...limits, maxTimeInBufferMs: maxTimeInBufferMS, ...timeouts }
  }

  perform(command: RecordedCommand): RecordedOutcome {
    const effects = this.#happens(command)
    const sent: [string, readonly Entry[]][] = []
    let snapshot: RecordedOutcome['snapshot']
    for (const effect of effects) {
      if (effect.type === 'armTimer') this.#timerDueMs = this.#nowMs + effect.afterMs
      if (effect.type === 'send') sent.push([`r${this.#sentBefore + effect.request}`, effect.entries])
      if (effect.type === 'snapshot') {
        this.#snapshots.set(effect.id, effect.entries)
        snapshot = [effect.id, effect.entries.map(({ entry }) => entry)]
      }
    }
    return { status: this.#status(), ...(sent.length > 0 && { sent }), ...(snapshot && { snapshot }) }
  }

  #happens(command: RecordedCommand): readonly WriterEffect<Entry>[] {
    switch (command[0]) {
      case 'open':
        return this.#open([])
      case 'restore':
        return this.#open(this.#snapshots.get(command[1]) ?? [])
      case 'write': {
        const [, key, value, bytes] = command
        return this.#step({ type: 'write', added: { entry: [key, value, bytes], bytes } })
      }
      case 'time':
        return this.#advance(command[1])
      case 'checkpoint':
        return this.#step({ type: 'checkpoint', id: checkpointId(command[1]) })
      case 'ok':
        return this.#answer(command[1], { type: 'ok' })
      case 'unprocessed':
        return this.#answer(command[1], { type: 'unprocessed', places: command[2] })
      case 'retryAll':
        return this.#answer(command[1], { type: 'retryable' })
      case 'fatal':
        return this.#answer(command[1], { type: 'fatal', error: new Error('fatal') })
      case 'notifyComplete':
        return this.#step({ type: 'mail' })
      case 'endInput':
        return this.#step({ type: 'endInput' })
      case 'crash':
        this.#sentBefore += (this.#writer?.nextRequest ?? 1) - 1
        this.#writer = null
        return []
    }
  }

  #open(entries: readonly Sized<Entry>[]): readonly WriterEffect<Entry>[] {
    this.#writer = initialWriter(this.#configuration)
    this.#nowMs = 0
    this.#timerDueMs = null
    return this.#step({ type: 'restore', entries })
  }

  #advance(ms: number): readonly WriterEffect<Entry>[] {
    this.#nowMs = ms
    // A mail in any case, whether it finds a timer due or not.
    if (this.#timerDueMs === null || this.#timerDueMs > ms) return this.#step({ type: 'mail' })
    this.#timerDueMs = null
    return this.#step({ type: 'timer' })
  }

  #answer(name: string, answer: Answer): readonly WriterEffect<Entry>[] {
    return this.#step({ type: 'answer', request: Number(name.slice(1)) - this.#sentBefore, answer })
  }

  #step(event: WriterEvent<Entry>): readonly WriterEffect<Entry>[] {
    if (this.#writer === null) throw new RangeError(`${event.type}: expected an open writer, there is none`)
    const { state, effects } = this.#stepWriter(this.#configuration, this.#writer, event)
    this.#writer = state
    return effects
  }

  #status(): RecordedOutcome['status'] {
    if (this.#writer === null) return 'gone'
    if (this.#writer.failure !== null) return 'failed'
    return this.#writer.waiting.length > 0 ? 'blocked' : 'idle'
  }
}
