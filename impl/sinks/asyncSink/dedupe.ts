// Which entries of a batch are sent where a key occurs twice: DynamoDB refuses a batch that repeats a key. Flink's option
// (overwriteByPartitionKeys) keeps the last one, and the last is not always the newest: failed entries of two requests can
// meet in one batch in reverse order, and then the newer one is dropped for good. Keeping the higher version is the cure.
// Read next: asyncSink.ts.
import type { SinkRecord } from '../interfaces.ts'

export type Dedupe = 'none' | 'lastInBatch' | 'byVersion'

const REPLACES: Readonly<Record<Dedupe, (later: SinkRecord, earlier: SinkRecord) => boolean>> = {
  none: () => false,
  lastInBatch: () => true,
  byVersion: (later, earlier) => later.version >= earlier.version,
}

/**
 * Places of the records that are sent, rising. A key is the whole string that the table has as its key; Flink joins the
 * named attributes with "$" and so takes different keys for one.
 */
export function placesSent(dedupe: Dedupe, batch: readonly SinkRecord[]): readonly number[] {
  if (dedupe === 'none') return batch.map((_, place) => place)
  const kept = new Map<string, number>()
  for (const [place, record] of batch.entries()) {
    const earlier = batch[kept.get(record.key) ?? -1]
    if (earlier === undefined || REPLACES[dedupe](record, earlier)) kept.set(record.key, place)
  }
  return [...kept.values()].sort((left, right) => left - right)
}
