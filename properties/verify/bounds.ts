// The bounds of each stage of a verification. Every verdict is printed with the bounds it was reached under.
// Read next: verify.ts.
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { designNamed, keepsBuffer } from '../../model/pipeline/sinks/designs.ts'
import { WIDE_SEARCHES } from './wideBounds.ts'

export interface StageBounds {
  /** Searched exhaustively, and the graph kept: for safety and for fair runs. */
  readonly fair: readonly Bounds[]
  /** The same with a record that is handed back for ever. */
  readonly poisoned: Bounds
  /** Searched exhaustively for safety alone. */
  readonly safety: readonly Bounds[]
  /** Every transition of each executed on the real pipeline. */
  readonly tours: readonly Bounds[]
  /** Random schedules of the real pipeline, larger than what is searched. */
  readonly random: readonly Bounds[]
  /** Of all shapes together. */
  readonly schedules: number
  readonly dynaliteSchedules: number
  /** Searched beside these, reduced, as far as time goes. */
  readonly wide: readonly Bounds[]
  /** Most runs for one set of classes, where the schedules above did not show what the model says. */
  readonly huntRuns: number
  /** In lockstep on memory, for each design and workload beside upsert. */
  readonly workloadSchedules: number
  /** What differs for designs with several requests in flight: three records to overtake one another, and larger graphs. */
  readonly asynchronous: Partial<DesignBounds>
  /** And for those that differ from another design in one call. */
  readonly variants: Partial<DesignBounds>
}

export type DesignBounds = Pick<StageBounds, 'fair' | 'poisoned' | 'safety' | 'tours' | 'random'>

/** Designs whose every transition is executed: D0-D9; the variants differ from theirs in one call. */
export const TOURED = [
  'writeThrough',
  'hashSetTransient',
  'listStateBuffer',
  'flushOnSnapshot',
  'flushNotAwaited',
  'flushOnNotify',
  'asyncSink',
  'asyncSinkByVersion',
  'orderedAsync',
  'fenced',
  'staged',
]

/** The bounds under which a design is searched, toured and run. */
export function boundsFor(stage: StageBounds, design: string): DesignBounds {
  const row = designNamed(design)
  const differs = row.inFlight > 1 ? stage.asynchronous : TOURED.includes(design) ? {} : stage.variants
  const bounds = { ...stage, ...differs }
  return keepsBuffer(row) ? { ...bounds, safety: [...bounds.safety, RESCALED] } : bounds
}

/** Alignment is put to the test only where there is more than one channel. */
export const TWO_SOURCES: Bounds = { ...SMALL, sources: 2, records: 1, others: 0 }

/** From one subtask to two: what the buffer held of a key is with one, what comes newly of it with the other. */
const RESCALED: Bounds = {
  ...SMALL,
  capacity: 1,
  parallelism: 2,
  startParallelism: 1,
  budgets: { F2d: 1, F7: 1 },
}

const QUIET = { crashes: 0, others: 0, budgets: {} } satisfies Partial<Bounds>
const WIDE = { records: 3, batchLimit: 3, checkpoints: 0, capacity: 1 } satisfies Partial<Bounds>
const TIGHT: Bounds = { ...SMALL, capacity: 1 }
/**
 * Code update, damaged checkpoint, coordinator's death: beside each what it needs in company, which is a lost notification,
 * a crash, a request that lands late.
 */
export const ENDS: readonly Bounds[] = [
  { ...TIGHT, budgets: { F3: 1, F5: 1, F8: 1 } },
  { ...TIGHT, others: 2, budgets: { F2d: 1, F3: 1, F9: 1 } },
  { ...TIGHT, budgets: { F3: 1, F10: 1 } },
]
/** What a close() that writes can meet. */
export const CLOSING: Bounds = { ...TIGHT, budgets: { F1: 1, F4: 1, F8: 1 } }
/** The same alone, to be executed; tested with more. */
const TOURED_ENDS: readonly Bounds[] = [
  { ...TIGHT, records: 1, checkpoints: 0, others: 0, budgets: { F8: 1 } },
  { ...TIGHT, records: 1, checkpoints: 0, budgets: { F2d: 1, F9: 1 } },
  { ...TIGHT, records: 1, checkpoints: 0, others: 0, budgets: { F10: 1 } },
]
const BESIDE: Bounds = { ...SMALL, records: 3, keys: 2, checkpoints: 2, crashes: 2, others: 3 }
/** Random schedules with the other classes: a stop with savepoint goes with no decline, and a rescale needs subtasks. */
export const RANDOM_ENDS: readonly Bounds[] = [
  { ...BESIDE, budgets: { F1: 1, F2d: 1, F3: 1, F5: 1, F8: 1, F9: 1, F10: 1 } },
  { ...BESIDE, parallelism: 2, startParallelism: 1, budgets: { F1: 1, F2d: 2, F3: 1, F7: 2 } },
]
/** No fault; two failures that bring the batches of two requests back in the wrong order; a torn batch beside another. */
export const OVERTAKEN: readonly Bounds[] = [
  { ...SMALL, ...QUIET, records: 3, batchLimit: 1 },
  { ...SMALL, crashes: 0, others: 2, budgets: { F1: 2, F4: 2 }, ...WIDE },
  { ...SMALL, crashes: 0, others: 1, budgets: { F1: 1 }, ...WIDE, keys: 2 },
]
const ASYNCHRONOUS: DesignBounds = {
  fair: [TIGHT, ...ENDS],
  poisoned: { ...TIGHT, budgets: { F1: 1, F2d: 1, F4: 1, F6: 1 } },
  safety: [{ ...TIGHT, crashes: 0, others: 2, budgets: { F3: 1, F4: 1 } }, { ...TWO_SOURCES, ...QUIET }, ...OVERTAKEN],
  tours: [{ ...TIGHT, crashes: 0, budgets: { F1: 1 } }, ...TOURED_ENDS],
  random: [
    {
      ...SMALL,
      sources: 2,
      records: 3,
      batchLimit: 3,
      checkpoints: 2,
      others: 3,
      budgets: { ...SMALL.budgets, F1: 2 },
    },
    ...RANDOM_ENDS,
  ],
}

