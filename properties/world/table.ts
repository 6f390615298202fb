// The table's rows as record numbers, read from the store itself and not from what was asked of it.
import type { Item } from '../../impl/store/wire.ts'
import { type Bounds, keyCount } from '../../model/pipeline/bounds.ts'
import { worldKey } from './configuration.ts'
import { TABLE, type WorldStore } from './store.ts'

const keysOf = (b: Bounds): Item[] => Array.from({ length: keyCount(b) }, (_, key) => ({ pk: { S: worldKey(b, key) } }))
const KEYS = new WeakMap<Bounds, Item[]>()

const rowNumber = (row: Item | undefined): number => (row === undefined ? 0 : Number(row.id?.S))

/** Of each key the record whose row is there, 0 for none. Synchronous on the memory store. */
export function readTable({ backend }: WorldStore, bounds: Bounds): number[] | Promise<number[]> {
  if (backend.peek === undefined) throw new Error('expected a store whose rows can be read beside the request path')
  let keys = KEYS.get(bounds)
  if (keys === undefined) {
    keys = keysOf(bounds)
    KEYS.set(bounds, keys)
  }
  const rows = keys.map((key) => backend.peek?.(TABLE, key))
  if (!rows.some((row) => row instanceof Promise)) return rows.map((row) => rowNumber(row as Item | undefined))
  return Promise.all(rows).then((found) => found.map(rowNumber))
}
