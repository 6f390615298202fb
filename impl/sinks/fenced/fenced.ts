// D8: D7 with every write behind the fence. DynamoDB has no conditional batch, so a request carries one record: that is
// the price. Zombies, replays and lost answers change nothing any more; a delete leaves a tombstone, which stays.
// Read next: fence.ts, fencedWrite.ts, ../orderedAsync/orderedAsync.ts.
import type { SinkClient } from '../../store/port.ts'
import { AsyncSink } from '../asyncSink/asyncSink.ts'
import { oneRecord } from '../asyncSink/batchRequest.ts'
import type { Answer } from '../asyncSink/protocol.ts'
import { configurationOf } from '../asyncSink/settings.ts'
import type { SinkDesign, SinkSettings } from '../designs.ts'
import type { SinkRecord } from '../interfaces.ts'
import { oneInFlightPerKey } from '../orderedAsync/oneInFlightPerKey.ts'
import { UPSERT, type Workload } from '../workloads.ts'
import { fenceError, type Target, writeFenced } from './fencedWrite.ts'

export const fencedSink = (settings: SinkSettings, workload: Workload): AsyncSink =>
  new AsyncSink({
    table: settings.table,
    dedupe: 'none',
    configuration: configurationOf({ ...settings, batchLimit: 1 }),
    admit: workload.admit,
    mayLeave: oneInFlightPerKey(({ key }) => key),
    submit: oneRecord((client, record) => submitFenced(client, { table: settings.table, workload }, record)),
  })

export const FENCED: SinkDesign = {
  name: 'fenced',
  create: (settings) => fencedSink(settings, settings.workload ?? UPSERT),
}

async function submitFenced(client: SinkClient, target: Target, record: SinkRecord): Promise<Answer> {
  const outcome = await writeFenced(client, target, record)
  const error = fenceError(outcome, record)
  if (error !== null) return { type: 'fatal', error }
  return outcome === 'again' ? { type: 'retryable' } : { type: 'ok' }
}
