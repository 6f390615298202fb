// What a request to the store would write, and the same request with only a part of it. Pure: bodies in, bodies out.
// Operations other than these write nothing that a round judges, and meet no fault.
// Read next: faultProxy.ts, history.ts.

/** A row as the sinks write it: key and version. */
export interface RowWrite {
  readonly key: string
  readonly version: number
}

type Wire = Readonly<Record<string, unknown>>
type Attributes = Readonly<Record<string, Readonly<Record<string, string>>>>

const BATCH = 'BatchWriteItem'
const WRITES: readonly string[] = [BATCH, 'PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems']

/** `DynamoDB_20120810.BatchWriteItem` -> `BatchWriteItem`. */
export const operationOf = (target: string | undefined): string => target?.split('.')[1] ?? ''

export const isWrite = (operation: string): boolean => WRITES.includes(operation)

/** Rows that are put; deletes and updates carry no version and are not counted. */
export function rowsIn(operation: string, body: string): readonly RowWrite[] {
  const input = JSON.parse(body) as Wire
  const items = operation === BATCH ? requestsIn(input).map(putItem) : operation === 'PutItem' ? [input.Item] : []
  return items.flatMap((item) => {
    const { pk, version } = (item ?? {}) as Attributes
    return pk?.S === undefined || version?.N === undefined ? [] : [{ key: pk.S, version: Number(version.N) }]
  })
}

/**
 * A batch in two: what is forwarded, and what is held back as UnprocessedItems has it. Null where it cannot be split:
 * a store that takes nothing of a batch says so with an exception, and one item has no part.
 */
export function splitBatch(
  operation: string,
  body: string,
  share: number,
): { readonly body: string; readonly heldBack: Wire } | null {
  if (operation !== BATCH) return null
  const input = JSON.parse(body) as Wire
  const [table, requests] = tableOf(input)
  if (requests.length < 2) return null
  const taken = 1 + Math.floor(share * (requests.length - 1))
  return {
    body: JSON.stringify({ ...input, RequestItems: { [table]: requests.slice(0, taken) } }),
    heldBack: { [table]: requests.slice(taken) },
  }
}

const tableOf = (input: Wire): readonly [string, readonly Wire[]] =>
  Object.entries((input.RequestItems ?? {}) as Readonly<Record<string, readonly Wire[]>>)[0] ?? ['', []]

const requestsIn = (input: Wire): readonly Wire[] => tableOf(input)[1]

const putItem = (request: Wire): unknown => (request.PutRequest as Wire | undefined)?.Item
