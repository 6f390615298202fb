// What a search or a run is bounded by, and the arithmetic of its records. Every verdict is printed with its bounds.
// Records are numbered 1..V source by source; all records of a key come from one source, so of one key the higher
// number is the newer version. Read next: variables.ts.
import { keyGroupTarget } from './redistribution.ts'
import { FAULTS, type FaultId } from './vocabulary.ts'
import type { WorkloadName } from './workloads.ts'

/** How a task with several channels takes barriers (Flink: CheckpointingMode, unaligned, aligned-checkpoint-timeout). */
export type Alignment = 'aligned' | 'unaligned' | 'alternating' | 'atLeastOnce'

/** The protocol's modes, as data. */
export interface Mode {
  readonly alignment: Alignment
  /** Checkpoints pending at once (Flink: max-concurrent-checkpoints; with unaligned barriers 1). */
  readonly concurrency: number
  /** Subtasks of the sink behind keyed channels: the most there can be. */
  readonly parallelism: number
  /** As many as a run starts with; absent: the most. */
  readonly startParallelism?: number
  /** Savepoints that may be taken in a run: written, but neither notified nor a restore point. */
  readonly savepoints: number
}

export const ALIGNED: Mode = { alignment: 'aligned', concurrency: 1, parallelism: 1, savepoints: 0 }

export interface Bounds extends Mode {
  /** What records do to their rows. */
  readonly workload: WorkloadName
  readonly sources: number
  /** Records per source. */
  readonly records: number
  /** Keys per source: record i of a source has key i mod keys. */
  readonly keys: number
  /** Checkpoints the coordinator may trigger by itself; the last checkpoint, after all input, is not budgeted. */
  readonly checkpoints: number
  /** Elements a channel holds before its source has to wait. */
  readonly capacity: number
  /** Most records a request may hold, and the size at which a buffer is flushed. */
  readonly batchLimit: number
  /** Back-off levels above the first; the level stays at the last one. */
  readonly backoffLevels: number
  /** How often each fault class may strike in one run. */
  readonly budgets: Readonly<Partial<Record<Exclude<FaultId, 'F1p'>, number>>>
  /** How many crashes, of any kind, and how many other faults may strike in one run. */
  readonly crashes: number
  readonly others: number
  /** The record handed back for ever (F1p), or 0. */
  readonly poison: number
}

export const SMALL: Bounds = {
  ...ALIGNED,
  workload: 'upsert',
  sources: 1,
  records: 2,
  keys: 1,
  checkpoints: 1,
  capacity: 2,
  batchLimit: 2,
  backoffLevels: 1,
  budgets: { F1: 1, F2d: 1, F2f: 1, F3: 1, F4: 1, F5: 1, F6: 1 },
  crashes: 1,
  others: 1,
  poison: 0,
}

export const recordCount = (b: Bounds): number => b.sources * b.records
/** What is appended has a key of its own. */
export const keysPerSource = (b: Bounds): number => (b.workload === 'append' ? b.records : Math.min(b.keys, b.records))
export const keyCount = (b: Bounds): number => b.sources * keysPerSource(b)
export const recordOf = (b: Bounds, source: number, index: number): number => source * b.records + index + 1
export const sourceOf = (b: Bounds, record: number): number => Math.floor((record - 1) / b.records)
export const indexOf = (b: Bounds, record: number): number => (record - 1) % b.records
export const keyOf = (b: Bounds, record: number): number =>
  sourceOf(b, record) * keysPerSource(b) + (indexOf(b, record) % keysPerSource(b))
/** The newest record of a key in the whole input. */
export const newestOf = (b: Bounds, key: number): number => {
  let newest = 0
  for (let record = 1; record <= recordCount(b); record++) if (keyOf(b, record) === key) newest = record
  return newest
}
/** Classes that end an attempt. */
export const CRASHES = ['F2d', 'F2f', 'F8', 'F10'] as const satisfies readonly FaultId[]

/** How often an attempt can be ended in one run. */
export const mostCrashes = (b: Bounds): number =>
  Math.min(
    b.crashes,
    CRASHES.reduce((sum, id) => sum + (b.budgets[id] ?? 0), 0),
  )

/** Faults of all classes that can strike in one run. */
export const mostFaults = (b: Bounds): number => {
  const { F1 = 0, F3 = 0, F4 = 0, F5 = 0, F6 = 0, F7 = 0, F9 = 0 } = b.budgets
  return mostCrashes(b) + Math.min(b.others, F1 + F3 + F4 + F5 + F6 + F7 + F9)
}
/** Highest checkpoint id a run can reach: every fault may cost the last checkpoint one more try. */
export const highestId = (b: Bounds): number => b.checkpoints + b.savepoints + 1 + mostFaults(b)

/**
 * Key group of a key, of 128 (Flink: maxParallelism): spread so that any parallelism finds work for each subtask, and so
 * that a first key moves with the parallelism while list state, dealt out anew, begins with subtask 0.
 */
const KEY_GROUPS = [127, 0, 64, 32, 96, 48] as const
export const keyGroupOf = (key: number): number => KEY_GROUPS[key] ?? 0
/** Which of `parallelism` subtasks a key's records go to (Flink: KeyGroupRangeAssignment). */
export const subtaskOfKey = (key: number, parallelism: number): number =>
  keyGroupTarget(keyGroupOf(key), 128, parallelism)
