// The recorded cases of Flink's AsyncSinkWriter on the model's writer: the rules that the searches run, over range-checked
// plain storage sized for the case. Entries are numbered as they are written; what the recording's harness kept (clock,
// due time, snapshots, names of requests) is kept here.
// Read next: ../../model/pipeline/asyncWriter/calls.ts, asyncSinkRuntime.ts (the same cases on the runtime).
import type { Fifo } from '../../model/kernel/index.ts'
import { type AsyncCalls, asyncCalls } from '../../model/pipeline/asyncWriter/calls.ts'
import type { WriterCells, WriterConfig, WriterEffects } from '../../model/pipeline/asyncWriter/cells.ts'
import type { AsyncSinkWriterCase, RecordedCommand, RecordedEntry, RecordedOutcome } from './asyncSinkRuntime.ts'
import { writerStorage } from './asyncSinkStorage.ts'
import type { Difference } from './replay.ts'

/** Changes the rules under test: a planted bug. */
export type Sabotage = (calls: AsyncCalls, cells: WriterCells) => AsyncCalls

export const replayAsyncSinkModel =
  (sabotage: Sabotage = (calls) => calls) =>
  (recorded: AsyncSinkWriterCase): Difference | null => {
    const host = new ModelHost(recorded, sabotage)
    for (const [step, [command, { status, sent, snapshot }]] of recorded.steps.entries()) {
      const seen = host.perform(command)
      const wanted: RecordedOutcome = { status, ...(sent && { sent }), ...(snapshot && { snapshot }) }
      if (JSON.stringify(seen) !== JSON.stringify(wanted)) return { step, expected: wanted, seen }
    }
    return null
  }

class ModelHost {
  readonly #recorded: AsyncSinkWriterCase
  readonly #sabotage: Sabotage
  /** By number, from 1. */
  readonly #entries: RecordedEntry[] = []
  readonly #snapshots = new Map<number, readonly number[]>()
  #open: { readonly calls: AsyncCalls; readonly cells: WriterCells } | null = null
  #failed = false
  #nowMs = 0
  #timerDueMs: number | null = null
  #sentSoFar = 0
  /** Of the requests in flight, oldest first. */
  #names: string[] = []
  #sent: [string, readonly RecordedEntry[]][] = []
  #snapshot: RecordedOutcome['snapshot']

  constructor(recorded: AsyncSinkWriterCase, sabotage: Sabotage) {
    this.#recorded = recorded
    this.#sabotage = sabotage
  }

  perform(command: RecordedCommand): RecordedOutcome {
    this.#sent = []
    this.#snapshot = undefined
    const armed = this.#open?.cells.timerArmed.read() ?? 0
    this.#happens(command)
    if (this.#open?.cells.timerArmed.read() === 1 && (armed === 0 || this.#timerDueMs === null))
      this.#timerDueMs = this.#nowMs + this.#recorded.config.maxTimeInBufferMS
    return this.#outcome()
  }

  #outcome(): RecordedOutcome {
    const snapshot = this.#snapshot
    return {
      status: this.#status(),
      ...(this.#sent.length > 0 && { sent: this.#sent }),
      ...(snapshot && { snapshot }),
    }
  }

  #happens(command: RecordedCommand) {
    switch (command[0]) {
      case 'open':
        return this.#opens([])
      case 'restore':
        return this.#opens(this.#snapshots.get(command[1]) ?? [])
      case 'crash':
        this.#open = null
        return
    }
    const calls = this.#running()
    // A writer that has failed takes no more.
    if (this.#failed) return
    switch (command[0]) {
      case 'write':
        return calls.write(this.#entries.push([command[1], command[2], command[3]]))
      case 'time':
        return this.#advance(command[1])
      case 'checkpoint':
        return calls.checkpoint(command[1])
      case 'ok':
        return this.#answered(command[1], () => [])
      case 'unprocessed':
        return this.#answered(command[1], () => command[2])
      case 'retryAll':
        return this.#answered(command[1], (request) => Array.from({ length: request.length }, (_, place) => place))
      case 'fatal':
        this.#failed = true
        return
      case 'notifyComplete':
        return calls.mailEnded()
      case 'endInput':
        return calls.endInput()
    }
  }

  #opens(restored: readonly number[]) {
    this.#open = this.#writer()
    this.#failed = false
    this.#names = []
    this.#nowMs = 0
    this.#timerDueMs = null
    const { requests } = this.#open.calls
    requests.opened()
    for (const entry of restored) requests.add(entry)
  }

  #advance(ms: number) {
    this.#nowMs = ms
    const calls = this.#running()
    // A mail in any case, whether it finds a timer due or not.
    if (this.#timerDueMs === null || this.#timerDueMs > ms) return calls.mailEnded()
    this.#timerDueMs = null
    calls.fire()
  }

  #answered(name: string, failed: (request: Fifo) => readonly number[]): void {
    const at = this.#names.indexOf(name)
    if (at < 0) throw new RangeError(`${name}: expected a request in flight, there are ${this.#names.join(', ')}`)
    const request = this.#open?.cells.flights[at] as Fifo
    this.#running().answered(at, failed(request))
  }

  #running(): AsyncCalls {
    if (this.#open === null) throw new RangeError('expected an open writer, there is none')
    return this.#open.calls
  }

  #writer(): { readonly calls: AsyncCalls; readonly cells: WriterCells } {
    const { config, steps } = this.#recorded
    const { cells, asked: askedFor } = writerStorage(this.#recorded, steps.length)
    const limits: WriterConfig = {
      ...config,
      bytesOf: (entry) => this.#entries[entry - 1]?.[2] ?? 0,
    }
    const effects: WriterEffects = {
      send: (at, asked) => {
        askedFor.set(at, asked)
        const name = `r${++this.#sentSoFar}`
        this.#names.push(name)
        this.#sent.push([name, this.#named(cells.flights[at] as Fifo)])
      },
      removed: (at) => {
        this.#names.splice(at, 1)
        for (let n = at; n < askedFor.length; n++) askedFor.set(n, n + 1 < askedFor.length ? askedFor.at(n + 1) : 0)
      },
      snapshot: (id) => {
        this.#snapshots.set(id, numbers(cells.buffer))
        this.#snapshot = [id, this.#named(cells.buffer)]
      },
      inputEnded: () => {},
      fail: () => {
        this.#failed = true
      },
    }
    return { calls: this.#sabotage(asyncCalls(cells, limits, effects), cells), cells }
  }

  #named(entries: Fifo): readonly RecordedEntry[] {
    return numbers(entries).map((entry) => this.#entries[entry - 1] as RecordedEntry)
  }

  #status(): RecordedOutcome['status'] {
    if (this.#open === null) return 'gone'
    if (this.#failed) return 'failed'
    return this.#open.calls.depth() > 0 ? 'blocked' : 'idle'
  }
}

const numbers = (entries: Fifo): readonly number[] => Array.from({ length: entries.length }, (_, at) => entries.at(at))
