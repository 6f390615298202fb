// A request at the gate: what the world may read of it, and (PendingRequest) what the gate itself keeps about it.
// Its life: sent, then applied with a fixed outcome, then answered; or timed out or cut off, and then a zombie that
// may still be applied. Read next: gateOutcome.ts (what an outcome means), gate.ts (who moves it on).
import { itemOf } from './memory/batchWrite.ts'
import type { Item, RequestItems, WireObject, WireOperation, WireRequest, WireResponse, WriteRequest } from './wire.ts'

export interface GateItem {
  readonly table: string
  readonly kind: 'put' | 'update' | 'delete'
  /** The text of the hash key attribute; empty where the item has none. */
  readonly key: string
  readonly attributes: Item
}

export interface GateRequest {
  readonly serial: number
  /** Label of the client, e.g. `sink-0@2`. */
  readonly client: string
  readonly operation: WireOperation
  readonly wire: WireRequest
  /** What is to be written, in the order of the request; empty for reads. */
  readonly items: readonly GateItem[]
  readonly phase: 'sent' | 'applied'
  readonly answer: 'none' | 'ok' | 'unprocessed' | 'refused' | 'torn'
  /** Indices of items handed back. */
  readonly unprocessed: readonly number[]
  /** The service's error name that `respond` will deliver, or null. */
  readonly error: string | null
  /** What a read of one row found. */
  readonly found: Item | undefined
}

/** Where an answer goes: the promise of the client's call. */
export interface Caller {
  answer(response: WireResponse): void
  fail(error: Error): void
}

export class PendingRequest implements GateRequest {
  readonly serial: number
  readonly client: string
  readonly items: readonly GateItem[]
  readonly wire: WireRequest
  phase: 'sent' | 'applied' = 'sent'
  answer: GateRequest['answer'] = 'none'
  unprocessed: readonly number[] = []
  error: string | null = null
  response: WireResponse | null = null
  /** Inside the backend just now (asynchronous backends only). */
  applying = false
  caller: Caller | null

  constructor(serial: number, client: string, wire: WireRequest, hashKey: string, caller: Caller) {
    this.serial = serial
    this.client = client
    this.wire = wire
    this.items = gateItems(wire, hashKey)
    this.caller = caller
  }

  get operation(): WireOperation {
    return this.wire.operation
  }

  get found(): Item | undefined {
    return this.response?.body.Item as Item | undefined
  }

  /** For messages. */
  describe(): string {
    return `request ${this.serial} of ${this.client} (${this.operation}, ${this.applying ? 'being applied' : this.phase})`
  }
}

function gateItems({ operation, input }: WireRequest, hashKey: string): readonly GateItem[] {
  switch (operation) {
    case 'BatchWriteItem':
      return batchItems(input, hashKey)
    case 'PutItem':
      return [gateItem(String(input.TableName), 'put', (input.Item ?? {}) as Item, hashKey)]
    case 'UpdateItem':
      return [gateItem(String(input.TableName), 'update', (input.Key ?? {}) as Item, hashKey)]
    case 'DeleteItem':
      return [gateItem(String(input.TableName), 'delete', (input.Key ?? {}) as Item, hashKey)]
    case 'TransactWriteItems':
      return transactItems(input, hashKey)
    default:
      return []
  }
}

function batchItems(input: WireObject, hashKey: string): readonly GateItem[] {
  const tables = (input.RequestItems ?? {}) as RequestItems
  const items: GateItem[] = []
  for (const table in tables) {
    for (const request of tables[table] as readonly WriteRequest[]) {
      const kind = request.PutRequest !== undefined ? 'put' : 'delete'
      items.push(gateItem(table, kind, itemOf(request), hashKey))
    }
  }
  return items
}

interface TransactPart {
  readonly Put?: WireObject
  readonly Update?: WireObject
  readonly Delete?: WireObject
}

function transactItems(input: WireObject, hashKey: string): readonly GateItem[] {
  const parts = (input.TransactItems ?? []) as readonly TransactPart[]
  return parts.flatMap(({ Put, Update, Delete }) => [
    ...(Put === undefined ? [] : gateItems({ operation: 'PutItem', input: Put }, hashKey)),
    ...(Update === undefined ? [] : gateItems({ operation: 'UpdateItem', input: Update }, hashKey)),
    ...(Delete === undefined ? [] : gateItems({ operation: 'DeleteItem', input: Delete }, hashKey)),
  ])
}

function gateItem(table: string, kind: GateItem['kind'], attributes: Item, hashKey: string): GateItem {
  const value = attributes[hashKey]
  return { table, kind, key: value?.S ?? value?.N ?? value?.B ?? '', attributes }
}
