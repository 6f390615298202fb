// The words of the async sink writer: what can happen to it, what it asks for, what it knows. Flink's writer is code
// that blocks by yielding to the mailbox, and mails run inside that wait; here the calls that wait are a stack in the
// state, so that a step is a pure function and every wait can be seen.
// Read next: writer.ts (the step), calls.ts (how a waiting call goes on).
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import type { RequestBuffer, Sized } from './batching.ts'
import type { AsyncSinkWriterConfiguration } from './configuration.ts'
import type { RateLimit } from './rateLimiting.ts'

/** A call of the task that may wait. A timer that fires while another call waits runs inside that wait, on top of it. */
export type Call<Entry> =
  | { readonly type: 'write'; readonly added: Sized<Entry> }
  | { readonly type: 'timer' }
  /** `flush(false)`, then the snapshot, nothing in between. */
  | { readonly type: 'checkpoint'; readonly id: CheckpointId }
  /** `flush(true)`. */
  | { readonly type: 'endInput' }

export type Answer =
  | { readonly type: 'ok' }
  /** Places of the failed entries in the request, from 0, in the order in which they were handed back. */
  | { readonly type: 'unprocessed'; readonly places: readonly number[] }
  /** Nothing was taken, and another try may help. */
  | { readonly type: 'retryable' }
  | { readonly type: 'fatal'; readonly error: Error }

export type WriterEvent<Entry> =
  | { readonly type: 'restore'; readonly entries: readonly Sized<Entry>[] }
  | Call<Entry>
  | { readonly type: 'answer'; readonly request: number; readonly answer: Answer }
  | { readonly type: 'timeout'; readonly request: number }
  /** Some other mail of the task, such as a notification: a wait for "one more mail" ends with it too. */
  | { readonly type: 'mail' }

export type WriterEffect<Entry> =
  | { readonly type: 'send'; readonly request: number; readonly entries: readonly Entry[] }
  /** The timer of the buffer: asked for when an entry comes into an empty buffer and none is armed; never disarmed. */
  | { readonly type: 'armTimer'; readonly afterMs: number }
  | { readonly type: 'armTimeout'; readonly request: number; readonly afterMs: number }
  | { readonly type: 'snapshot'; readonly id: CheckpointId; readonly entries: readonly Sized<Entry>[] }
  | { readonly type: 'fail'; readonly error: Error }

export interface InFlight<Entry> {
  readonly request: number
  readonly entries: readonly Sized<Entry>[]
  /** What the rate limit counts for it. */
  readonly batchSize: number
}

/** What of the buffer may leave now: a part of it, in its order. */
export type MayLeave<Entry> = (
  buffer: RequestBuffer<Entry>,
  inFlight: readonly InFlight<Entry>[],
) => RequestBuffer<Entry>

/** The settings, and what a design changes of Flink's writer. */
export interface WriterRules<Entry> extends AsyncSinkWriterConfiguration {
  /** Absent, as in Flink: all of the buffer. Where nothing is in flight, something of a buffer must be free to leave. */
  readonly mayLeave?: MayLeave<Entry>
}

export interface WriterState<Entry> {
  readonly buffer: RequestBuffer<Entry>
  /** In the order sent. */
  readonly inFlight: readonly InFlight<Entry>[]
  readonly rate: RateLimit
  /** Requests are numbered from 1. */
  readonly nextRequest: number
  readonly timerArmed: boolean
  /** Calls that wait, the innermost last; empty: the task is idle. Whoever made a call is blocked while it is in here. */
  readonly waiting: readonly Call<Entry>[]
  readonly failure: Error | null
}

export interface Stepped<Entry> {
  readonly state: WriterState<Entry>
  readonly effects: readonly WriterEffect<Entry>[]
}
