// What a record does to its row, a row of data for each workload, and the arithmetic of it: which records are deletes,
// what an addition adds. Every rule that writes, and every guarantee about what was written, asks here.
// Read next: store.ts (a write takes effect), guarantees.ts, impl/sinks/workloads.ts (the same in requests).
import { type Bounds, indexOf, keyCount, keyOf, keysPerSource, mostFaults, recordCount } from './bounds.ts'
import type { DesignRow } from './sinks/designs.ts'

export interface WorkloadRow {
  readonly name: 'upsert' | 'deletes' | 'append' | 'counter'
  readonly what: string
}

export const WORKLOADS = [
  { name: 'upsert', what: 'a record replaces the row of its key' },
  { name: 'deletes', what: 'upserts, every second record of a key takes its row out' },
  { name: 'append', what: 'every record is a row of its own' },
  { name: 'counter', what: 'a record adds to the row of its key' },
] as const satisfies readonly WorkloadRow[]

export type WorkloadName = WorkloadRow['name']

/** Records of one key, of which the second is the only delete: more, and a delete no longer says whose it is. */
export const MOST_WITH_ONE_DELETE = 3

/** Why a design cannot carry a workload, or null where it can. */
export function cannotCarry({ fenced }: Pick<DesignRow, 'fenced'>, workload: WorkloadName): string | null {
  return workload === 'counter' && !fenced
    ? 'they write by BatchWriteItem, which has puts and deletes, and no additions'
    : null
}

/** Place of a record among those of its key, from 0. */
const placeInKey = (b: Bounds, record: number): number => Math.floor(indexOf(b, record) / keysPerSource(b))

export const isDelete = (b: Bounds, record: number): boolean =>
  b.workload === 'deletes' && placeInKey(b, record) % 2 === 1

export const adds = ({ workload }: Pick<Bounds, 'workload'>): boolean => workload === 'counter'

/** One decimal place for each record of a key: a sum says how often which was added. */
export const amountOf = (b: Bounds, record: number): number => 10 ** placeInKey(b, record)

/** What a key's row adds up to when each of its records has been added once. */
export function sumOf(b: Bounds, key: number): number {
  let sum = 0
  for (let record = 1; record <= recordCount(b); record++) if (keyOf(b, record) === key) sum += amountOf(b, record)
  return sum
}

/** No run can add more than this: each fault repeats what is there at most once. */
export const mostAdded = (b: Bounds): number => {
  let most = 0
  for (let key = 0; key < keyCount(b); key++) most = Math.max(most, sumOf(b, key))
  return most * (2 + mostFaults(b))
}

/** Where a delete leaves no row, what a reader saw last is not in the table. */
export const forgetsVersions = (b: Bounds, { fenced }: Pick<DesignRow, 'fenced'>): boolean =>
  b.workload === 'deletes' && !fenced
