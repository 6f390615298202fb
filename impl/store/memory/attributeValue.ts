// Is this attribute value one the service accepts, and how large is it? Checked once per write, on the hot path of the
// world's runs, so a string or an integer costs one pass over its one field and allocates nothing.
// Order of the checks and the messages follow dynalite 4.0.0: JSON types first (SerializationException), then content.
// Read next: itemSize below, decimal.ts (numbers), tableKey.ts (key attributes have rules of their own).
import type { AttributeValue, Item } from '../wire.ts'
import { canonicalNumber, numberSize } from './decimal.ts'
import { serialization, validation } from './refusal.ts'

export const MAX_ITEM_BYTES = 409_600
export const VALUE_TYPES = ['S', 'B', 'N', 'BOOL', 'NULL', 'BS', 'NS', 'SS', 'L', 'M'] as const
export type ValueType = (typeof VALUE_TYPES)[number]

type Loose = Record<string, unknown>

/** Throws where a field has a JSON type the API does not declare; drops unknown and null fields as the service does. */
export function checkItemTypes(item: unknown): void {
  if (typeof item !== 'object' || item === null) throw serialization('Unexpected field type')
  if (Array.isArray(item)) {
    throw serialization(
      'Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>',
    )
  }
  for (const name in item) checkValueTypes((item as Loose)[name])
}

function checkValueTypes(value: unknown): void {
  if (typeof value !== 'object' || value === null) throw serialization('Unexpected value type in payload')
  if (Array.isArray(value)) {
    throw serialization('Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue')
  }
  const fields = value as Loose
  for (const type in fields) {
    const content = fields[type]
    if ((type === 'S' || type === 'N') && typeof content === 'string') continue
    if (content === null || content === undefined || !(VALUE_TYPES as readonly string[]).includes(type)) {
      delete fields[type]
      continue
    }
    checkContentType(type as ValueType, content)
  }
}

function checkContentType(type: ValueType, content: unknown): void {
  switch (type) {
    case 'S':
    case 'N':
      requireString(content)
      return
    case 'B':
      requireBase64(content)
      return
    case 'BOOL':
    case 'NULL':
      if (typeof content !== 'boolean') throw notBoolean(content)
      return
    case 'M':
      checkItemTypes(content)
      return
    default:
      if (typeof content !== 'object') throw serialization('Unexpected field type')
      if (!Array.isArray(content)) throw serialization('Start of structure or map found where not expected')
      for (const element of content) {
        if (type === 'L') checkValueTypes(element)
        else if (type === 'BS') requireBase64(element)
        else requireString(element)
      }
  }
}

/** dynalite also takes words such as 'yes' for booleans; no client of ours sends them. */
function notBoolean(content: unknown): unknown {
  if (typeof content === 'number') {
    return serialization(
      `${Number.isInteger(content) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'} cannot be converted to Boolean`,
    )
  }
  if (typeof content === 'string') return serialization('Unexpected token received from parser')
  if (Array.isArray(content)) return serialization('Unrecognized collection type class java.lang.Boolean')
  return serialization('Start of structure or map found where not expected')
}

function requireString(content: unknown): void {
  if (typeof content === 'string') return
  if (typeof content === 'boolean') {
    throw serialization(`${content ? 'TRUE_VALUE' : 'FALSE_VALUE'} cannot be converted to String`)
  }
  if (typeof content === 'number') {
    throw serialization(`${Number.isInteger(content) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'} cannot be converted to String`)
  }
  if (Array.isArray(content)) throw serialization('Unrecognized collection type class java.lang.String')
  throw serialization('Start of structure or map found where not expected')
}

function requireBase64(content: unknown): void {
  if (typeof content !== 'string') throw serialization('only base-64-encoded strings are convertible to bytes')
  if (content.length % 4 !== 0) {
    throw serialization(`Base64 encoded length is expected a multiple of 4 bytes but found: ${content.length}`)
  }
  if (Buffer.from(content, 'base64').toString('base64') !== content) {
    throw serialization('Invalid last non-pad Base64 character dectected')
  }
}

