// D9: staged writes, published once their checkpoint is complete. Nothing is visible before, nothing twice, nothing lost;
// an epoch does not become visible at once. Needs a second table, and costs four requests where a write costs one: the
// staged row (in batches), its load, the fenced write, its removal (in batches).
// Read next: epochs.ts, publishing.ts, stagedSink.ts.
import { DYNAMODB_CONFIGURATION } from '../asyncSink/configuration.ts'
import type { SinkDesign } from '../designs.ts'
import { MAX_BATCH_ITEMS } from '../item.ts'
import { DEFAULT_BACKOFF } from '../retry.ts'
import { PerItemPublisher } from './perItem.ts'
import { StagedSink } from './stagedSink.ts'

/** Of one job only; its key is the string `pk`, as that of the table. */
export const stagingTableOf = (table: string): string => `${table}.staged`

export const STAGED: SinkDesign = {
  name: 'staged',
  create: ({ table, batchLimit, maxInFlightRequests, backoff }) =>
    new StagedSink({
      table,
      stagingTable: stagingTableOf(table),
      batchLimit: batchLimit ?? MAX_BATCH_ITEMS,
      maxInFlightRequests: maxInFlightRequests ?? DYNAMODB_CONFIGURATION.maxInFlightRequests,
      backoff: backoff ?? DEFAULT_BACKOFF,
      publisher: (context, options) => new PerItemPublisher(context, options),
    }),
}
