// The memory store: DynamoDB's answers without DynamoDB, within the call, at about a microsecond a write.
// It is the fast half of "memory for speed, dynalite for truth"; differential.test.ts holds it to dynalite and
// differences.ts lists where the two are known to differ. It never refuses for load: faults are the gate's.
// Read next: batchWrite.ts (the hot path), singleItem.ts, scan.ts, tables.ts; memoryClient.ts (a port on it).
import type { EmbeddedStore, Item, SyncBackend, TableShape, WireRequest, WireResponse } from '../wire.ts'
import { DEFAULT_HASH, errorResponse } from '../wire.ts'
import { batchWrite } from './batchWrite.ts'
import { Refusal, UnsupportedByMemoryStore } from './refusal.ts'
import { scan } from './scan.ts'
import { deleteItem, getItem, putItem, updateItem } from './singleItem.ts'
import { Table } from './table.ts'
import { createTable, describe, requireTableName } from './tables.ts'
import { transactWrite } from './transaction.ts'

export class MemoryStore implements SyncBackend, EmbeddedStore {
  readonly synchronous = true
  private readonly tables = new Map<string, Table>()
  private readonly tableOf = (name: string): Table => {
    const table = this.tables.get(name)
    if (table === undefined) {
      throw new Refusal(errorResponse('ResourceNotFoundException', 'Requested resource not found'))
    }
    return table
  }

  /** Takes `request` over; see WireBackend. Throws only for what the memory store does not implement. */
  execute(request: WireRequest): WireResponse {
    try {
      return this.answer(request)
    } catch (error) {
      if (error instanceof Refusal) return error.response
      throw error
    }
  }

  putTable({ name, hash = DEFAULT_HASH, range }: TableShape): void {
    this.tables.set(name, new Table(name, { hash, range: range ?? null }))
  }

  reset(): void {
    for (const table of this.tables.values()) table.clear()
  }

  snapshot(table: string): readonly Item[] {
    const found = this.tables.get(table)
    if (found === undefined) {
      const known = [...this.tables.keys()].join(', ') || 'none'
      throw new Error(
        `snapshot: expected a table of the store (${known}), got ${JSON.stringify(table)}; putTable first`,
      )
    }
    return found.byKey()
  }

  peek(table: string, item: Item): Item | undefined {
    return this.tables.get(table)?.get(item)
  }

  private answer({ operation, input }: WireRequest): WireResponse {
    switch (operation) {
      case 'BatchWriteItem':
        return batchWrite(input, this.tableOf)
      case 'PutItem':
        return putItem(input, this.tableOf)
      case 'UpdateItem':
        return updateItem(input, this.tableOf)
      case 'DeleteItem':
        return deleteItem(input, this.tableOf)
      case 'TransactWriteItems':
        return transactWrite(input, this.tableOf)
      case 'GetItem':
        return getItem(input, this.tableOf)
      case 'Scan':
        return scan(input, this.tableOf)
      case 'CreateTable':
        return this.create(createTable(input))
      case 'DeleteTable':
        return this.drop(requireTableName(input))
      case 'DescribeTable':
        return { status: 200, body: { Table: describe(this.existing(requireTableName(input)), 'ACTIVE') } }
      default:
        throw new UnsupportedByMemoryStore(`the operation ${String(operation)}`)
    }
  }

  private create(table: Table): WireResponse {
    if (this.tables.has(table.name)) throw new Refusal(errorResponse('ResourceInUseException', ''))
    this.tables.set(table.name, table)
    return { status: 200, body: { TableDescription: describe(table, 'CREATING') } }
  }

  private drop(name: string): WireResponse {
    const table = this.existing(name)
    this.tables.delete(name)
    return { status: 200, body: { TableDescription: describe(table, 'DELETING') } }
  }

  private existing(name: string): Table {
    const table = this.tables.get(name)
    if (table !== undefined) return table
    const message = `Requested resource not found: Table: ${name} not found`
    throw new Refusal(errorResponse('ResourceNotFoundException', message))
  }
}
