// BatchWriteItem in the memory store: check the whole request as the service would, then apply it in one go.
// The phases follow dynalite's order (JSON types, counts, content, table, keys and duplicates), so that a request with
// two faults is refused for the same one. All or nothing: partial answers are the gate's business (../gate.ts).
import type { Item, RequestItems, WireObject, WireRequest, WireResponse, WriteRequest } from '../wire.ts'
import { checkItemContent, checkItemSize, checkItemTypes } from './attributeValue.ts'
import { Refusal, serialization, UnsupportedByMemoryStore, validation } from './refusal.ts'
import type { Table } from './table.ts'
import { checkItemKey, checkKey, keyText } from './tableKey.ts'

const MAX_BATCH = 25
const DONE: WireResponse = { status: 200, body: { UnprocessedItems: {} } }

export function batchWrite(input: WireObject, tableOf: (name: string) => Table): WireResponse {
  for (const field in input) {
    if (field !== 'RequestItems' && input[field] != null && input[field] !== 'NONE') {
      throw new UnsupportedByMemoryStore(`BatchWriteItem's ${field}`)
    }
  }
  const requestItems = checkBatch(input)
  for (const name in requestItems) checkKeys(requestItems[name] as readonly WriteRequest[], tableOf(name))
  for (const name in requestItems) {
    const table = tableOf(name)
    for (const request of requestItems[name] as readonly WriteRequest[]) {
      if (request.PutRequest !== undefined) table.put(request.PutRequest.Item)
      else if (request.DeleteRequest !== undefined) table.delete(request.DeleteRequest.Key)
    }
  }
  return DONE
}

/**
 * Would the service refuse this batch whatever its load? Knows no tables: `keys` names the key attributes, in which
 * duplicates are looked for. Used by the gate to let the real answer win over a planned fault.
 */
export function wouldBeRefused(request: WireRequest, keys: readonly string[]): boolean {
  if (request.operation !== 'BatchWriteItem') return false
  try {
    const requestItems = checkBatch(request.input)
    for (const name in requestItems) {
      if (hasDuplicateKeys(requestItems[name] as readonly WriteRequest[], keys)) return true
    }
    return false
  } catch (error) {
    if (error instanceof Refusal) return true
    throw error
  }
}

function hasDuplicateKeys(requests: readonly WriteRequest[], keys: readonly string[]): boolean {
  if (requests.length < 2) return false
  const seen = new Set<string>()
  for (const request of requests) {
    const item = itemOf(request)
    const key = keys.length === 1 ? JSON.stringify(item[keys[0] as string]) : JSON.stringify(keys.map((k) => item[k]))
    if (seen.has(key)) return true
    seen.add(key)
  }
  return false
}

export function itemOf(request: WriteRequest): Item {
  return request.PutRequest?.Item ?? request.DeleteRequest?.Key ?? {}
}

function checkBatch(input: WireObject): RequestItems {
  const requestItems = input.RequestItems as RequestItems | null | undefined
  if (requestItems != null) checkTypes(requestItems)
  checkCounts(requestItems)
  for (const name in requestItems) checkContents(requestItems[name] as readonly WriteRequest[])
  return requestItems as RequestItems
}

function checkTypes(requestItems: unknown): void {
  if (typeof requestItems !== 'object') throw serialization('Unexpected field type')
  for (const name in requestItems as RequestItems) {
    const list: unknown = (requestItems as RequestItems)[name]
    if (!Array.isArray(list)) throw serialization('Start of structure or map found where not expected')
    for (const request of list as readonly WriteRequest[]) {
      if (request.PutRequest?.Item != null) checkItemTypes(request.PutRequest.Item)
      if (request.DeleteRequest?.Key != null) checkItemTypes(request.DeleteRequest.Key)
    }
  }
}