/** Channel of a source to a subtask: numbered by the most subtasks there can be, so that a number keeps its meaning. */
export const channelNumber = (b: Bounds, source: number, subtask: number): number => source * b.parallelism + subtask

export const describeBounds = (b: Bounds): string =>
  `S=${b.sources} N=${b.records} K=${b.keys} B=${b.checkpoints} batch=${b.batchLimit} capacity=${b.capacity} ` +
  `crashes<=${b.crashes} others<=${b.others}${describeClasses(b)}${b.poison === 0 ? '' : ` poison=${b.poison}`}` +
  `${b.workload === 'upsert' ? '' : ` ${b.workload}`}${describeMode(b)}`

/** Classes that may strike in a run under these bounds. */
export const classesOf = ({ budgets, crashes, others, poison }: Bounds): FaultId[] =>
  FAULTS.map(({ id }) => id).filter((id) => {
    if (id === 'F1p') return poison > 0
    return (budgets[id] ?? 0) > 0 && ((CRASHES as readonly FaultId[]).includes(id) ? crashes : others) > 0
  })

/** Of the classes that may strike: how often each, where not once. */
const describeClasses = (b: Bounds): string => {
  const named = classesOf(b).flatMap((id) => {
    if (id === 'F1p') return []
    const budget = b.budgets[id] ?? 0
    return [budget === 1 ? id : `${budget}x${id}`]
  })
  return named.length === 0 ? '' : ` of ${named.join(' ')}`
}

/** What differs from one subtask, aligned, one checkpoint at a time; else nothing. */
export const describeMode = (mode: Mode): string =>
  [
    mode.alignment === 'aligned' ? '' : ` ${mode.alignment}`,
    mode.concurrency === 1 ? '' : ` concurrency=${mode.concurrency}`,
    mode.parallelism === 1 ? '' : ` P=${mode.parallelism}`,
    startParallelism(mode) === mode.parallelism ? '' : ` from ${startParallelism(mode)}`,
    mode.savepoints === 0 ? '' : ` savepoints=${mode.savepoints}`,
  ].join('')

export const startParallelism = ({ startParallelism: first, parallelism }: Mode): number => first ?? parallelism

/** Throws with what was expected when bounds cannot be explored. */
export function checkBounds(b: Bounds): void {
  const at = (name: string, value: number, low: number, high: number) => {
    if (!Number.isInteger(value) || value < low || value > high)
      throw new RangeError(`bounds.${name}: expected a whole number from ${low} to ${high}, got ${value}`)
  }
  at('sources', b.sources, 1, 4)
  at('records', b.records, 1, 6)
  at('keys', b.keys, 1, b.records)
  at('checkpoints', b.checkpoints, 0, 6)
  at('capacity', b.capacity, 1, 6)
  at('batchLimit', b.batchLimit, 1, 25)
  at('backoffLevels', b.backoffLevels, 1, 3)
  at('crashes', b.crashes, 0, 3)
  at('others', b.others, 0, 4)
  at('parallelism', b.parallelism, 1, 4)
  at('startParallelism', startParallelism(b), 1, b.parallelism)
  at('concurrency', b.concurrency, 1, 2)
  at('savepoints', b.savepoints, 0, 2)
  at('sources * parallelism', b.sources * b.parallelism, 1, 6)
  if (b.concurrency > 1 && (b.alignment === 'unaligned' || b.alignment === 'alternating'))
    throw new RangeError(`bounds.concurrency: expected 1 with ${b.alignment} barriers, got ${b.concurrency}`)
  if (b.savepoints > 0 && (b.alignment === 'unaligned' || b.alignment === 'alternating'))
    throw new RangeError(`bounds.savepoints: expected 0 with ${b.alignment} barriers, got ${b.savepoints}`)
  if ((b.budgets.F8 ?? 0) > 0) checkCodeUpdate(b)
  checkWorkload(b)
  at('poison', b.poison, 0, recordCount(b))
  at('sources * records', recordCount(b), 1, 6)
}

/** A delete says nothing but its key: with one a key it is known which it is. */
function checkWorkload(b: Bounds): void {
  if (b.workload === 'deletes' && b.records > 3 * b.keys)
    throw new RangeError(`bounds.records: expected at most 3 a key where some are deletes, got ${describeBounds(b)}`)
  if (b.workload === 'append' && b.parallelism > 1)
    throw new RangeError(`bounds.parallelism: expected 1 where every record has a row of its own, got ${b.parallelism}`)
}

/** A stop whose savepoint is given up fails tasks whose input has ended: the model has no such failure. */
function checkCodeUpdate(b: Bounds): void {
  const plain = b.alignment === 'aligned' && b.concurrency === 1 && b.savepoints === 0
  if (!plain || (b.budgets.F6 ?? 0) > 0)
    throw new RangeError(
      `bounds.budgets.F8: expected aligned barriers, concurrency 1, no savepoints and no F6 beside it, got ${describeBounds(b)}`,
    )
}
