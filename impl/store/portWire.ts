// Between the SDK's shapes and the wire's: the same JSON but for binary values (Uint8Array here, base64 there).
// Going in, everything is copied, so that a sink that changes its record after the send cannot change what was sent;
// the real client serialises and has the same effect. Read next: port.ts, wire.ts.
import { EncodedWrite } from './encodedWrite.ts'
import type { DynamoDbPort } from './port.ts'
import { StoreError } from './storeError.ts'
import type { AttributeValue, WireBackend, WireObject, WireOperation, WireResponse } from './wire.ts'

type Loose = Record<string, unknown>

/** A deep copy of plain data with Uint8Arrays as base64 and `undefined` fields left out. */
export function toWire(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(toWire)
  if (value instanceof Uint8Array) return base64(value)
  if (value instanceof EncodedWrite) return JSON.parse(value.json)
  const copy: Loose = {}
  for (const field in value) {
    const content = (value as Loose)[field]
    if (typeof content === 'string') copy[field] = content
    else if (content !== undefined) copy[field] = toWire(content)
  }
  return copy
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

type ValueMap = Readonly<Record<string, AttributeValue>>

/** A deep copy of an item with binary as Uint8Array. */
function itemFromWire(item: ValueMap): Loose {
  const copy: Loose = {}
  for (const name in item) copy[name] = valueFromWire(item[name] as AttributeValue)
  return copy
}

function valueFromWire(value: AttributeValue): unknown {
  if (value.B !== undefined) return { B: new Uint8Array(Buffer.from(value.B, 'base64')) }
  if (value.BS !== undefined) return { BS: value.BS.map((text) => new Uint8Array(Buffer.from(text, 'base64'))) }
  if (value.L !== undefined) return { L: value.L.map(valueFromWire) }
  if (value.M !== undefined) return { M: itemFromWire(value.M) }
  if (value.SS !== undefined) return { SS: [...value.SS] }
  if (value.NS !== undefined) return { NS: [...value.NS] }
  return { ...value }
}

/** An answer's body in the SDK's shape; throws StoreError where the answer is an error. */
export function fromWire(response: WireResponse): WireObject {
  if (response.status >= 400) throw Object.assign(new StoreError(response), storedItems(response.body))
  const { body } = response
  const copy: Loose = {}
  for (const field in body) copy[field] = fieldFromWire(field, body[field])
  return copy
}

/** What an error shows of the store: the items that conditions were false of. */
function storedItems({ Item, CancellationReasons }: WireObject): Loose {
  return {
    ...(Item !== undefined && { Item: itemFromWire(Item as ValueMap) }),
    ...(CancellationReasons !== undefined && {
      CancellationReasons: (CancellationReasons as readonly WireObject[]).map((reason) => ({
        ...reason,
        ...storedItems(reason),
      })),
    }),
  }
}

function fieldFromWire(field: string, content: unknown): unknown {
  switch (field) {
    case 'Item':
    case 'Attributes':
    case 'LastEvaluatedKey':
      return itemFromWire(content as ValueMap)
    case 'Items':
      return (content as readonly ValueMap[]).map(itemFromWire)
    case 'UnprocessedItems':
      return unprocessedFromWire(content as Readonly<Record<string, readonly WriteLike[]>>)
    default:
      return structuredCloneOfPlain(content)
  }
}

interface WriteLike {
  readonly PutRequest?: { readonly Item: ValueMap }
  readonly DeleteRequest?: { readonly Key: ValueMap }
}

function unprocessedFromWire(tables: Readonly<Record<string, readonly WriteLike[]>>): Loose {
  const copy: Loose = {}
  for (const table in tables) {
    copy[table] = tables[table]?.map((request) =>
      request.PutRequest !== undefined
        ? { PutRequest: { Item: itemFromWire(request.PutRequest.Item) } }
        : { DeleteRequest: { Key: itemFromWire(request.DeleteRequest?.Key ?? {}) } },
    )
  }
  return copy
}

const structuredCloneOfPlain = (content: unknown): unknown =>
  typeof content === 'object' && content !== null ? structuredClone(content) : content

/** What a port needs: one way to get a wire request answered. */
export type Send = (operation: WireOperation, input: WireObject) => Promise<WireResponse>

/** A DynamoDbPort over anything that answers wire requests. The answer types are the SDK's by construction. */
export function portOver(send: Send): DynamoDbPort {
  const call =
    (operation: WireOperation) =>
    async (input: object): Promise<never> =>
      fromWire(await send(operation, toWire(input) as WireObject)) as never
  return {
    batchWriteItem: call('BatchWriteItem'),
    putItem: call('PutItem'),
    updateItem: call('UpdateItem'),
    transactWriteItems: call('TransactWriteItems'),
    deleteItem: call('DeleteItem'),
    getItem: call('GetItem'),
    scan: call('Scan'),
    createTable: call('CreateTable'),
    deleteTable: call('DeleteTable'),
    describeTable: call('DescribeTable'),
    destroy: () => {},
  }
}

/** A DynamoDbPort straight on a backend, no SDK and no gate. */
export function backendPort(backend: WireBackend): DynamoDbPort {
  return portOver(async (operation, input) => backend.execute({ operation, input }))
}
