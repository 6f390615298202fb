// Scan in the memory store: the whole table in scan order, in pages by Limit, ExclusiveStartKey or 1 MB.
// A scan is answered within the call, so it is a snapshot; dynalite's are too (facts: iterators over a persistent tree).
// Read next: table.ts (the order), tableKey.ts.
import type { Item, WireObject, WireResponse } from '../wire.ts'
import { checkItemContent, checkItemTypes, itemSize } from './attributeValue.ts'
import { detected } from './batchWrite.ts'
import { Refusal, validation } from './refusal.ts'
import { requireSupported, tableNameProblems } from './singleItem.ts'
import type { Table } from './table.ts'
import { checkKey } from './tableKey.ts'

const FIELDS = new Set(['TableName', 'Limit', 'ExclusiveStartKey', 'ConsistentRead'])
const PAGE_BYTES = 1024 * 1024
const BAD_START = 'The provided starting key is invalid: '
/** Refusals of numbers and duplicates come without the prefix, in the service and in dynalite. */
const UNPREFIXED = /contains duplicates|number set|numeric value|significant digits|number with magnitude/

export function scan(input: WireObject, tableOf: (name: string) => Table): WireResponse {
  requireSupported('Scan', FIELDS, input)
  const start = (input.ExclusiveStartKey ?? null) as Item | null
  if (start !== null) checkItemTypes(start)
  const limit = checkLimit(input)
  if (start !== null) prefixed(() => checkItemContent(start))
  const table = tableOf(input.TableName as string)
  if (start !== null) prefixed(() => checkKey(start, table.schema))
  const rows = table.inScanOrder(start)
  const items: Item[] = []
  let bytes = 0
  for (const item of rows) {
    if (items.length >= limit || bytes >= PAGE_BYTES) break
    items.push(item)
    bytes += itemSize(item)
  }
  const last = items.at(-1)
  const body = { Items: items, Count: items.length, ScannedCount: items.length }
  if (last === undefined || (items.length < limit && bytes < PAGE_BYTES)) return { status: 200, body }
  return { status: 200, body: { ...body, LastEvaluatedKey: keyOf(last, table) } }
}

function keyOf(item: Item, { schema }: Table): Item {
  const names = schema.range === null ? [schema.hash.name] : [schema.hash.name, schema.range.name]
  return Object.fromEntries(names.map((name) => [name, item[name] as Item[string]]))
}

function checkLimit(input: WireObject): number {
  const { Limit } = input
  const problems: string[] = []
  if (Limit != null && (Limit as number) < 1) {
    problems.push(
      `Value '${Limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    )
  }
  // The order in which dynalite declares the fields: the table's name comes before the limit.
  const all = [...tableNameProblems(input.TableName), ...problems]
  if (all.length > 0) throw detected(all)
  return Limit == null ? Number.POSITIVE_INFINITY : Math.floor(Limit as number)
}

function prefixed(check: () => void): void {
  try {
    check()
  } catch (error) {
    const message = error instanceof Refusal ? error.response.body.message : undefined
    if (typeof message !== 'string' || UNPREFIXED.test(message)) throw error
    throw validation(BAD_START + message)
  }
}