export const DEFAULT_BOUNDS: StageBounds = {
  fair: [{ ...SMALL, others: 2 }, ...ENDS],
  poisoned: SMALL,
  safety: [TWO_SOURCES],
  // A crash, or another fault: both in one run are toured with --deep.
  tours: [
    { ...TIGHT, others: 0, budgets: { F2d: 1, F2f: 1 } },
    { ...TIGHT, crashes: 0, budgets: { F1: 1, F4: 1 } },
    ...TOURED_ENDS,
  ],
  random: [{ ...SMALL, sources: 2, records: 3, keys: 2, checkpoints: 2, others: 2 }, ...RANDOM_ENDS],
  wide: [],
  schedules: 600,
  dynaliteSchedules: 15,
  huntRuns: 2_000,
  workloadSchedules: 2,
  asynchronous: ASYNCHRONOUS,
  variants: { fair: [SMALL, ...ENDS, CLOSING], safety: [{ ...TIGHT, crashes: 0, others: 2 }, TWO_SOURCES] },
}

export const DEEP_BOUNDS: StageBounds = {
  fair: [{ ...SMALL, others: 3 }, ...ENDS.map((bounds) => ({ ...bounds, capacity: 2, others: 2 })), CLOSING],
  poisoned: { ...SMALL, others: 2 },
  safety: [
    { ...SMALL, records: 3, keys: 2, others: 2 },
    { ...TWO_SOURCES, others: 1 },
  ],
  tours: [SMALL, TWO_SOURCES, ...TOURED_ENDS.map((bounds) => ({ ...bounds, records: 2 }))],
  random: [
    {
      ...SMALL,
      sources: 2,
      records: 3,
      keys: 2,
      checkpoints: 3,
      crashes: 2,
      others: 3,
      budgets: { F1: 2, F2d: 2, F2f: 1, F3: 2, F4: 2, F5: 1, F6: 1 },
    },
    ...RANDOM_ENDS,
  ],
  wide: WIDE_SEARCHES,
  schedules: 20_000,
  dynaliteSchedules: 300,
  huntRuns: 50_000,
  workloadSchedules: 300,
  asynchronous: {
    fair: [{ ...SMALL, others: 2 }, ...ENDS],
    poisoned: SMALL,
    safety: [...ASYNCHRONOUS.safety, { ...TIGHT, records: 3 }],
    tours: [{ ...TIGHT, budgets: { F1: 1, F2d: 1, F2f: 1 } }, ...TOURED_ENDS],
  },
  variants: {},
}

/** What `npm test` tours: every fault class, one crash and one further fault a run. */
export const TEST_TOURS: Bounds = { ...SMALL, capacity: 1 }

/** Bounds small enough for a test of the whole verification. */
export const TINY_BOUNDS: StageBounds = {
  fair: [SMALL, ...ENDS],
  poisoned: { ...SMALL, checkpoints: 0 },
  safety: [{ ...TWO_SOURCES, crashes: 0, budgets: {} }],
  tours: [{ ...SMALL, checkpoints: 0, capacity: 1, others: 0 }],
  random: [SMALL, ...RANDOM_ENDS],
  wide: [],
  schedules: 30,
  dynaliteSchedules: 1,
  huntRuns: 50,
  workloadSchedules: 1,
  asynchronous: { fair: [{ ...TIGHT, others: 0 }, ...ENDS], safety: OVERTAKEN },
  variants: {},
}
