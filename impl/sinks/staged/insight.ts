// What the staged sink shows to whoever looks while its task stands still: the lockstep compares it with the model.
// Read next: stagedSink.ts.
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import type { SinkRecord } from '../interfaces.ts'
import type { Call, StagedEffect, StagedState } from './epochs.ts'
import type { PublisherInsight } from './publisher.ts'
import type { Publication } from './publishing.ts'
import { publicationsOf } from './stagedRow.ts'

/** What the sink has at the store, or waits to send again. `removeStale` is housekeeping: rows that nobody names. */
export type StagedRequest = PublisherInsight['request'] | 'stage' | 'remove' | 'scan' | 'removeStale'

export interface StagedInsight {
  readonly call: Call['type'] | null
  /** Of the open epoch: records in no staged row yet, and the rows that they will have. */
  readonly unstaged: readonly SinkRecord[]
  readonly unstagedRows: readonly Publication[]
  readonly staged: readonly Publication[]
  /** Oldest first. */
  readonly closed: readonly { readonly checkpointId: CheckpointId; readonly records: readonly Publication[] }[]
  /** Not known to be in the table, the next one first. */
  readonly publishing: readonly Publication[]
  readonly request: StagedRequest | null
  /** Back-off level of that request. */
  readonly level: number
  /** What is left of a batch that is staged or removed. */
  readonly batch: readonly Publication[]
}

/** What the sink is busy with. */
export interface StagedWork {
  readonly effect: StagedEffect<SinkRecord>['type']
  readonly publisher: PublisherInsight | null
  /** Rows. */
  readonly batch: readonly string[]
  readonly level: number
  /** At which the level stays. */
  readonly highest: number
}

export function insightOf(state: StagedState<SinkRecord>, work: StagedWork | null): StagedInsight {
  const { writer, epoch, unstaged, call } = state
  const open = publicationsOf({ ...writer, epoch, records: [...state.staged, ...unstaged] })
  const closed = state.closed.map((each) => ({ checkpointId: each.checkpointId, records: publicationsOf(each) }))
  const named = new Map([...open, ...closed.flatMap(({ records }) => records)].map((each) => [each.row, each]))
  return {
    call: call?.type ?? null,
    unstaged,
    unstagedRows: open.slice(state.staged.length),
    staged: open.slice(0, state.staged.length),
    closed,
    publishing: work?.publisher?.publishing ?? [],
    request: work === null ? null : requestOf(work),
    level: work === null ? 0 : Math.min(work.highest, work.publisher?.level ?? work.level),
    batch: (work?.batch ?? []).flatMap((row) => named.get(row) ?? []),
  }
}

function requestOf({ effect, publisher, batch }: StagedWork): StagedRequest | null {
  if (effect === 'publish') return publisher?.request ?? null
  if (effect === 'discardStale') return batch.length > 0 ? 'removeStale' : 'scan'
  return effect === 'snapshot' ? null : effect
}
