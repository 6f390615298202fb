// The protocol's modes, one row each: what is searched exhaustively, what is small enough for every transition to be
// executed on the real pipeline, and which guarantees of the runtime are expected to fall. Contrast rows plant a bug: what
// a mode rests on is shown by taking it away. Read next: searchMode.ts, ../../model/pipeline/bounds.ts.
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import type { BugName } from '../../model/pipeline/bugs.ts'

/** What a mode answers for; S2 to S5 are the sink's own and are in the main table. */
export const OF_MODE = ['S1', 'S6', 'S7', 'S8', 'S9', 'S10', 'S11', 'S12', 'L1', 'L2'] as const
export type ModeGuarantee = (typeof OF_MODE)[number]

export interface ModeRow {
  readonly name: string
  readonly what: string
  readonly design: string
  /** Searched for safety, and, where the graph is small enough to keep, for fair runs. */
  readonly bounds: Bounds
  readonly liveness: Bounds
  /** Every transition of this graph is executed on the real pipeline; null for a row with a bug, which the real one lacks. */
  readonly tour: Bounds | null
  readonly bug: BugName | null
  readonly falls: readonly ModeGuarantee[]
  /** Fair runs are looked at from here on only. */
  readonly from: 'the start' | 'a checkpoint started after an abort'
}

const row = (
  name: string,
  what: string,
  change: Partial<Bounds>,
  small: Partial<Bounds>,
  more: Partial<Omit<ModeRow, 'bounds' | 'liveness' | 'tour'>> = {},
): ModeRow => {
  const bounds = { ...SMALL, ...CRASH_OR_ABORT, ...change }
  const tour = { ...bounds, records: 1, checkpoints: 1, capacity: 1, ...small }
  return {
    name,
    what,
    design: 'listStateBuffer',
    bounds,
    liveness: tour,
    tour,
    bug: null,
    falls: [],
    from: 'the start',
    ...more,
  }
}

/** A crash, and a checkpoint that is declined or expires. */
const CRASH_OR_ABORT: Partial<Bounds> = { crashes: 1, others: 1, budgets: { F2d: 1, F6: 1 } }
const TWO_SOURCES: Partial<Bounds> = { sources: 2, records: 1, checkpoints: 2 }
const ONLY_ABORTS: Partial<Bounds> = { crashes: 0, others: 1, budgets: { F6: 1 } }
const ONLY_CRASHES: Partial<Bounds> = { others: 0 }
const RESCALE: Partial<Bounds> = { budgets: { F2d: 1, F7: 1 } }

/** The same graph without the bug is another row; here the bug alone is looked at. */
const contrast = (name: string, of: ModeRow, bug: BugName, what: string, falls: readonly ModeGuarantee[]): ModeRow => ({
  ...of,
  name,
  what,
  bug,
  falls,
  bounds: of.liveness,
  tour: null,
})

const ANNOUNCED: Partial<Bounds> = {
  ...ONLY_ABORTS,
  sources: 2,
  records: 1,
  checkpoints: 1,
  capacity: 1,
  alignment: 'alternating',
}
const ALIGNED = row('aligned', 'a channel waits for the barriers of the others', TWO_SOURCES, ONLY_ABORTS)
const UNALIGNED = row(
  'unaligned',
  'the first barrier triggers; what barriers overtake is channel state',
  { ...TWO_SOURCES, alignment: 'unaligned' },
  { ...ONLY_CRASHES, checkpoints: 0 },
)
/** The smallest in which a barrier can overtake a record. */
const OVERTAKING: Partial<Bounds> = { alignment: 'unaligned', records: 2, checkpoints: 1, ...ONLY_CRASHES }
const OVERTAKEN = row('', '', OVERTAKING, { ...OVERTAKING, capacity: 2 })
const CONCURRENT = row(
  'two pending',
  'a second checkpoint starts before the first is complete',
  { sources: 2, records: 1, checkpoints: 2, concurrency: 2, others: 0 },
  { sources: 1, records: 2, checkpoints: 2, others: 0 },
)
const ABORTED: Partial<Bounds> = { ...ONLY_ABORTS, sources: 2, records: 1, checkpoints: 2 }
const CANCELLED = row('cancel markers', 'an abort overtakes a trigger: a cancel marker instead of a barrier', ABORTED, {
  ...ABORTED,
  checkpoints: 1,
})
const RESCALED = row(
  'P=2, rescaled',
  'two subtasks; a restore may have one or two',
  { parallelism: 2, keys: 2, records: 4, ...RESCALE },
  { parallelism: 2, records: 2, keys: 2 },
)

