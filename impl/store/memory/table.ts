// One table of the memory store: items under their key, and the order a scan walks them in.
// Stored items are replaced, never changed, so whoever holds a reference (history, snapshot) holds the past.
// Read next: tableKey.ts (keys and their order), memoryStore.ts (the operations).
import type { Item } from '../wire.ts'
import { type KeySchema, keyText, scanOrder } from './tableKey.ts'

export class Table {
  readonly name: string
  readonly schema: KeySchema
  private readonly items = new Map<string, Item>()
  /** Hashing a key for scan order is dear and keys come again, so it is done at the first scan and kept. */
  private readonly orders = new Map<string, string>()

  constructor(name: string, schema: KeySchema) {
    this.name = name
    this.schema = schema
  }

  get(item: Item): Item | undefined {
    const key = keyText(item, this.schema)
    return key === undefined ? undefined : this.items.get(key)
  }

  put(item: Item): void {
    this.items.set(keyText(item, this.schema) as string, item)
  }

  delete(key: Item): void {
    this.items.delete(keyText(key, this.schema) as string)
  }

  clear(): void {
    this.items.clear()
  }

  /** All items by key text. */
  byKey(): readonly Item[] {
    return [...this.items].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item)
  }

  /** Items after `start` (exclusive) in scan order. */
  inScanOrder(start: Item | null): readonly Item[] {
    const after = start === null ? '' : this.orderOf(start)
    const rows: { order: string; item: Item }[] = []
    for (const item of this.items.values()) {
      const order = this.orderOf(item)
      if (start === null || order > after) rows.push({ order, item })
    }
    rows.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
    return rows.map(({ item }) => item)
  }

  private orderOf(item: Item): string {
    const key = keyText(item, this.schema) as string
    const known = this.orders.get(key)
    if (known !== undefined) return known
    const order = scanOrder(item, this.schema)
    this.orders.set(key, order)
    return order
  }
}
