// What the staged sink shows to whoever looks while its task stands still. Read next: stagedSink.ts.
import type { BatchWriter } from '../batchWriter.ts'
import type { SinkRecord } from '../interfaces.ts'
import type { Call, ClosedEpoch, ManifestEntry, StagedState } from './epochs.ts'
import type { Publisher } from './publisher.ts'
import type { Publication } from './publishing.ts'
import type { StagedRecord } from './stagedRow.ts'

export interface StagedInsight {
  readonly epoch: number
  /** Of the open epoch. */
  readonly unstaged: readonly SinkRecord[]
  readonly staged: readonly ManifestEntry[]
  readonly closed: readonly ClosedEpoch[]
  readonly call: Call['type'] | null
  /** In the staging request, or waiting for its back-off. */
  readonly staging: readonly StagedRecord[]
  readonly backoffLevel: number
  readonly publishing: readonly Publication[]
  /** Staged rows in the removing request. */
  readonly removing: readonly string[]
}

interface Work {
  readonly staging: BatchWriter<StagedRecord>
  readonly removing: BatchWriter<string>
  readonly publisher: Publisher
}

export const insightOf = (state: StagedState<SinkRecord>, work: Work | null): StagedInsight => ({
  epoch: state.epoch,
  unstaged: state.unstaged,
  staged: state.staged,
  closed: state.closed,
  call: state.call?.type ?? null,
  staging: work?.staging.current ?? [],
  backoffLevel: Math.max(work?.staging.level ?? 0, work?.removing.level ?? 0),
  publishing: work?.publisher.publishing ?? [],
  removing: work?.removing.current ?? [],
})
