// PutItem, UpdateItem, DeleteItem and GetItem in the memory store; writes may be conditional.
// Order of checks as in dynalite: JSON types, constraints, content, table, key, and the condition last.
// Read next: condition.ts, tableKey.ts.
import { withFailedItem } from '../failedItem.ts'
import type { Item, WireObject, WireResponse } from '../wire.ts'
import { errorResponse } from '../wire.ts'
import { checkItemContent, checkItemSize, checkItemTypes } from './attributeValue.ts'
import { detected, validTableName } from './batchWrite.ts'
import { checkConditionPresence, checkConditionTypes, holds, readCondition, readExpressions } from './condition.ts'
import type { Condition } from './conditionSyntax.ts'
import { Refusal, serialization, UnsupportedByMemoryStore, validation } from './refusal.ts'
import type { Table } from './table.ts'
import { checkItemKey, checkKey } from './tableKey.ts'
import { checkUpdatesNoKey, updated } from './update.ts'

type TableOf = (name: string) => Table

const CONDITION_FIELDS = [
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValuesOnConditionCheckFailure',
]
const PUT_FIELDS = new Set(['TableName', 'Item', 'ReturnValues', ...CONDITION_FIELDS])
const DELETE_FIELDS = new Set(['TableName', 'Key', 'ReturnValues', ...CONDITION_FIELDS])
const UPDATE_FIELDS = new Set(['TableName', 'Key', 'UpdateExpression', 'ReturnValues', ...CONDITION_FIELDS])
const GET_FIELDS = new Set(['TableName', 'Key', 'ConsistentRead'])
const RETURN_VALUES = ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW']

export function putItem(input: WireObject, tableOf: TableOf): WireResponse {
  const item = checkWrite('PutItem', 'Item', PUT_FIELDS, input)
  checkItemContent(item)
  checkReturnValues(input)
  checkItemSize(item)
  const condition = readCondition(input)
  const table = tableOf(input.TableName as string)
  checkItemKey(item, table.schema, false)
  return write(input, table, item, condition, () => table.put(item))
}

export function updateItem(input: WireObject, tableOf: TableOf): WireResponse {
  if (['UPDATED_OLD', 'UPDATED_NEW'].includes(input.ReturnValues as string)) {
    throw new UnsupportedByMemoryStore(`UpdateItem's ReturnValues ${input.ReturnValues}`)
  }
  requireSupported('UpdateItem', UPDATE_FIELDS, input)
  if (input.Key != null) checkItemTypes(input.Key)
  checkConditionTypes(input)
  requireMembers(input, 'Key', true)
  checkConditionPresence(input, 'UpdateExpression and ConditionExpression are')
  const key = input.Key as Item
  checkItemContent(key)
  const { condition, update } = readExpressions(input)
  const table = tableOf(input.TableName as string)
  checkKey(key, table.schema)
  checkUpdatesNoKey(update, table.schema)
  let after: Item = key
  const answer = write(input, table, key, condition, (before) => {
    after = updated(before ?? key, update)
    checkItemSize(after, 'Item size to update has exceeded the maximum allowed size')
    table.put(after)
  })
  return input.ReturnValues === 'ALL_NEW' ? { status: 200, body: { Attributes: after } } : answer
}

export function deleteItem(input: WireObject, tableOf: TableOf): WireResponse {
  const key = checkWrite('DeleteItem', 'Key', DELETE_FIELDS, input)
  checkItemContent(key)
  const condition = readCondition(input)
  const table = tableOf(input.TableName as string)
  checkKey(key, table.schema)
  return write(input, table, key, condition, () => table.delete(key))
}

export function getItem(input: WireObject, tableOf: TableOf): WireResponse {
  requireSupported('GetItem', GET_FIELDS, input)
  if (input.Key != null) checkItemTypes(input.Key)
  requireMembers(input, 'Key')
  const key = input.Key as Item
  checkItemContent(key)
  const table = tableOf(input.TableName as string)
  checkKey(key, table.schema)
  const found = table.get(key)
  return { status: 200, body: found === undefined ? {} : { Item: found } }
}

function checkWrite(operation: string, field: 'Item' | 'Key', supported: ReadonlySet<string>, input: WireObject): Item {
  requireSupported(operation, supported, input)
  if (input[field] != null) checkItemTypes(input[field])
  checkConditionTypes(input)
  requireMembers(input, field)
  checkConditionPresence(input)
  return input[field] as Item
}

function write(
  input: WireObject,
  table: Table,
  item: Item,
  condition: Condition | null,
  act: (before: Item | undefined) => void,
): WireResponse {
  const before = table.get(item)
  if (condition !== null && !holds(condition, before)) {
    const failed = errorResponse('ConditionalCheckFailedException', 'The conditional request failed')
    throw new Refusal(withFailedItem(input, failed, before))
  }
  act(before)
  return { status: 200, body: before !== undefined && input.ReturnValues === 'ALL_OLD' ? { Attributes: before } : {} }
}

function checkReturnValues({ ReturnValues }: WireObject): void {
  if (ReturnValues && ReturnValues !== 'ALL_OLD' && ReturnValues !== 'NONE') {
    throw validation('ReturnValues can only be ALL_OLD or NONE')
  }
}

/** A field the service knows and the memory store does not would be ignored in silence, so it is a mistake here. */
export function requireSupported(operation: string, supported: ReadonlySet<string>, input: WireObject): void {
  for (const field in input) {
    if (supported.has(field) || input[field] == null || input[field] === 'NONE') continue
    throw new UnsupportedByMemoryStore(`${operation}'s ${field}`)
  }
}

/** In the order in which dynalite declares the fields: UpdateItem has its key last. */
function requireMembers(input: WireObject, field: 'Item' | 'Key', fieldIsLast = false): void {
  const problems = tableNameProblems(input.TableName)
  const absent = input[field] == null ? [missing(field === 'Item' ? 'item' : 'key')] : []
  if (!fieldIsLast) problems.push(...absent)
  const { ReturnValues } = input
  if (ReturnValues != null && !RETURN_VALUES.includes(ReturnValues as string)) {
    problems.push(
      `Value '${ReturnValues}' at 'returnValues' failed to satisfy constraint: ` +
        `Member must satisfy enum value set: [${RETURN_VALUES.join(', ')}]`,
    )
  }
  if (fieldIsLast) problems.push(...absent)
  if (problems.length > 0) throw detected(problems)
}

const missing = (path: string): string =>
  `Value null at '${path}' failed to satisfy constraint: Member must not be null`

export function tableNameProblems(name: unknown): string[] {
  if (name == null) return [missing('tableName')]
  if (typeof name !== 'string') throw serialization(`${typeof name} cannot be converted to String`)
  if (validTableName(name)) return []
  const value = `Value '${name}' at 'tableName' failed to satisfy constraint: `
  const problems: string[] = []
  if (!/^[a-zA-Z0-9_.-]+$/.test(name)) {
    problems.push(`${value}Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`)
  }
  if (name.length < 3) problems.push(`${value}Member must have length greater than or equal to 3`)
  if (name.length > 255) problems.push(`${value}Member must have length less than or equal to 255`)
  return problems
}
