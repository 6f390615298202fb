// What every call and answer of the writer is made of: an entry comes into the buffer, a batch leaves it, all full
// batches leave it, a request is over.
// Source followed: Flink's AsyncSinkWriter (addEntryToBuffer, flush, nonBlockingFlush, completeRequest).
// Read next: calls.ts.
import { addAllFirst, addLast, type Sized, takeBatch } from './batching.ts'
import type { AsyncSinkWriterConfiguration } from './configuration.ts'
import type { InFlight, Stepped, WriterState } from './protocol.ts'
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

const nextBatchSize = (configuration: AsyncSinkWriterConfiguration, state: WriterState<unknown>): number =>
  Math.min(batchSizeLimit(configuration, state), state.buffer.entries.length)

export const rateBlocked = (configuration: AsyncSinkWriterConfiguration, state: WriterState<unknown>): boolean =>
  shouldBlock(configuration, state.rate, nextBatchSize(configuration, state))

/** One batch, full or not, of a writer that is not rate-blocked; nothing where the buffer is empty. */
export function sendBatch<Entry>(
  configuration: AsyncSinkWriterConfiguration,
  state: WriterState<Entry>,
): Stepped<Entry> {
  const batchSize = nextBatchSize(configuration, state)
  const { batch, rest } = takeBatch(state.buffer, batchSize, configuration.maxBatchSizeInBytes)
  if (batch.length === 0) return unchanged(state)
  const { nextRequest: request } = state
  const { requestTimeoutMs } = configuration
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

/** Full batches as long as the rate limit allows: what goes on also while a flush waits. */
export function sendFullBatches<Entry>(
  configuration: AsyncSinkWriterConfiguration,
  state: WriterState<Entry>,
): Stepped<Entry> {
  let stepped = unchanged(state)
  while (!rateBlocked(configuration, stepped.state) && holdsFullBatch(configuration, stepped.state))
    stepped = andThen(stepped, (now) => sendBatch(configuration, now))
  return stepped
}

const holdsFullBatch = (configuration: AsyncSinkWriterConfiguration, state: WriterState<unknown>): boolean =>
  state.buffer.entries.length >= batchSizeLimit(configuration, state) ||
  state.buffer.bytes >= configuration.maxBatchSizeInBytes

/** A request is over: what failed goes back to the head, in the order in which it was handed back. */
export function completeRequest<Entry>(
  configuration: AsyncSinkWriterConfiguration,
  state: WriterState<Entry>,
  { request, batchSize }: InFlight<Entry>,
  back: readonly Sized<Entry>[],
): Stepped<Entry> {
  const completed = {
    ...state,
    inFlight: state.inFlight.filter((other) => other.request !== request),
    rate: registerCompletedRequest(configuration, state.rate, batchSize, back.length),
  }
  const timed = back.length === 0 ? unchanged(completed) : armed(configuration, completed)
  return andThen(timed, (now) => sendFullBatches(configuration, { ...now, buffer: addAllFirst(now.buffer, back) }))
}
