// ConditionExpression: attribute_exists, attribute_not_exists, the six comparisons, AND, OR, NOT, parentheses, with
// #name and :value placeholders. Parsed once a request into a small tree; refusals are worded as dynalite words them.
// Left out on purpose (UnsupportedByMemoryStore): nested paths, other functions, BETWEEN, IN, parenthesised operands.
// Read next: conditionSyntax.ts (tokens and tree), evaluate below.
import type { AttributeValue, Item } from '../wire.ts'
import { checkContent, checkItemTypes } from './attributeValue.ts'
import { type Condition, type Operand, parseCondition } from './conditionSyntax.ts'
import { compareNumbers } from './decimal.ts'
import { validation } from './refusal.ts'
import { type Action, parseUpdate } from './updateSyntax.ts'

export interface ConditionInput {
  readonly ConditionExpression?: unknown
  /** Of UpdateItem only. */
  readonly UpdateExpression?: unknown
  readonly ExpressionAttributeNames?: unknown
  readonly ExpressionAttributeValues?: unknown
}

/** JSON types of the placeholders; part of the phase that answers SerializationException. */
export function checkConditionTypes(input: ConditionInput): void {
  if (input.ExpressionAttributeValues != null) checkItemTypes(input.ExpressionAttributeValues)
}

/** Placeholders without an expression are refused before anything else of the content is looked at. */
export function checkConditionPresence(input: ConditionInput, expressions = 'ConditionExpression is'): void {
  if (input.ConditionExpression != null || input.UpdateExpression != null) return
  if (input.ExpressionAttributeNames != null) {
    throw validation('ExpressionAttributeNames can only be specified when using expressions')
  }
  if (input.ExpressionAttributeValues != null) {
    throw validation(`ExpressionAttributeValues can only be specified when using expressions: ${expressions} null`)
  }
}

/** The parsed condition, or null where the request has none. */
export const readCondition = (input: ConditionInput): Condition | null => readExpressions(input).condition

export interface Expressions {
  readonly condition: Condition | null
  readonly update: readonly Action[]
}

export function readExpressions(input: ConditionInput): Expressions {
  const names = (input.ExpressionAttributeNames ?? {}) as Record<string, string>
  const values = (input.ExpressionAttributeValues ?? {}) as Record<string, AttributeValue>
  if (input.ExpressionAttributeNames != null) checkPlaceholders('ExpressionAttributeNames', '#', names)
  if (input.ExpressionAttributeValues != null) {
    checkPlaceholders('ExpressionAttributeValues', ':', values)
    for (const key in values) checkPlaceholderValue(key, values[key] as AttributeValue)
  }
  const { ConditionExpression, UpdateExpression } = input
  if (ConditionExpression == null && UpdateExpression == null) return { condition: null, update: [] }
  const used = new Set<string>()
  const update = UpdateExpression == null ? [] : parseUpdate(UpdateExpression as string, names, values, used)
  const condition =
    ConditionExpression == null ? null : parseCondition(ConditionExpression as string, names, values, used)
  refuseUnused('ExpressionAttributeNames', names, used)
  refuseUnused('ExpressionAttributeValues', values, used)
  return { condition, update }
}

function checkPlaceholders(field: string, sign: string, map: object): void {
  const keys = Object.keys(map)
  if (keys.length === 0) throw validation(`${field} must not be empty`)
  for (const key of keys) {
    if (key[0] !== sign || !/^.[0-9a-zA-Z_]+$/.test(key)) {
      throw validation(`${field} contains invalid key: Syntax error; key: "${key}"`)
    }
  }
}

function checkPlaceholderValue(key: string, value: AttributeValue): void {
  try {
    checkContent(value)
  } catch (refusal) {
    const message = (refusal as { response: { body: { message: string } } }).response.body.message
    throw validation(`ExpressionAttributeValues contains invalid value: ${message} for key ${key}`)
  }
}

function refuseUnused(field: string, map: object, used: ReadonlySet<string>): void {
  const unused = Object.keys(map).filter((key) => !used.has(key))
  if (unused.length > 0) {
    throw validation(`Value provided in ${field} unused in expressions: keys: {${unused.join(', ')}}`)
  }
}

/** Does the condition hold of the stored item? An absent item is an item without attributes. */
export function holds(condition: Condition, item: Item | undefined): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item)
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item)
    case 'not':
      return !holds(condition.inner, item)
    case 'exists':
      return (item?.[condition.attribute] !== undefined) === condition.expected
    case 'compare':
      return compare(condition.operator, resolve(condition.left, item), resolve(condition.right, item))
  }
}

function resolve(operand: Operand, item: Item | undefined): AttributeValue | undefined {
  return operand.kind === 'value' ? operand.value : item?.[operand.attribute]
}

function compare(operator: string, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  const leftType = typeOf(left)
  const rightType = typeOf(right)
  const sameType = leftType === rightType
  if (operator === '=') return sameType && sameContent(left, right, leftType)
  if (operator === '<>') return !(sameType && sameContent(left, right, leftType))
  if (!sameType) return false
  const order = orderOf(left, right, leftType)
  switch (operator) {
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    default:
      return order >= 0
  }
}

type TypeName = keyof AttributeValue | undefined

function typeOf(value: AttributeValue | undefined): TypeName {
  for (const type in value) return type as TypeName
  return undefined
}

/** Sets are equal by their elements. Lists and maps are never equal: dynalite compares them by reference. */
function sameContent(left: AttributeValue | undefined, right: AttributeValue | undefined, type: TypeName): boolean {
  if (type === undefined) return true
  const a: unknown = left?.[type]
  const b: unknown = right?.[type]
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((element) => b.includes(element))
  }
  return a === b
}

function orderOf(left: AttributeValue | undefined, right: AttributeValue | undefined, type: TypeName): number {
  if (type === 'N') return compareNumbers(left?.N as string, right?.N as string)
  const a = orderText(left, type)
  const b = orderText(right, type)
  return a < b ? -1 : a > b ? 1 : 0
}

function orderText(value: AttributeValue | undefined, type: TypeName): string {
  if (type === 'S') return value?.S as string
  if (type === 'B') return Buffer.from(value?.B as string, 'base64').toString('hex')
  return type === undefined ? '' : String(value?.[type])
}