export const MODES: readonly ModeRow[] = [
  ALIGNED,
  row(
    'at least once',
    'no channel waits: records of the next epoch are taken before the snapshot',
    { ...TWO_SOURCES, alignment: 'atLeastOnce' },
    ONLY_ABORTS,
    { falls: ['S6'] },
  ),
  UNALIGNED,
  row(
    'alternating',
    'aligned until a timeout, then barriers overtake',
    { sources: 2, records: 1, checkpoints: 1, alignment: 'alternating' },
    { sources: 2, ...ONLY_CRASHES, crashes: 0, budgets: {} },
  ),
  // Flink's own gap: `AlternatingWaitingForFirstBarrier` heeds no cancel before a barrier (vectors: announcement, then cancel).
  row(
    'alternating, aborted',
    'a cancel marker after an announcement is not heeded; the barrier that was announced blocks its channel',
    ANNOUNCED,
    ANNOUNCED,
    { falls: ['L2'] },
  ),
  row(
    'the same, but a newer follows',
    'the next barrier ends the wait',
    { ...ANNOUNCED, checkpoints: 2 },
    { ...ANNOUNCED, checkpoints: 2 },
    { from: 'a checkpoint started after an abort' },
  ),
  CONCURRENT,
  row(
    'two pending, at least once',
    'counted side by side, nothing waits',
    { sources: 2, records: 1, checkpoints: 2, concurrency: 2, alignment: 'atLeastOnce', ...ONLY_CRASHES },
    { sources: 2, checkpoints: 1, crashes: 0, budgets: {} },
    { falls: ['S6'] },
  ),
  row(
    'savepoint',
    'written, nobody is told, no restore point',
    { records: 2, checkpoints: 2, savepoints: 1 },
    { records: 2, checkpoints: 1, ...ONLY_CRASHES },
  ),
  CANCELLED,
  RESCALED,
  row(
    'P=2, unaligned, rescaled',
    'channel state follows its keys',
    { parallelism: 2, keys: 2, records: 3, checkpoints: 2, alignment: 'unaligned', ...RESCALE },
    { parallelism: 2, records: 2, keys: 2, checkpoints: 0 },
  ),
  row(
    'P=4',
    'four subtasks behind keyed channels',
    { parallelism: 4, records: 4, keys: 4, checkpoints: 1, ...ONLY_CRASHES, crashes: 0, budgets: {} },
    { parallelism: 4, records: 2, keys: 2, checkpoints: 0 },
  ),
  row(
    'S=4',
    'four sources, one subtask',
    { sources: 4, records: 1, checkpoints: 1, crashes: 0, others: 0, budgets: {} },
    { sources: 4, checkpoints: 0, others: 0, budgets: {} },
    { design: 'writeThrough' },
  ),
  row(
    'async sink, alternating',
    'several requests in flight; an abort may come inside a snapshot that waits, and drops its channel state',
    { sources: 2, records: 1, checkpoints: 1, alignment: 'alternating', ...ONLY_ABORTS },
    { alignment: 'alternating', sources: 1, records: 2, checkpoints: 0, capacity: 2, ...ONLY_ABORTS },
    { design: 'asyncSinkByVersion' },
  ),
  row(
    'async sink, P=2, rescaled',
    'a whole buffer is one element of list state',
    { parallelism: 2, keys: 2, records: 3, checkpoints: 1, ...RESCALE },
    { parallelism: 2, keys: 2, records: 2, checkpoints: 0 },
    { design: 'asyncSinkByVersion' },
  ),
  contrast(
    'unaligned, no channel state',
    OVERTAKEN,
    'channelStateForgotten',
    'records that were overtaken are forgotten',
    ['S1', 'S6', 'S7'],
  ),
  contrast(
    'two pending, no subsumption',
    CONCURRENT,
    'noSubsumption',
    'an older checkpoint completes after a newer one',
    ['S9'],
  ),
  contrast('cancel marker lost', CANCELLED, 'cancelMarkerLost', 'the channels that have their barrier wait for ever', [
    'L2',
  ]),
  {
    ...contrast('lost, but a newer follows', CANCELLED, 'cancelMarkerLost', 'the next barrier ends the wait', []),
    liveness: CANCELLED.bounds,
    from: 'a checkpoint started after an abort',
  },
  contrast('rescaled, first list only', RESCALED, 'restoresFirstListOnly', 'a restore reads the first old list', [
    'S1',
    'S7',
    'S12',
  ]),
]
