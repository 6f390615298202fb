// Where a mutant is hunted: a design under bounds for each method, and what falls there without any mutant. A guarantee
// that falls for a reason of the design's own accuses nobody. The designs' part of it is the table of expectations.
// Read next: ../verify/expectations.ts, ../modes/modes.ts.
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { FAULTS, type FaultId } from '../../model/pipeline/vocabulary.ts'
import { EXPECTED } from '../verify/expectations.ts'
import type { Planted } from '../world/planted.ts'

type Sets = readonly (readonly FaultId[])[]

export interface Setting {
  readonly name: string
  readonly design: string
  /** Of random schedules on the real pipeline. */
  readonly random: Bounds
  /** Small enough to keep the model's whole graph: exhaustive search, and every transition on the real pipeline. */
  readonly small: Bounds
  /** Minimal sets of fault classes under which a guarantee falls here without a mutant. */
  readonly falls: Readonly<Record<string, Sets>>
  /** A right sink that is no design of the catalogue, in the place of `design`: it has no rules in the model. */
  readonly right?: Planted
}

/** Small enough for a mistake to meet its situation often: few keys, a buffer that holds more than one write of a key. */
const RANDOM: Bounds = { ...SMALL, records: 4, keys: 2, checkpoints: 2, capacity: 3, batchLimit: 3, others: 2 }

const setting = (
  name: string,
  design: string,
  random: Partial<Bounds>,
  small: Partial<Bounds>,
  falls: Readonly<Record<string, Sets>> = {},
): Setting => ({
  name: `${design}, ${name}`,
  design,
  random: { ...RANDOM, ...random },
  small: { ...SMALL, capacity: 1, ...small },
  falls: { ...EXPECTED[design], ...falls },
})

const byDesign = (name: string, random: Partial<Bounds>, small: Partial<Bounds>, falls?: Setting['falls']) => {
  const made = new Map<string, Setting>()
  return (design: string): Setting => {
    const known = made.get(design) ?? setting(name, design, random, small, falls)
    made.set(design, known)
    return known
  }
}

const ONE_CRASH: Partial<Bounds> = { others: 0, budgets: { F2d: 1 } }
const NO_FAULTS: Partial<Bounds> = { crashes: 0, others: 0, budgets: {} }
const TWO_SOURCES: Partial<Bounds> = { sources: 2, records: 1 }

/** The store refuses, the job crashes. */
export const refused = byDesign('one checkpoint at a time', {}, { budgets: { F1: 1, F2d: 1, F2f: 1 } })
/** Nothing goes wrong in the small graph. */
export const calm = byDesign('no faults', {}, { ...NO_FAULTS, batchLimit: 3, capacity: 2 })
/** Answers are lost. */
export const unanswered = byDesign('answers lost', {}, { crashes: 0, budgets: { F4: 1 } })
/** A client gives up on a request, which lands later. */
export const landsLate = byDesign(
  'requests land late',
  { keys: 1, batchLimit: 1, checkpoints: 3, others: 6, budgets: { F3: 3, F4: 3 } },
  { crashes: 0, others: 2, budgets: { F3: 1, F4: 1 } },
)
/** Checkpoints are aborted, notifications lost. */
export const aborted = byDesign('checkpoints aborted', {}, { crashes: 0, budgets: { F6: 1 } })
export const refusedTwice = byDesign(
  'refused twice',
  { others: 3, budgets: { F1: 3 } },
  { crashes: 0, others: 2, budgets: { F1: 2 } },
)
export const twoKeys = byDesign('two keys', {}, { keys: 2, crashes: 0, budgets: { F1: 1 } })
export const aligned = byDesign(
  'two channels',
  { sources: 2, records: 3 },
  { ...TWO_SOURCES, crashes: 0, budgets: { F6: 1 } },
)
const DELETES: Partial<Bounds> = { workload: 'deletes' }
/** Every second record of a key takes its row out. */
export const deleting = byDesign('deletes', DELETES, { ...DELETES, crashes: 0, budgets: { F1: 1 } })
export const deletingLate = byDesign(
  'deletes, requests land late',
  { ...DELETES, keys: 1, records: 3, batchLimit: 1, checkpoints: 3, others: 6, budgets: { F3: 3, F4: 3 } },
  { ...DELETES, crashes: 0, others: 2, budgets: { F3: 1, F4: 1 } },
)
/** Records add to their rows. */
export const adding = byDesign(
  'counter',
  { workload: 'counter', budgets: { F1: 1, F2d: 1, F3: 1, F4: 1 } },
  { workload: 'counter', crashes: 0, budgets: { F4: 1 } },
)
export const crashed = byDesign('crashed', { keys: 4, budgets: { F2d: 1, F6: 1 } }, ONE_CRASH)
export const crashedLater = byDesign(
  'crashed, two checkpoints',
  { budgets: { F2d: 1, F6: 1 } },
  { ...ONE_CRASH, checkpoints: 2 },
)

