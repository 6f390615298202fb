// One request of the async sink: a batch as BatchWriteItem, and what came back as an answer of the writer. Places in the
// answer are places in the batch that the writer gave, not in the request, which is shorter where a key repeats.
// Source followed: Flink's DynamoDbSinkWriter; what may pass is decided as everywhere here (retry.ts), and Flink's "every
// network error is fatal" is not followed. Read next: asyncSink.ts.
import type { WriteRequest } from '@aws-sdk/client-dynamodb'
import type { SinkClient } from '../../store/port.ts'
import type { SinkRecord } from '../interfaces.ts'
import { rowOf, toWriteRequest } from '../item.ts'
import { isRetryable } from '../retry.ts'
import { type Dedupe, placesSent } from './dedupe.ts'
import type { Answer } from './protocol.ts'

/** Sends the batch and settles with its answer; never rejects. */
export async function submitBatch(
  client: SinkClient,
  table: string,
  dedupe: Dedupe,
  batch: readonly SinkRecord[],
): Promise<Answer> {
  const sent = placesSent(dedupe, batch)
  const requests = sent.map((place) => toWriteRequest(batch[place] as SinkRecord))
  try {
    const { UnprocessedItems } = await client.batchWriteItem({ RequestItems: { [table]: requests } })
    // Of one table, whatever the store calls it: an ARN may come back as a name.
    return unprocessed(batch, sent, Object.values(UnprocessedItems ?? {}).flat())
  } catch (error) {
    return isRetryable(error) ? { type: 'retryable' } : { type: 'fatal', error: fatal(error, batch) }
  }
}

/** For requests with one record: BatchWriteItem has no conditions and no additions. Never rejects. */
export const oneRecord =
  (submit: (client: SinkClient, record: SinkRecord) => Promise<Answer>) =>
  async (client: SinkClient, batch: readonly SinkRecord[]): Promise<Answer> => {
    const [record] = batch
    try {
      if (record === undefined || batch.length > 1) throw new Error(`expected one record, got ${batch.length}`)
      return await submit(client, record)
    } catch (error) {
      return isRetryable(error) ? { type: 'retryable' } : { type: 'fatal', error: fatal(error, batch) }
    }
  }

/** Matched by key, in the order in which the store lists them: it may spell other attributes anew. */
function unprocessed(batch: readonly SinkRecord[], sent: readonly number[], back: readonly WriteRequest[]): Answer {
  if (back.length === 0) return { type: 'ok' }
  const placeOf = new Map(sent.map((place) => [batch[place]?.key, place]))
  const places = new Set(back.map((request) => placeOf.get(rowOf(request))))
  const known = [...places].filter((place) => place !== undefined)
  if (known.length === back.length) return { type: 'unprocessed', places: known }
  // Taken for written, what was meant would be lost without a word.
  throw new Error(`${back.length} items were handed back, ${known.length} of them known by the key`)
}

function fatal(error: unknown, batch: readonly SinkRecord[]): Error {
  const cause = error instanceof Error ? error : new Error(String(error))
  const names = batch.map(({ id, key }) => `${id} (key ${JSON.stringify(key.slice(0, 80))})`).join(', ')
  const wrapped = new Error(`${cause.name}: ${cause.message} (records ${names})`, { cause })
  wrapped.name = 'FatalWriteError'
  return wrapped
}
