// What a writer with several requests in flight remembers, as views: the same rules run on the search's packed words and
// on range-checked plain storage that is sized for a recorded case. Entries are numbers; what they hold is not its business.
// Source followed: Flink's AsyncSinkWriter. Read next: inFlight.ts, calls.ts.
import type { Fifo } from '../../kernel/index.ts'
import type { Cell } from '../coordination/index.ts'

export interface WriterConfig {
  readonly maxBatchSize: number
  readonly maxInFlightRequests: number
  /** A write waits while the buffer holds this many. */
  readonly maxBufferedRequests: number
  readonly maxBatchSizeInBytes: number
  readonly maxRecordSizeInBytes: number
  readonly bytesOf: (entry: number) => number
  /** Whether a buffered entry may leave now; absent: all may, as in Flink. */
  readonly mayLeave?: (entry: number) => boolean
}

export interface WriterCells {
  /** In the order in which entries leave. */
  readonly buffer: Fifo
  /** By request in flight, oldest first: its entries; empty where there is none. */
  readonly flights: readonly Fifo[]
  /** By request: what the rate limit counts for it, the size asked for. */
  readonly asked: (at: number) => number
  /** Messages that may be in flight. */
  readonly limit: Cell
  readonly timerArmed: Cell
  /** Calls that wait: the outermost, with what it is about, and how many timers wait inside it. */
  readonly waiting: WaitingCell
  readonly nested: Cell
}

/** What can wait; a timer also inside another call. */
export const CALLS = ['none', 'write', 'timer', 'checkpoint', 'endInput'] as const
export type Call = (typeof CALLS)[number]

/** The outermost call that waits. `about`: the entry of a write, the id of a checkpoint, else 0. */
export interface WaitingCell {
  call(): Call
  about(): number
  set(call: Call, about: number): void
}

export interface WriterEffects {
  /** Request number `at`, the newest, leaves. */
  send(at: number, asked: number): void
  /** Requests behind `at` have moved up. */
  removed(at: number): void
  /** What is buffered now is the state of that checkpoint. */
  snapshot(id: number): void
  inputEnded(): void
  fail(): void
}
