// The table's rows as record numbers, what they add up to, and which records are staged, read from the store itself and not
// from what was asked of it. Synchronous on the memory store. Read next: readout.ts.
import { stagingTableOf } from '../../impl/sinks/staged/staged.ts'
import type { Item } from '../../impl/store/wire.ts'
import { type Bounds, keyCount, recordCount } from '../../model/pipeline/bounds.ts'
import { worldKey } from './configuration.ts'
import type { StagedRows } from './stagedRows.ts'
import { TABLE, type WorldStore } from './store.ts'
import type { World } from './world.ts'

interface TableRows {
  /** Of each key the record whose row is there, a tombstone's too; 0 for none. */
  readonly table: readonly number[]
  /** Of each key what has been added to its row; 0 where nothing was. */
  readonly sums: readonly number[]
}

export interface Rows extends TableRows {
  /** Of each record whether the row is there that its attempt or a checkpoint names; nothing without a staging table. */
  readonly staged: readonly number[]
}

const keysOf = (b: Bounds): Item[] => Array.from({ length: keyCount(b) }, (_, key) => ({ pk: { S: worldKey(b, key) } }))
const KEYS = new WeakMap<Bounds, Item[]>()
const NOTHING: readonly number[] = []

export function readRows({ store, configuration, stagedRows }: World): Rows | Promise<Rows> {
  const { bounds } = configuration
  const rows = readTable(store, bounds)
  const staged = stagedRows === null ? NOTHING : readStaged(store, stagedRows, recordCount(bounds))
  if (!(rows instanceof Promise) && !(staged instanceof Promise)) return { ...rows, staged }
  return Promise.all([rows, staged]).then(([table, beside]) => ({ ...table, staged: beside }))
}

const rowsOf = (found: readonly (Item | undefined)[]): TableRows => ({
  table: found.map((row) => (row === undefined ? 0 : Number(row.id?.S))),
  sums: found.map((row) => Number(row?.amount?.N ?? 0)),
})

function readTable({ backend }: WorldStore, bounds: Bounds): TableRows | Promise<TableRows> {
  if (backend.peek === undefined) throw new Error('expected a store whose rows can be read beside the request path')
  let keys = KEYS.get(bounds)
  if (keys === undefined) {
    keys = keysOf(bounds)
    KEYS.set(bounds, keys)
  }
  const rows = keys.map((key) => backend.peek?.(TABLE, key))
  if (!rows.some((row) => row instanceof Promise)) return rowsOf(rows as (Item | undefined)[])
  return Promise.all(rows).then(rowsOf)
}

function readStaged({ backend }: WorldStore, named: StagedRows, records: number): number[] | Promise<number[]> {
  const rows = Array.from({ length: records }, (_, r) => {
    const row = named.rowOf(r + 1)
    return row === undefined ? undefined : backend.peek?.(stagingTableOf(TABLE), { pk: { S: row } })
  })
  const isThere = (row: Item | undefined) => (row === undefined ? 0 : 1)
  if (!rows.some((row) => row instanceof Promise)) return rows.map((row) => isThere(row as Item | undefined))
  return Promise.all(rows).then((found) => found.map(isThere))
}