function checkCounts(requestItems: RequestItems | null | undefined): asserts requestItems is RequestItems {
  if (requestItems == null) throw constraint('null', 'requestItems', 'Member must not be null')
  let tables = 0
  let broken = false
  for (const name in requestItems) {
    tables++
    const list = requestItems[name] as readonly WriteRequest[]
    if (list.length === 0 || list.length > MAX_BATCH || !validTableName(name)) broken = true
    for (const { PutRequest, DeleteRequest } of list) {
      if ((PutRequest != null && PutRequest.Item == null) || (DeleteRequest != null && DeleteRequest.Key == null)) {
        broken = true
      }
    }
  }
  if (tables === 0) throw constraint("'{}'", 'requestItems', 'Member must have length greater than or equal to 1')
  if (broken) throw detected([...countProblems(requestItems), ...memberProblems(requestItems)])
}

function memberProblems(requestItems: RequestItems): string[] {
  const problems: string[] = []
  for (const name in requestItems) {
    const list = requestItems[name] as readonly WriteRequest[]
    for (let i = 0; i < list.length; i++) {
      const { PutRequest, DeleteRequest } = list[i] as WriteRequest
      const at = `requestItems.${name}.member.${i + 1}.member`
      if (DeleteRequest != null && DeleteRequest.Key == null) problems.push(nullMember(`${at}.deleteRequest.key`))
      if (PutRequest != null && PutRequest.Item == null) problems.push(nullMember(`${at}.putRequest.item`))
    }
  }
  return problems
}

const nullMember = (path: string): string =>
  `Value null at '${path}' failed to satisfy constraint: Member must not be null`

function countProblems(requestItems: RequestItems): string[] {
  const names = Object.keys(requestItems)
  const value = `Value '${JSON.stringify(requestItems)}' at 'requestItems' failed to satisfy constraint: `
  const lengths = (limit: number, least: number): string =>
    `Member must have length less than or equal to ${limit}, Member must have length greater than or equal to ${least}`
  const badNames = names.filter((name) => !validTableName(name))
  const badLists = names.filter((name) => {
    const { length } = requestItems[name] as readonly WriteRequest[]
    return length === 0 || length > MAX_BATCH
  })
  return [
    ...badNames.map(
      () =>
        `${value}Map keys must satisfy constraint: [${lengths(255, 3)}, ` +
        'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]',
    ),
    ...badLists.map(() => `${value}Map value must satisfy constraint: [${lengths(MAX_BATCH, 1)}]`),
  ]
}

export function validTableName(name: string): boolean {
  return name.length >= 3 && name.length <= 255 && /^[a-zA-Z0-9_.-]+$/.test(name)
}

export function constraint(value: string, path: string, message: string): Refusal {
  return detected([`Value ${value} at '${path}' failed to satisfy constraint: ${message}`])
}

export function detected(problems: readonly string[]): Refusal {
  const shown = problems.slice(0, 10)
  return validation(`${shown.length} validation error${shown.length > 1 ? 's' : ''} detected: ${shown.join('; ')}`)
}

function checkContents(list: readonly WriteRequest[]): void {
  for (const request of list) {
    if (request.PutRequest == null && request.DeleteRequest == null) {
      throw validation(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      )
    }
  }
  for (const request of list) {
    if (request.PutRequest != null) {
      checkItemContent(request.PutRequest.Item)
      checkItemSize(request.PutRequest.Item)
    } else if (request.DeleteRequest != null) checkItemContent(request.DeleteRequest.Key)
  }
}

function checkKeys(list: readonly WriteRequest[], table: Table): void {
  const { schema } = table
  const seen: string[] = []
  for (const request of list) {
    if (request.PutRequest != null) checkItemKey(request.PutRequest.Item, schema, true)
    else if (request.DeleteRequest != null) checkKey(request.DeleteRequest.Key, schema)
    const key = keyText(itemOf(request), schema) as string
    // At most 25: a scan of a short list beats a set.
    if (seen.includes(key)) throw validation('Provided list of item keys contains duplicates')
    seen.push(key)
  }
}
