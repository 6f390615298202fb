// What every call and answer of the writer is made of: an entry comes into the buffer, a batch leaves it, all full
// batches leave it, a request is over.
// Source followed: Flink's AsyncSinkWriter (addEntryToBuffer, flush, nonBlockingFlush, completeRequest).
// Read next: calls.ts.
import { addAllFirst, addLast, type RequestBuffer, type Sized, takeBatch } from './batching.ts'
import type { AsyncSinkWriterConfiguration } from './configuration.ts'
import type { InFlight, Stepped, WriterRules, WriterState } from './protocol.ts'
import { registerCompletedRequest, registerInFlightRequest, shouldBlock } from './rateLimiting.ts'

export const unchanged = <Entry>(state: WriterState<Entry>): Stepped<Entry> => ({ state, effects: [] })

export function andThen<Entry>(
  { state, effects }: Stepped<Entry>,
  next: (state: WriterState<Entry>) => Stepped<Entry>,
): Stepped<Entry> {
  const later = next(state)
  return { state: later.state, effects: [...effects, ...later.effects] }
}

export const failed = <Entry>(state: WriterState<Entry>, error: Error): Stepped<Entry> => ({
  state: { ...state, failure: error },
  effects: [{ type: 'fail', error }],
})

export function addEntry<Entry>(
  configuration: AsyncSinkWriterConfiguration,
  state: WriterState<Entry>,
  added: Sized<Entry>,
): Stepped<Entry> {
  const { maxRecordSizeInBytes } = configuration
  if (added.bytes > maxRecordSizeInBytes)
    return failed(
      state,
      new RangeError(`expected an entry of at most ${maxRecordSizeInBytes} bytes, got ${added.bytes}`),
    )
  return andThen(armed(configuration, state), (timed) => unchanged({ ...timed, buffer: addLast(timed.buffer, added) }))
}

/** Before the entry goes in: only an empty buffer asks for a timer. */
const armed = <Entry>(configuration: AsyncSinkWriterConfiguration, state: WriterState<Entry>): Stepped<Entry> =>
  state.timerArmed || state.buffer.entries.length > 0
    ? unchanged(state)
    : {
        state: { ...state, timerArmed: true },
        effects: [{ type: 'armTimer', afterMs: configuration.maxTimeInBufferMs }],
      }

const batchSizeLimit = (configuration: AsyncSinkWriterConfiguration, state: WriterState<unknown>): number =>
  Math.min(configuration.maxBatchSize, state.rate.maxInFlightMessages)

const leaving = <Entry>(
  { mayLeave }: WriterRules<Entry>,
  { buffer, inFlight }: WriterState<Entry>,
): RequestBuffer<Entry> => (mayLeave === undefined ? buffer : mayLeave(buffer, inFlight))

/** The rate limit allows no request, or nothing of the buffer may leave: an answer will change that. */
export function sendBlocked<Entry>(rules: WriterRules<Entry>, state: WriterState<Entry>): boolean {
  const free = leaving(rules, state).entries.length
  if (free === 0 && state.buffer.entries.length > 0) return true
  return shouldBlock(rules, state.rate, Math.min(batchSizeLimit(rules, state), free))
}

/** One batch, full or not, of a writer that is not blocked; nothing where the buffer is empty. */
export function sendBatch<Entry>(rules: WriterRules<Entry>, state: WriterState<Entry>): Stepped<Entry> {
  const free = leaving(rules, state)
  const batchSize = Math.min(batchSizeLimit(rules, state), free.entries.length)
  const { batch, rest } = takeBatch(state.buffer, free, batchSize, rules.maxBatchSizeInBytes)
  if (batch.length === 0) return unchanged(state)
  const { nextRequest: request } = state
  const { requestTimeoutMs } = rules
  return {
    state: {
      ...state,
      buffer: rest,
      inFlight: [...state.inFlight, { request, entries: batch, batchSize }],
      rate: registerInFlightRequest(state.rate, batchSize),
      nextRequest: request + 1,
    },
    effects: [
      { type: 'send', request, entries: batch.map(({ entry }) => entry) },
      ...(requestTimeoutMs === null ? [] : [{ type: 'armTimeout', request, afterMs: requestTimeoutMs } as const]),
    ],
  }
}

/** Full batches as long as nothing blocks: what goes on also while a flush waits. */
export function sendFullBatches<Entry>(rules: WriterRules<Entry>, state: WriterState<Entry>): Stepped<Entry> {
  let stepped = unchanged(state)
  while (!sendBlocked(rules, stepped.state) && holdsFullBatch(rules, stepped.state))
    stepped = andThen(stepped, (now) => sendBatch(rules, now))
  return stepped
}

function holdsFullBatch<Entry>(rules: WriterRules<Entry>, state: WriterState<Entry>): boolean {
  const { entries, bytes } = leaving(rules, state)
  return entries.length >= batchSizeLimit(rules, state) || bytes >= rules.maxBatchSizeInBytes
}

/** A request is over: what failed goes back to the head, in the order in which it was handed back. */
export function completeRequest<Entry>(
  rules: WriterRules<Entry>,
  state: WriterState<Entry>,
  { request, batchSize }: InFlight<Entry>,
  back: readonly Sized<Entry>[],
): Stepped<Entry> {
  const completed = {
    ...state,
    inFlight: state.inFlight.filter((other) => other.request !== request),
    rate: registerCompletedRequest(rules, state.rate, batchSize, back.length),
  }
  const timed = back.length === 0 ? unchanged(completed) : armed(rules, completed)
  return andThen(timed, (now) => sendFullBatches(rules, { ...now, buffer: addAllFirst(now.buffer, back) }))
}
