// Planted bugs of the model: one patch point each, and the guarantee that must notice it. A guarantee that none of these
// can break would be one that cannot fail. The test beside guarantees.ts searches every row.
// Read next: guarantees.ts.
import type { Bounds } from './bounds.ts'

export interface BugRow {
  readonly name: string
  readonly guarantee: string
  /** The design it is planted in: one that holds the guarantee without the bug, under the same bounds. */
  readonly design: string
  readonly bounds: Partial<Bounds>
  readonly what: string
}

const NO_FAULTS = { crashes: 0, others: 0, budgets: {} }
const CRASH = { crashes: 1, others: 0, budgets: { F2d: 1 } }

export const BUGS = [
  {
    name: 'unprocessedIgnored',
    guarantee: 'S1',
    design: 'flushOnSnapshot',
    bounds: { crashes: 0, others: 1, budgets: { F1: 1 } },
    what: 'unprocessed items count as written',
  },
  {
    name: 'retryForgotten',
    guarantee: 'S2',
    design: 'flushOnSnapshot',
    bounds: { crashes: 0, others: 1, budgets: { F1: 1 } },
    what: 'a refused batch is dropped when its back-off ends',
  },
  {
    name: 'keyedKeepsOlder',
    guarantee: 'S2',
    design: 'flushOnSnapshotKeyed',
    bounds: { ...NO_FAULTS, batchLimit: 3 },
    what: 'the keyed buffer keeps the older write of a key',
  },
  {
    name: 'newestFirst',
    guarantee: 'S3',
    design: 'flushOnSnapshot',
    bounds: NO_FAULTS,
    what: 'batches are taken from the end of the list',
  },
  {
    name: 'firstRecordAgain',
    guarantee: 'S4',
    design: 'flushOnSnapshot',
    bounds: NO_FAULTS,
    what: 'finish() writes the first record once more',
  },
  {
    name: 'visibleEarly',
    guarantee: 'S5',
    design: 'flushOnLastNotify',
    bounds: { ...NO_FAULTS, checkpoints: 0 },
    what: 'a full buffer is written before its checkpoint completes',
  },
  {
    name: 'noAlignment',
    guarantee: 'S6',
    design: 'flushOnSnapshot',
    bounds: { ...NO_FAULTS, sources: 2, records: 1 },
    what: 'the first barrier triggers, no channel is blocked',
  },
  {
    name: 'offsetAfterBarrier',
    guarantee: 'S6',
    design: 'flushOnSnapshot',
    bounds: NO_FAULTS,
    what: 'the source stores an offset one past its barrier',
  },
  {
    name: 'completeWithoutSink',
    guarantee: 'S7',
    design: 'flushOnSnapshot',
    bounds: NO_FAULTS,
    what: 'a checkpoint completes without the sink acknowledging',
  },
  {
    name: 'bufferNotInState',
    guarantee: 'S7',
    design: 'listStateBuffer',
    bounds: NO_FAULTS,
    what: 'the snapshot leaves the buffer out',
  },
  {
    name: 'publishedBeforeComplete',
    guarantee: 'S5',
    design: 'staged',
    bounds: { ...NO_FAULTS, checkpoints: 2, concurrency: 2 },
    what: 'every closed epoch is published at the next notification, whichever checkpoint it is about',
  },
  {
    name: 'restoredNotPublished',
    guarantee: 'S1',
    design: 'staged',
    bounds: CRASH,
    what: 'the epochs of the restored checkpoint are not published',
  },
  {
    name: 'tombstonesDropped',
    guarantee: 'S2',
    design: 'fenced',
    bounds: { crashes: 0, others: 2, budgets: { F3: 1, F4: 1 }, workload: 'deletes' },
    what: 'a delete leaves no row behind the fence',
  },
  {
    name: 'additionUnfenced',
    guarantee: 'S4',
    design: 'fenced',
    bounds: { crashes: 0, others: 1, budgets: { F4: 1 }, workload: 'counter' },
    what: 'an addition passes the fence again',
  },
  {
    name: 'notifyUnfiltered',
    guarantee: 'S8',
    design: 'flushOnSnapshot',
    bounds: { crashes: 0, others: 1, budgets: { F6: 1 }, checkpoints: 2 },
    what: 'the newest completed id that comes with an abort is delivered again',
  },
  {
    name: 'completionNotStored',
    guarantee: 'S9',
    design: 'flushOnSnapshot',
    bounds: CRASH,
    what: 'a completed checkpoint is notified but not stored',
  },
  {
    name: 'ackCountedByTask',
    guarantee: 'S10',
    design: 'flushOnSnapshot',
    bounds: CRASH,
    what: 'an acknowledgement counts by task, whatever its attempt and id',
  },
  {
    name: 'abortDiscards',
    guarantee: 'S11',
    design: 'listStateBuffer',
    bounds: { crashes: 0, others: 1, budgets: { F6: 1 } },
    what: 'an aborted checkpoint throws the buffer away',
  },
  {
    name: 'declineIgnored',
    guarantee: 'L1',
    design: 'flushOnSnapshot',
    bounds: { crashes: 0, others: 1, budgets: { F6: 1 } },
    what: 'the coordinator forgets a decline',
  },
  {
    name: 'backoffTimerLost',
    guarantee: 'L2',
    design: 'flushOnSnapshot',
    bounds: { crashes: 0, others: 1, budgets: { F1: 1 } },
    what: 'after a refusal no timer is armed',
  },
  {
    name: 'cancelMarkerLost',
    guarantee: 'L2',
    design: 'flushOnSnapshot',
    bounds: { crashes: 0, others: 1, budgets: { F6: 1 }, sources: 2, records: 1 },
    what: 'a source that was told of the abort sends no cancel marker',
  },
  {
    name: 'noSubsumption',
    guarantee: 'S9',
    design: 'flushOnSnapshot',
    bounds: { ...CRASH, concurrency: 2, checkpoints: 2 },
    what: 'a completed checkpoint leaves older ones pending, which complete after it',
  },
  {
    name: 'savepointStored',
    guarantee: 'S9',
    design: 'flushOnSnapshot',
    bounds: { ...CRASH, savepoints: 1 },
    what: 'a savepoint becomes the restore point',
  },
  {
    name: 'channelStateForgotten',
    guarantee: 'S6',
    design: 'flushOnSnapshot',
    bounds: { ...NO_FAULTS, alignment: 'unaligned' },
    what: 'records that a barrier overtook are not in the checkpoint',
  },
  {
    name: 'restoresFirstListOnly',
    guarantee: 'S12',
    design: 'listStateBuffer',
    bounds: { ...CRASH, others: 1, budgets: { F2d: 1, F7: 1 }, parallelism: 2, keys: 2, sources: 1 },
    what: 'a rescaled restore takes the list of the first old subtask only',
  },
  {
    name: 'metadataRestored',
    guarantee: 'S9',
    design: 'flushOnSnapshot',
    bounds: { crashes: 1, others: 0, budgets: { F10: 1 } },
    what: 'a restore takes metadata without an entry in the checkpoint store for a restore point',
  },
  {
    name: 'olderTakenSilently',
    guarantee: 'S9',
    design: 'flushOnSnapshot',
    bounds: { crashes: 1, others: 1, budgets: { F2d: 1, F9: 1 } },
    what: 'a restore from a damaged checkpoint takes the older one and says nothing',
  },
  {
    name: 'stopNotNamed',
    guarantee: 'S9',
    design: 'flushOnSnapshot',
    bounds: { crashes: 2, others: 0, budgets: { F2d: 1, F8: 1 } },
    what: "the next version takes the older checkpoint, not the stop's savepoint",
  },
] as const satisfies readonly BugRow[]

export type BugName = (typeof BUGS)[number]['name']
