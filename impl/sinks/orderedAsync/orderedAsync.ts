// D7: the async sink with deduplication by version and at most one request in flight per key. Without faults no older
// value lands on a newer one; a request that outlives its attempt or its timeout still can.
// Read next: oneInFlightPerKey.ts, ../fenced/fenced.ts (the cure).
import { AsyncSink } from '../asyncSink/asyncSink.ts'
import { oneRecord } from '../asyncSink/batchRequest.ts'
import { configurationOf } from '../asyncSink/settings.ts'
import type { SinkDesign, SinkSettings } from '../designs.ts'
import { plainRequest, sendRequest } from '../fenced/rowRequest.ts'
import type { SinkRecord } from '../interfaces.ts'
import { UPSERT, type Workload } from '../workloads.ts'
import { oneInFlightPerKey } from './oneInFlightPerKey.ts'

/** What BatchWriteItem cannot carry (an addition) goes one record a request, every one of them and in order. */
export function orderedAsyncSink(settings: SinkSettings, workload: Workload): AsyncSink {
  const shared = {
    table: settings.table,
    admit: workload.admit,
    mayLeave: oneInFlightPerKey<SinkRecord>(({ key }) => key),
  }
  if (workload.inBatches)
    return new AsyncSink({ ...shared, dedupe: 'byVersion', configuration: configurationOf(settings) })
  return new AsyncSink({
    ...shared,
    dedupe: 'none',
    configuration: configurationOf({ ...settings, batchLimit: 1 }),
    submit: oneRecord(async (client, record) => {
      await sendRequest(client, plainRequest(settings.table, workload.toRow(record)))
      return { type: 'ok' }
    }),
  })
}

export const ORDERED_ASYNC: SinkDesign = {
  name: 'orderedAsync',
  create: (settings) => orderedAsyncSink(settings, UPSERT),
}
