// The staging table beside the world: which record a staged row holds, and of each record the row that its attempt or a
// checkpoint names. Once an attempt is over, what no checkpoint names is nobody's: the next attempt removes it in its
// housekeeping, which the world lets pass without a choice, and a late request about such rows is dropped.
// It reads the sinks and the checkpoints, and imports nothing of the model. Read next: world.ts, requests.ts.

import type { CompletedCheckpoint } from '../../impl/runtime/checkpointStorage.ts'
import type { Job } from '../../impl/runtime/job.ts'
import type { OperatorStateSnapshot } from '../../impl/runtime/operatorState.ts'
import type { ClosedEpoch } from '../../impl/sinks/staged/epochs.ts'
import type { Publication } from '../../impl/sinks/staged/publishing.ts'
import { stagingTableOf } from '../../impl/sinks/staged/staged.ts'
import { publicationsOf } from '../../impl/sinks/staged/stagedRow.ts'
import type { GateItem, GateRequest } from '../../impl/store/gate.ts'
import type { NumberOf } from './requests.ts'
import type { WorldStore } from './store.ts'
import type { World } from './world.ts'

const STAGING = 1
const REMOVING = 2

/** Manifests in operator state, of one subtask. */
export const epochsIn = (state: OperatorStateSnapshot | undefined): readonly ClosedEpoch[] =>
  (state?.['unpublished-epochs']?.elements ?? []) as readonly ClosedEpoch[]

export class StagedRows {
  /** Every row that was ever meant to be staged, and its record. */
  readonly #ids = new Map<string, string>()
  /** By record. */
  #named = new Map<number, string>()
  readonly #table: string
  readonly #records: number

  constructor(table: string, records: number) {
    this.#table = stagingTableOf(table)
    this.#records = records
  }

  /** After each step. */
  look({ job, storage, configuration }: World): void {
    if (job.running) {
      for (const { host } of job.subtasks) {
        const seen = host.insight()?.staging
        if (seen) this.#name([...seen.unstagedRows, ...seen.staged, ...seen.closed.flatMap(({ records }) => records)])
      }
      return
    }
    const tears = (configuration.bounds.budgets.F9 ?? 0) > 0
    const named = new Set(
      storage
        .look()
        .slice(0, tears ? 2 : 1)
        .flatMap(rowsIn),
    )
    this.#named = new Map([...this.#named].filter(([, row]) => named.has(row)))
  }

  /** The row of that record, where an attempt or a checkpoint names one. */
  rowOf(record: number): string | undefined {
    return this.#named.get(record)
  }

  /** The record of a staged row; null of what is no such row. */
  numberOf({ table, key }: GateItem): number | null {
    return table === this.#table ? Number(this.#ids.get(key)) : null
  }

  /** What a request would still do if it came late: its records as a bit set, and above them what it does to staged rows. */
  afterlife(request: GateRequest, numberOf: NumberOf): number {
    let records = 0
    let kind = 0
    for (const item of request.items) {
      const record = numberOf(request, item)
      if (item.table === this.#table) {
        kind = item.kind === 'put' ? STAGING : REMOVING
        if (this.#named.get(record) !== item.key) continue
      }
      records |= 1 << (record - 1)
    }
    return records === 0 ? 0 : records + kind * 2 ** this.#records
  }

  #name(publications: readonly Publication[]): void {
    for (const { id, row } of publications) {
      this.#ids.set(row, id)
      this.#named.set(Number(id), row)
    }
  }
}

/** Rows that nobody names are removed without a choice: whatever becomes of them, nobody looks. */
export async function keepHouse(job: Job, store: WorldStore): Promise<void> {
  const { gate } = store
  const removes = ({ client }: GateRequest) =>
    job.subtasks.some(
      ({ host }, p) => client.startsWith(`sink${p}@`) && host.insight()?.staging?.request === 'removeStale',
    )
  for (let due = gate.requests.find(removes); due !== undefined; due = gate.requests.find(removes)) {
    await gate.apply(due, { kind: 'ok' })
    gate.respond(due)
    await store.settle()
  }
}

const rowsIn = ({ operatorState }: CompletedCheckpoint): readonly string[] =>
  operatorState.flatMap((state) =>
    epochsIn(state)
      .flatMap(publicationsOf)
      .map(({ row }) => row),
  )
