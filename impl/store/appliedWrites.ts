// Writes on a backend, and the record of them: every write that reached a table, in the order in which they did, with
// whether it changed anything. S1-S5 are judged from this record alone, so it is taken from the store's own items
// (peeked before and after), not from what was asked for.
// Read next: gate.ts, sameItem.ts.
import { withFailedItem } from './failedItem.ts'
import type { GateItem, PendingRequest } from './gateRequest.ts'
import { sameItem } from './sameItem.ts'
import type { Item, SyncBackend, WireBackend, WireRequest, WireResponse } from './wire.ts'

export interface AppliedWrite {
  readonly serial: number
  readonly request: number
  readonly client: string
  readonly table: string
  readonly kind: GateItem['kind']
  readonly key: string
  /** A put or an update: the item as stored. A delete: the key. */
  readonly attributes: Item
  /** Whether the table was another one afterwards. */
  readonly changed: boolean
}

export type KeyNames = readonly [string] | readonly [string, string]

export class AppliedWrites {
  readonly history: AppliedWrite[] = []
  private readonly backend: WireBackend
  private readonly keys: KeyNames
  private inBackend = 0
  /** Asynchronous backends take one request at a time, so that the history is the order of application. */
  private tail: Promise<unknown> = Promise.resolve()

  constructor(backend: WireBackend, keys: KeyNames) {
    this.backend = backend
    this.keys = keys
  }

  /** Requests inside the backend. */
  get busy(): number {
    return this.inBackend
  }

  /** Executes `wire`, which writes `items` on behalf of `request`. Within the call where the backend is synchronous. */
  execute(
    request: PendingRequest,
    wire: WireRequest,
    items: readonly GateItem[],
  ): WireResponse | Promise<WireResponse> {
    const { backend } = this
    if (!isSync(backend)) {
      const work = this.tail.then(() => this.executeLater(request, wire, items))
      this.tail = work.catch(() => {})
      this.inBackend++
      return work.finally(() => {
        this.inBackend--
      })
    }
    const before = items.map((item) => backend.peek(item.table, item.attributes))
    const response = withFailedItem(wire.input, backend.execute(wire), before[0])
    if (response.status < 400) {
      items.forEach((item, i) => {
        this.record(request, item, before[i], backend.peek(item.table, item.attributes))
      })
    }
    return response
  }

  private async executeLater(
    request: PendingRequest,
    wire: WireRequest,
    items: readonly GateItem[],
  ): Promise<WireResponse> {
    const before = await this.peekAll(items)
    const response = withFailedItem(wire.input, await this.backend.execute(wire), before[0])
    if (response.status < 400) {
      const after = await this.peekAll(items)
      items.forEach((item, i) => {
        this.record(request, item, before[i], after[i])
      })
    }
    return response
  }

  private record(request: PendingRequest, item: GateItem, before: Item | undefined, after: Item | undefined): void {
    this.history.push({
      serial: this.history.length + 1,
      request: request.serial,
      client: request.client,
      table: item.table,
      kind: item.kind,
      key: item.key,
      attributes: after ?? item.attributes,
      changed: before === undefined || after === undefined ? before !== after : !sameItem(before, after),
    })
  }

  private async peekAll(items: readonly GateItem[]): Promise<(Item | undefined)[]> {
    const found: (Item | undefined)[] = []
    for (const item of items) found.push(await this.peek(item))
    return found
  }

  private async peek({ table, attributes }: GateItem): Promise<Item | undefined> {
    if (this.backend.peek !== undefined) return this.backend.peek(table, attributes)
    const Key = Object.fromEntries(this.keys.map((name) => [name, attributes[name]]))
    const input = { TableName: table, Key, ConsistentRead: true }
    const { body } = await this.backend.execute({ operation: 'GetItem', input })
    return body.Item as Item | undefined
  }
}

function isSync(backend: WireBackend): backend is SyncBackend {
  return (backend as Partial<SyncBackend>).synchronous === true
}
