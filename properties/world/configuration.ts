// What a world is made of: the design, the bounds it shares with the model, the store, the seed of the HashSet's order.
// A configuration and a schedule determine a run completely. Read next: world.ts.

import { keyGroupOf as groupOfName } from '../../impl/runtime/keyGroups.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import { APPEND, COUNTER, UPSERT, type Workload } from '../../impl/sinks/workloads.ts'
import { type Bounds, indexOf, keyGroupOf, keyOf, recordCount, recordOf } from '../../model/pipeline/bounds.ts'
import { designNamed, mayRepeatKey } from '../../model/pipeline/sinks/designs.ts'
import { MOST_NESTED, zombieSlots } from '../../model/pipeline/variables.ts'
import { adds, amountOf, isDelete } from '../../model/pipeline/workloads.ts'

export type StoreKind = 'memory' | 'dynalite'

export interface WorldConfiguration {
  readonly design: string
  readonly bounds: Bounds
  readonly store: StoreKind
  /** 0: a HashSet iterates by rising record, 1: by falling. Fixed for a run, as Java's hash codes are. */
  readonly hashOrder: number
}

/** What a world allows its sink to do. */
export interface SinkLimits {
  readonly inFlight: number
  /** Some requests are batches: some of their items may be handed back. */
  readonly batches: boolean
  /** Batches go into a second table first. */
  readonly staged: boolean
  /** Timers that may run inside the waits of one another. */
  readonly nested: number
  /** A batch may repeat a key, which the store refuses. */
  readonly repeatsKey: boolean
  /** Zombies that are remembered: a task that fails for ever leaves one after the other. */
  readonly zombies: number
  /** A task that fails is failed over; else it is an error of ours. */
  readonly mayFail: boolean
}

/** Of a design, as the model has it. */
export function limitsOf({ design, bounds }: Pick<WorldConfiguration, 'design' | 'bounds'>): SinkLimits {
  const row = designNamed(design)
  const repeatsKey = mayRepeatKey(row)
  return {
    inFlight: row.inFlight,
    batches: !row.fenced || row.staged,
    staged: row.staged,
    nested: MOST_NESTED,
    repeatsKey,
    zombies: zombieSlots(bounds, row),
    mayFail: repeatsKey,
  }
}

/** Names whose key groups are the model's, so that runtime and model route alike; found, not made up. */
const KEY_NAMES: readonly string[] = Array.from({ length: 6 }, (_, key) => {
  for (let n = 0; ; n++) {
    const name = n === 0 ? `k${key}` : `k${key}-${n}`
    if (groupOfName(name) === keyGroupOf(key)) return name
  }
})

/** With one subtask there is nothing to route, and keys have plain names; what is appended is named by its id. */
export function worldKey(b: Pick<Bounds, 'parallelism' | 'workload'>, key: number): string {
  if (b.workload === 'append') return String(key + 1)
  return b.parallelism === 1 ? `k${key}` : (KEY_NAMES[key] as string)
}

/** The record of that number as the sink sees it. */
export const worldRecord = (b: Bounds, record: number): SinkRecord => ({
  key: worldKey(b, keyOf(b, record)),
  version: indexOf(b, record) + 1,
  id: String(record),
  value: adds(b) ? String(amountOf(b, record)) : `v${record}`,
  ...(isDelete(b, record) ? ({ op: 'delete' } as const) : {}),
})

/** What a sink that knows of workloads does with the records. */
export const worldSinkWorkload = ({ workload }: Bounds): Workload =>
  workload === 'counter' ? COUNTER : workload === 'append' ? APPEND : UPSERT

/** The log of a source. */
export const worldLog = (b: Bounds, source: number): SinkRecord[] =>
  Array.from({ length: b.records }, (_, index) => worldRecord(b, recordOf(b, source, index)))

export const worldRecords = (b: Bounds): SinkRecord[] =>
  Array.from({ length: recordCount(b) }, (_, i) => worldRecord(b, i + 1))
