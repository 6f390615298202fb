// The bounds of each stage of a verification. Every verdict is printed with the bounds it was reached under.
// Read next: verify.ts.
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'

export interface StageBounds {
  /** Safety: exhaustive search of the model. */
  readonly safety: readonly Bounds[]
  /** Liveness: the whole graph is kept. */
  readonly liveness: Bounds
  /** Every transition of each executed on the real pipeline. */
  readonly tours: readonly Bounds[]
  /** Random schedules of the real pipeline, larger than what is searched. */
  readonly random: Bounds
  readonly schedules: number
  readonly dynaliteSchedules: number
  /** What differs for designs with several requests in flight: three records to overtake one another, and larger graphs. */
  readonly asynchronous: Partial<DesignBounds>
  /** And for those that differ from another design in one call. */
  readonly variants: Partial<DesignBounds>
}

export type DesignBounds = Pick<StageBounds, 'safety' | 'liveness' | 'tours' | 'random'>

/** Designs whose every transition is executed: D0-D8; the variants differ from theirs in one call. */
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
]

/** The bounds under which a design is searched, toured and run. */
export function boundsFor(stage: StageBounds, design: string): DesignBounds {
  if (designNamed(design).inFlight > 1) return { ...stage, ...stage.asynchronous }
  return TOURED.includes(design) ? stage : { ...stage, ...stage.variants }
}

/** Alignment is put to the test only where there is more than one channel. */
export const TWO_SOURCES: Bounds = { ...SMALL, sources: 2, records: 1, others: 0 }

const QUIET = { crashes: 0, others: 0, budgets: {} } satisfies Partial<Bounds>
const WIDE = { records: 3, batchLimit: 3, checkpoints: 0, capacity: 1 } satisfies Partial<Bounds>
const TIGHT: Bounds = { ...SMALL, capacity: 1 }
/** No fault; two failures that bring the batches of two requests back in the wrong order; a torn batch beside another. */
export const OVERTAKEN: readonly Bounds[] = [
  { ...SMALL, ...QUIET, records: 3, batchLimit: 1 },
  { ...SMALL, crashes: 0, others: 2, budgets: { F1: 2, F4: 2 }, ...WIDE },
  { ...SMALL, crashes: 0, others: 1, budgets: { F1: 1 }, ...WIDE, keys: 2 },
]
const ASYNCHRONOUS: DesignBounds = {
  safety: [
    TIGHT,
    { ...TIGHT, crashes: 0, others: 2, budgets: { F3: 1, F4: 1 } },
    { ...TWO_SOURCES, ...QUIET },
    ...OVERTAKEN,
  ],
  liveness: { ...TIGHT, budgets: { F1: 1, F2d: 1, F4: 1, F6: 1 } },
  tours: [{ ...TIGHT, crashes: 0, budgets: { F1: 1 } }],
  random: {
    ...SMALL,
    sources: 2,
    records: 3,
    batchLimit: 3,
    checkpoints: 2,
    others: 3,
    budgets: { ...SMALL.budgets, F1: 2 },
  },
}

export const DEFAULT_BOUNDS: StageBounds = {
  safety: [{ ...SMALL, others: 2 }, TWO_SOURCES],
  liveness: SMALL,
  // A crash, or another fault: both in one run are toured with --deep.
  tours: [
    { ...TIGHT, others: 0, budgets: { F2d: 1, F2f: 1 } },
    { ...TIGHT, crashes: 0, budgets: { F1: 1, F4: 1 } },
  ],
  random: { ...SMALL, sources: 2, records: 3, keys: 2, checkpoints: 2, others: 2 },
  schedules: 600,
  dynaliteSchedules: 15,
  asynchronous: ASYNCHRONOUS,
  variants: { safety: [SMALL, { ...TIGHT, crashes: 0, others: 2 }, TWO_SOURCES] },
}

export const DEEP_BOUNDS: StageBounds = {
  safety: [
    { ...SMALL, others: 3 },
    { ...SMALL, records: 3, keys: 2, others: 2 },
    { ...TWO_SOURCES, others: 1 },
  ],
  liveness: { ...SMALL, records: 2, others: 2 },
  tours: [SMALL, TWO_SOURCES],
  random: {
    ...SMALL,
    sources: 2,
    records: 3,
    keys: 2,
    checkpoints: 3,
    crashes: 2,
    others: 3,
    budgets: { F1: 2, F2d: 2, F2f: 1, F3: 2, F4: 2, F5: 1, F6: 1 },
  },
  schedules: 20_000,
  dynaliteSchedules: 300,
  asynchronous: {
    safety: [...ASYNCHRONOUS.safety, { ...SMALL, others: 2 }, { ...TIGHT, records: 3 }],
    liveness: SMALL,
    tours: [{ ...TIGHT, budgets: { F1: 1, F2d: 1, F2f: 1 } }],
  },
  variants: {},
}

/** What `npm test` tours: every fault class, one crash and one further fault a run. */
export const TEST_TOURS: Bounds = { ...SMALL, capacity: 1 }

/** Bounds small enough for a test of the whole verification. */
export const TINY_BOUNDS: StageBounds = {
  safety: [SMALL, { ...TWO_SOURCES, crashes: 0, budgets: {} }],
  liveness: { ...SMALL, checkpoints: 0 },
  tours: [{ ...SMALL, checkpoints: 0, capacity: 1, others: 0 }],
  random: SMALL,
  schedules: 30,
  dynaliteSchedules: 1,
  asynchronous: { safety: [{ ...TIGHT, others: 0 }, ...OVERTAKEN] },
  variants: {},
}
