// D9: staged writes, published once their checkpoint is complete. Nothing is visible before, nothing twice, nothing lost;
// an epoch does not become visible at once. Needs a second table, and costs four requests where a write costs one: the
// staged row (in batches), its load, the fenced write, its removal (in batches).
// Read next: epochs.ts, publishing.ts, stagedSink.ts.
import { DYNAMODB_CONFIGURATION } from '../asyncSink/configuration.ts'
import type { SinkDesign, SinkSettings } from '../designs.ts'
import { MAX_BATCH_ITEMS } from '../item.ts'
import { DEFAULT_BACKOFF } from '../retry.ts'
import { UPSERT, type Workload } from '../workloads.ts'
import { perItem } from './perItem.ts'
import type { MakePublisher } from './publisher.ts'
import { StagedSink, type StagedSinkOptions } from './stagedSink.ts'

/** Of one job only; its key is the string `pk`, as that of the table. */
export const stagingTableOf = (table: string): string => `${table}.staged`

export const stagedOptions = (
  { table, batchLimit, maxInFlightRequests, backoff }: SinkSettings,
  workload: Workload,
  publisher: MakePublisher = perItem,
): StagedSinkOptions => ({
  table,
  workload,
  stagingTable: stagingTableOf(table),
  batchLimit: batchLimit ?? MAX_BATCH_ITEMS,
  maxInFlightRequests: maxInFlightRequests ?? DYNAMODB_CONFIGURATION.maxInFlightRequests,
  backoff: backoff ?? DEFAULT_BACKOFF,
  publisher,
})

export const STAGED: SinkDesign = {
  name: 'staged',
  create: (settings) => new StagedSink(stagedOptions(settings, settings.workload ?? UPSERT)),
  tablesBeside: (table) => [stagingTableOf(table)],
}
