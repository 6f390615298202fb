// The bounds of the workloads beside upsert: one small search for each kind of trouble, so small that every design is put
// to each of them in every run. A test shows that upsert falls under them exactly as it does under the large ones, as far
// as their fault classes go: what differs is the workload's doing. Read next: workloadStage.ts.
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import type { FaultId } from '../../model/pipeline/vocabulary.ts'
import type { WorkloadName } from '../../model/pipeline/workloads.ts'
import type { DesignBounds } from './bounds.ts'

/** Classes that have a budget in some of the searches. */
export const WORKLOAD_FAULTS: readonly FaultId[] = ['F1', 'F1p', 'F2d', 'F3', 'F4']

const NONE: Bounds = { ...SMALL, capacity: 1, checkpoints: 0, crashes: 0, others: 0, budgets: {} }
const CRASH: Bounds = { ...NONE, records: 1, checkpoints: 1, crashes: 1, budgets: { F2d: 1 } }
const ZOMBIE: Bounds = { ...NONE, crashes: 1, others: 1, budgets: { F2d: 1, F3: 1 } }
const LATE: Bounds = { ...NONE, others: 2, budgets: { F1: 1, F3: 1, F4: 1 } }
const OVERTAKEN: Bounds = { ...NONE, records: 3, batchLimit: 3 }
/** Where of a repeated key one record is sent: batches come back in the wrong order; torn, beside another key. */
const REFUSED_TWICE: Bounds = { ...OVERTAKEN, others: 2, budgets: { F1: 2 } }
const UNANSWERED_TWICE: Bounds = { ...REFUSED_TWICE, budgets: { F4: 2 } }
const TORN: Bounds = { ...REFUSED_TWICE, keys: 2, others: 1, budgets: { F1: 1 } }
/** Where the newest of a key is only written again after an older one, two puts of a key that has a delete. */
const TORN_WITH_DELETE: Bounds = { ...TORN, records: 5, batchLimit: 5 }

export function workloadBounds(
  design: string,
  workload: WorkloadName,
): Pick<DesignBounds, 'fair' | 'poisoned' | 'safety'> {
  const { dedupe, inFlight, oneInFlightPerKey } = designNamed(design)
  const torn = workload === 'deletes' && oneInFlightPerKey ? TORN_WITH_DELETE : TORN
  const replaces = dedupe === 'lastInBatch' || dedupe === 'byVersion'
  const overtaking = replaces ? [REFUSED_TWICE, UNANSWERED_TWICE, torn] : []
  const fair = inFlight > 1 && !replaces ? [OVERTAKEN] : []
  const under = (bounds: Bounds): Bounds => ({ ...bounds, workload })
  return {
    fair: fair.map(under),
    poisoned: under({ ...NONE, checkpoints: 1 }),
    safety: [CRASH, ZOMBIE, LATE, ...overtaking].map(under),
  }
}

/** Minimal sets as far as those classes go. */
export const underWorkloadFaults = <Set extends readonly string[]>(sets: readonly Set[]): Set[] =>
  sets.filter((set) => set.every((id) => (WORKLOAD_FAULTS as readonly string[]).includes(id)))

/** Of random schedules, in lockstep or alone: room for luck, which needs several records and crashes. */
export const workloadRandom = (workload: WorkloadName): Bounds => ({
  ...SMALL,
  workload,
  records: 4,
  keys: 2,
  batchLimit: 3,
  checkpoints: 3,
  crashes: 3,
  others: 2,
  budgets: { F1: 1, F2d: 3, F3: 1, F4: 1 },
})
