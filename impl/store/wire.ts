// The wire level of the store: what a DynamoDB request and its answer are once JSON is parsed and HTTP is gone.
// Everything that answers requests (memory store, embedded dynalite) and everything in between (the gate) speaks this,
// so a fault is injected the same way above a memory map and below the real SDK client.
// Read next: memory/memoryStore.ts, dynalite.ts (who answers), gate.ts (who decides when), portWire.ts (SDK shapes).

/** An attribute value as DynamoDB JSON spells it: exactly one field; binary is base64. */
export interface AttributeValue {
  readonly S?: string
  readonly N?: string
  readonly B?: string
  readonly BOOL?: boolean
  readonly NULL?: boolean
  readonly SS?: readonly string[]
  readonly NS?: readonly string[]
  readonly BS?: readonly string[]
  readonly L?: readonly AttributeValue[]
  readonly M?: Readonly<Record<string, AttributeValue>>
}

/** An item or a key. Stored items are never changed in place, so a reference is a snapshot. */
export type Item = Readonly<Record<string, AttributeValue>>

export interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item }
  readonly DeleteRequest?: { readonly Key: Item }
}

export type RequestItems = Readonly<Record<string, readonly WriteRequest[]>>

export const WIRE_OPERATIONS = [
  'BatchWriteItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'TransactWriteItems',
  'GetItem',
  'Scan',
  'CreateTable',
  'DeleteTable',
  'DescribeTable',
] as const

export type WireOperation = (typeof WIRE_OPERATIONS)[number]
export type WireObject = Readonly<Record<string, unknown>>

export interface WireRequest {
  readonly operation: WireOperation
  readonly input: WireObject
}

/** Errors are answers too: status 4xx or 5xx and a body with `__type` and `message`. */
export interface WireResponse {
  readonly status: number
  readonly body: WireObject
}

export interface WireBackend {
  /** Takes the request over: the caller must not change it afterwards, the backend may normalise it in place. */
  execute(request: WireRequest): WireResponse | Promise<WireResponse>
  /** The stored item under the key attributes of `item` (others are ignored), read beside the request path. */
  peek?(table: string, item: Item): Item | undefined | Promise<Item | undefined>
}

/** A backend that answers within the call; the gate then settles everything without a promise of its own. */
export interface SyncBackend extends WireBackend {
  readonly synchronous: true
  execute(request: WireRequest): WireResponse
  peek(table: string, item: Item): Item | undefined
}

export interface KeyAttribute {
  readonly name: string
  readonly type: 'S' | 'N' | 'B'
}

/** A table made beside the request path, ACTIVE at once. The default key is one string attribute `pk`. */
export interface TableShape {
  readonly name: string
  readonly hash?: KeyAttribute
  readonly range?: KeyAttribute
}

/** What both embedded stores offer a test beside answering requests. `reset` empties the tables and keeps them. */
export interface EmbeddedStore extends WireBackend {
  putTable(shape: TableShape): void | Promise<void>
  reset(): void | Promise<void>
  /** All items of a table in key order. */
  snapshot(table: string): readonly Item[] | Promise<readonly Item[]>
}

export const DEFAULT_HASH: KeyAttribute = { name: 'pk', type: 'S' }

const SERVICE = 'com.amazonaws.dynamodb.v20120810#'
const VALIDATION = 'com.amazon.coral.validate#'

export function errorResponse(name: string, message: string, status = 400): WireResponse {
  const prefix = name === 'ValidationException' ? VALIDATION : SERVICE
  return { status, body: { __type: prefix + name, message } }
}

/** The service's error name of an answer, or null where it is none. */
export function errorName(response: WireResponse): string | null {
  if (response.status < 400) return null
  const type = response.body.__type
  return typeof type === 'string' ? type.slice(type.indexOf('#') + 1) : 'Unknown'
}

export function errorMessage(response: WireResponse): string {
  const message = response.body.message ?? response.body.Message
  return typeof message === 'string' ? message : ''
}
