// D8: D7 with every write behind the fence. DynamoDB has no conditional batch, so a request carries one record: that is
// the price. Zombies, replays and lost answers change nothing any more; a delete leaves a tombstone, which stays.
// Read next: fence.ts, fencedWrite.ts, ../orderedAsync/orderedAsync.ts.
import type { SinkClient } from '../../store/port.ts'
import { AsyncSink } from '../asyncSink/asyncSink.ts'
import { fatal } from '../asyncSink/batchRequest.ts'
import type { Answer } from '../asyncSink/protocol.ts'
import { configurationOf } from '../asyncSink/settings.ts'
import type { SinkDesign } from '../designs.ts'
import type { SinkRecord } from '../interfaces.ts'
import { oneInFlightPerKey } from '../orderedAsync/oneInFlightPerKey.ts'
import { fenceError, writeFenced } from './fencedWrite.ts'

export const FENCED: SinkDesign = {
  name: 'fenced',
  create: (settings) =>
    new AsyncSink({
      table: settings.table,
      dedupe: 'none',
      configuration: configurationOf({ ...settings, batchLimit: 1 }),
      mayLeave: oneInFlightPerKey(({ key }) => key),
      submit: (client, batch) => submitFenced(client, settings.table, batch),
    }),
}

/** Of a request with one record. Never rejects. */
async function submitFenced(client: SinkClient, table: string, batch: readonly SinkRecord[]): Promise<Answer> {
  const [record] = batch
  if (record === undefined || batch.length > 1) throw new Error(`expected one record a request, got ${batch.length}`)
  try {
    const outcome = await writeFenced(client, table, record)
    const error = fenceError(outcome, record)
    if (error !== null) return { type: 'fatal', error }
    return outcome === 'again' ? { type: 'retryable' } : { type: 'ok' }
  } catch (error) {
    return { type: 'fatal', error: fatal(error, batch) }
  }
}
