// The bounds of the wide searches: a crash and one further fault class each, with two channels into one subtask, and with
// two subtasks behind one source. A row is a class; each search is safety alone, and reduced.
// Read next: wideStage.ts.
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'

type Classes = Pick<Bounds, 'budgets' | 'crashes' | 'others'>

/** Either crash, once. */
const CRASH = { F2d: 1, F2f: 1 }
const beside = (further: Bounds['budgets']): Classes => ({ budgets: { ...CRASH, ...further }, crashes: 1, others: 1 })
/** What ends an attempt by itself is a second end beside the crash. */
const after = (further: Bounds['budgets']): Classes => ({ budgets: { F2d: 1, ...further }, crashes: 2, others: 0 })

const CLASSES: readonly Classes[] = [
  beside({ F1: 1 }),
  beside({ F3: 1 }),
  beside({ F4: 1 }),
  beside({ F5: 1 }),
  beside({ F6: 1 }),
  beside({ F9: 1 }),
  after({ F8: 1 }),
  after({ F10: 1 }),
]
const CHANNELS: Bounds = { ...SMALL, sources: 2, records: 2, keys: 2, checkpoints: 2, capacity: 1 }
const SUBTASKS: Bounds = { ...SMALL, records: 2, keys: 2, checkpoints: 1, capacity: 1, parallelism: 2 }
/** From two to one; only a death, as in the table: what a failover adds to it is in the row of F2f. */
const RESCALED: Classes = { budgets: { F2d: 1, F7: 1 }, crashes: 1, others: 1 }

export const WIDE_SEARCHES: readonly Bounds[] = [
  ...CLASSES.map((classes) => ({ ...SUBTASKS, ...classes })),
  { ...SUBTASKS, ...RESCALED },
  { ...SUBTASKS, ...RESCALED, startParallelism: 1 },
  ...CLASSES.map((classes) => ({ ...CHANNELS, ...classes })),
]

export interface WideJob {
  readonly design: string
  readonly bounds: Bounds
}

/** Smaller graphs first, so that the time they leave goes to the large ones: of designs with several requests in flight. */
export const wideJobs = (wide: readonly Bounds[]): readonly WideJob[] =>
  [...DESIGNS]
    .sort((one, other) => one.inFlight - other.inFlight)
    .flatMap(({ name }) => wide.map((bounds) => ({ design: name, bounds })))
    .sort((one, other) => other.bounds.parallelism - one.bounds.parallelism)