/** Throws for content the service refuses; rewrites numbers in place to their canonical spelling. */
export function checkItemContent(item: Item): void {
  for (const name in item) checkContent(item[name] as AttributeValue)
}

export function checkContent(value: AttributeValue): void {
  let fields = 0
  let only = ''
  for (const type in value) {
    fields++
    only = type
  }
  if (fields === 1) {
    if (only !== 'S') checkField(only as ValueType, value)
    return
  }
  if (fields === 0) {
    throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes')
  }
  for (const type of VALUE_TYPES) if (value[type] !== undefined) checkField(type, value)
  throw validation(
    'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
  )
}

function checkField(type: ValueType, value: AttributeValue): void {
  switch (type) {
    case 'N':
      ;(value as { N: string }).N = canonicalNumber(value.N as string)
      return
    case 'NULL':
      if (value.NULL === true) return
      throw validation(
        'One or more parameter values were invalid: Null attribute value types must have the value of true',
      )
    case 'SS':
      checkStringSet(value.SS as readonly string[])
      return
    case 'NS':
      checkNumberSet(value.NS as string[])
      return
    case 'BS':
      checkBinarySet(value.BS as readonly string[])
      return
    case 'L':
      for (const element of value.L as readonly AttributeValue[]) checkContent(element)
      return
    case 'M':
      checkItemContent(value.M as Item)
  }
}

const hasDuplicates = (set: readonly string[]): boolean => new Set(set).size !== set.length

function checkStringSet(set: readonly string[]): void {
  if (set.length === 0) {
    throw validation('One or more parameter values were invalid: An string set  may not be empty')
  }
  if (hasDuplicates(set)) {
    throw validation(
      `One or more parameter values were invalid: Input collection [${set.join(', ')}] contains duplicates.`,
    )
  }
}

function checkNumberSet(set: string[]): void {
  if (set.length === 0) {
    throw validation('One or more parameter values were invalid: An number set  may not be empty')
  }
  for (let i = 0; i < set.length; i++) set[i] = canonicalNumber(set[i] as string)
  if (hasDuplicates(set)) throw validation('Input collection contains duplicates')
}

function checkBinarySet(set: readonly string[]): void {
  if (set.length === 0) throw validation('One or more parameter values were invalid: Binary sets should not be empty')
  if (hasDuplicates(set)) {
    throw validation(
      `One or more parameter values were invalid: Input collection [${set.join(', ')}]of type BS contains duplicates.`,
    )
  }
}

/** Throws where the item is over 400 KB. Counts UTF-8 bytes as the service does (dynalite counts UTF-16 units). */
export function checkItemSize(item: Item, message = 'Item size has exceeded the maximum allowed size'): void {
  let bound = 0
  for (const name in item) {
    const value = item[name] as AttributeValue
    if (value.S === undefined && value.N === undefined) bound = Number.POSITIVE_INFINITY
    else bound += (name.length + (value.S ?? (value.N as string)).length) * 3
  }
  if (bound <= MAX_ITEM_BYTES) return
  if (itemSize(item) > MAX_ITEM_BYTES) throw validation(message)
}

export function itemSize(item: Item): number {
  let size = 0
  for (const name in item) size += Buffer.byteLength(name) + valueSize(item[name] as AttributeValue)
  return size
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S)
  if (value.N !== undefined) return numberSize(value.N)
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64')
  if (value.SS !== undefined) return value.SS.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  if (value.NS !== undefined) return value.NS.reduce((sum, text) => sum + numberSize(text), 0)
  if (value.BS !== undefined) return value.BS.reduce((sum, text) => sum + Buffer.byteLength(text, 'base64'), 0)
  if (value.L !== undefined) return 3 + value.L.reduce((sum, element) => sum + 1 + valueSize(element), 0)
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemSize(value.M)
  return 1
}
