// What D7 changes of Flink's writer: an entry stays in the buffer while a request that holds its key is in flight. So of
// one key requests follow each other, across batches, retries and re-queues, and the order of its entries is kept: what
// fails goes back to the head, before everything of its key that came later. Several entries of a key may share a batch.
// A request that timed out counts as over; where the store applies it after all, it may still land behind a newer one.
// Read next: orderedAsync.ts, ../asyncSink/sending.ts (who asks).
import { bytesOf } from '../asyncSink/batching.ts'
import type { MayLeave } from '../asyncSink/protocol.ts'

export const oneInFlightPerKey =
  <Entry>(keyOf: (entry: Entry) => string): MayLeave<Entry> =>
  (buffer, inFlight) => {
    if (inFlight.length === 0) return buffer
    const flying = new Set(inFlight.flatMap(({ entries }) => entries.map(({ entry }) => keyOf(entry))))
    const entries = buffer.entries.filter(({ entry }) => !flying.has(keyOf(entry)))
    return entries.length === buffer.entries.length ? buffer : { entries, bytes: bytesOf(entries) }
  }
