// The table's rows as record numbers, read from the store itself and not from what was asked of it.
import type { Item } from '../../impl/store/wire.ts'
import { TABLE, type WorldStore } from './store.ts'

const KEYS = Array.from({ length: 16 }, (_, key): Item => ({ pk: { S: `k${key}` } }))

const rowNumber = (row: Item | undefined): number => (row === undefined ? 0 : Number(row.id?.S))

/** Of each key the record whose row is there, 0 for none. Synchronous on the memory store. */
export function readTable({ backend }: WorldStore, keys: number): number[] | Promise<number[]> {
  if (backend.peek === undefined) throw new Error('expected a store whose rows can be read beside the request path')
  const rows = KEYS.slice(0, keys).map((key) => backend.peek?.(TABLE, key))
  if (!rows.some((row) => row instanceof Promise)) return rows.map((row) => rowNumber(row as Item | undefined))
  return Promise.all(rows).then((found) => found.map(rowNumber))
}
