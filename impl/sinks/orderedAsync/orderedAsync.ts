// D7: the async sink with deduplication by version and at most one request in flight per key. Without faults no older
// value lands on a newer one; a request that outlives its attempt or its timeout still can.
// Read next: oneInFlightPerKey.ts, ../fenced/fenced.ts (the cure).
import { AsyncSink } from '../asyncSink/asyncSink.ts'
import { configurationOf } from '../asyncSink/settings.ts'
import type { SinkDesign } from '../designs.ts'
import { oneInFlightPerKey } from './oneInFlightPerKey.ts'

export const ORDERED_ASYNC: SinkDesign = {
  name: 'orderedAsync',
  create: (settings) =>
    new AsyncSink({
      table: settings.table,
      dedupe: 'byVersion',
      configuration: configurationOf(settings),
      mayLeave: oneInFlightPerKey(({ key }) => key),
    }),
}
