// What the async sink shows to whoever looks while its task stands still: the lockstep compares it with the model.
// Read next: asyncSink.ts.
import type { SinkRecord } from '../interfaces.ts'
import type { Call, WriterState } from './protocol.ts'

export interface RequestInFlight {
  readonly request: number
  /** The batch, and those of its records that were sent: the others are dropped by deduplication. */
  readonly records: readonly SinkRecord[]
  readonly sent: readonly SinkRecord[]
}

export interface AsyncSinkInsight {
  /** In the order in which they would leave. */
  readonly buffered: readonly SinkRecord[]
  /** In the order in which they were sent. */
  readonly inFlight: readonly RequestInFlight[]
  /** How many messages may be in flight now. */
  readonly maxInFlightMessages: number
  readonly timerArmed: boolean
  /** Of a write that waits: its record is in no buffer yet. */
  readonly adding: SinkRecord | null
  /** Calls that wait, the innermost last. */
  readonly waiting: readonly Call<SinkRecord>['type'][]
}

export const insightOf = (
  writer: WriterState<SinkRecord>,
  placesSent: (batch: readonly SinkRecord[]) => readonly number[],
): AsyncSinkInsight => ({
  buffered: writer.buffer.entries.map(({ entry }) => entry),
  inFlight: writer.inFlight.map(({ request, entries }) => {
    const records = entries.map(({ entry }) => entry)
    return { request, records, sent: placesSent(records).map((place) => records[place] as SinkRecord) }
  }),
  maxInFlightMessages: writer.rate.maxInFlightMessages,
  timerArmed: writer.timerArmed,
  adding: writer.waiting.find((call) => call.type === 'write')?.added.entry ?? null,
  waiting: writer.waiting.map(({ type }) => type),
})