const OVERTAKING: Partial<Bounds> = { alignment: 'unaligned', budgets: { F2d: 1, F6: 1 } }
export const unaligned = byDesign(
  'unaligned',
  { ...OVERTAKING, sources: 2, records: 3 },
  { ...OVERTAKING, ...TWO_SOURCES, others: 0, capacity: 2 },
)
/** One channel with room for records that a barrier can overtake. */
export const overtaken = byDesign(
  'unaligned, one channel',
  { ...OVERTAKING, keys: 1, capacity: 4 },
  { ...OVERTAKING, others: 0, capacity: 2 },
)
export const concurrent = byDesign('two pending', { concurrency: 2 }, { ...ONE_CRASH, concurrency: 2, checkpoints: 2 })
export const savepoint = byDesign('savepoint', { savepoints: 1 }, { ...ONE_CRASH, savepoints: 1 })
/** Two subtasks behind keyed channels. */
export const parallel = byDesign(
  'P=2',
  { parallelism: 2 },
  { ...ONE_CRASH, parallelism: 2, records: 2, keys: 2, checkpoints: 0 },
)
/** List state goes by position, so a key may come to another subtask than its newer records. */
const MOVED: Sets = [['F7']]
const RESCALE: Partial<Bounds> = { parallelism: 2, budgets: { F2d: 1, F7: 1 } }
export const rescaled = byDesign(
  'P=2, rescaled',
  RESCALE,
  { ...RESCALE, records: 2, keys: 2, checkpoints: 0 },
  { S2: MOVED, S3: [['F2d']], S4: [['F2d']] },
)
export const rescaledUnaligned = byDesign(
  'P=2, unaligned, rescaled',
  { ...RESCALE, alignment: 'unaligned' },
  { ...RESCALE, alignment: 'unaligned', records: 2, keys: 2, checkpoints: 0 },
  { S2: MOVED, S3: [['F2d']], S4: [['F2d']] },
)
/** More records than a request may hold. */
export const manyRecords = byDesign(
  '27 records',
  { records: 27, keys: 27, batchLimit: 25, capacity: 30 },
  { budgets: { F1: 1 }, crashes: 0 },
)

/** A sink that is right and no design of the catalogue; `stands` is the design in whose place it is put. */
export const rightSink = (name: string, stands: string, right: Planted, falls: Setting['falls']): Setting => ({
  ...setting(name, stands, {}, {}),
  right,
  falls: { ...falls },
})

const bits = (faults: readonly FaultId[]): number =>
  faults.reduce((all, id) => all | (FAULTS.find((fault) => fault.id === id)?.bit ?? 0), 0)

/** True where that falls in this setting anyway, in a run that used these fault classes (as a bit set). */
export const fallsAnyway = ({ falls }: Setting, guarantee: string, faults: number): boolean =>
  (falls[guarantee] ?? []).some((set) => (bits(set) & ~faults) === 0)
