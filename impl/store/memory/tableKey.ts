// Keys of a table: what the service demands of key attributes, the map key an item is kept under, and scan order.
// Equal keys must be equal map keys; numbers and base64 are canonical by the time they get here, so text is enough.
// Scans go by a hash of the partition key, as the service's do; the spelling is dynalite's, so that pages agree.
import { createHash } from 'node:crypto'
import type { AttributeValue, Item, KeyAttribute } from '../wire.ts'
import { decimalParts } from './decimal.ts'
import { validation } from './refusal.ts'

export interface KeySchema {
  readonly hash: KeyAttribute
  readonly range: KeyAttribute | null
}

const MISMATCH = 'The provided key element does not match the schema'
const INVALID = 'One or more parameter values were invalid: '

/** For a key on its own (delete, get, start of a page). */
export function checkKey(key: Item, schema: KeySchema): void {
  let fields = 0
  for (const _ in key) fields++
  if (fields !== (schema.range === null ? 1 : 2)) throw validation(MISMATCH)
  checkKeyPiece(key, schema.hash, 2048)
  if (schema.range !== null) checkKeyPiece(key, schema.range, 1024)
}

function checkKeyPiece(key: Item, { name, type }: KeyAttribute, limit: number): void {
  const text = key[name]?.[type]
  if (text === undefined) throw validation(MISMATCH)
  if (text === '' && type !== 'N') {
    throw validation(
      `${INVALID}The AttributeValue for a key attribute cannot contain an empty ${emptyKind(type)} value. Key: ${name}`,
    )
  }
  checkKeySize(text, type, limit)
}

/** For the key attributes inside an item. `inBatch`: BatchWriteItem words two of the refusals differently. */
export function checkItemKey(item: Item, schema: KeySchema, inBatch: boolean): void {
  checkItemKeyPiece(item, schema.hash, 2048, inBatch)
  if (schema.range !== null) checkItemKeyPiece(item, schema.range, 1024, inBatch)
}

function checkItemKeyPiece(item: Item, { name, type }: KeyAttribute, limit: number, inBatch: boolean): void {
  const value = item[name]
  if (value === undefined) {
    throw validation(inBatch ? MISMATCH : `${INVALID}Missing the key ${name} in the item`)
  }
  const text = value[type]
  if (text === undefined) {
    const actual = Object.keys(value)[0]
    throw validation(inBatch ? MISMATCH : `${INVALID}Type mismatch for key ${name} expected: ${type} actual: ${actual}`)
  }
  if (text === '' && type !== 'N') {
    throw validation(
      'One or more parameter values are not valid. ' +
        `The AttributeValue for a key attribute cannot contain an empty ${emptyKind(type)} value. Key: ${name}`,
    )
  }
  checkKeySize(text, type, limit)
}

const emptyKind = (type: string): string => (type === 'S' ? 'string' : 'binary')

/** In UTF-16 units for strings, as dynalite counts (differences.ts). */
function checkKeySize(text: string, type: string, limit: number): void {
  if (type === 'N' || text.length <= limit) return
  if (type === 'B' && Buffer.byteLength(text, 'base64') <= limit) return
  throw validation(
    limit === 2048
      ? `${INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes`
      : `${INVALID}Aggregated size of all range keys has exceeded the size limit of 1024 bytes`,
  )
}

/** The map key of an item whose key attributes are valid; undefined where one is missing or of another type. */
export function keyText(item: Item, schema: KeySchema): string | undefined {
  const hash = (item[schema.hash.name] as AttributeValue | undefined)?.[schema.hash.type]
  if (schema.range === null || hash === undefined) return hash
  const range = (item[schema.range.name] as AttributeValue | undefined)?.[schema.range.type]
  return range === undefined ? undefined : `${hash.length}:${hash}${range}`
}

/** Text whose order is the order of a scan. */
export function scanOrder(item: Item, schema: KeySchema): string {
  const hash = (item[schema.hash.name] as AttributeValue)[schema.hash.type] as string
  const prefix = createHash('md5').update('Outliers').update(bytesOf(hash, schema.hash.type)).digest('hex').slice(0, 6)
  const head = `${prefix}/${ordered(hash, schema.hash.type)}/`
  if (schema.range === null) return head
  const range = (item[schema.range.name] as AttributeValue)[schema.range.type] as string
  return `${head}${ordered(range, schema.range.type)}/`
}

function ordered(text: string, type: string): string {
  if (type === 'S') return Buffer.from(text, 'utf8').toString('hex')
  if (type === 'B') return Buffer.from(text, 'base64').toString('hex')
  const { negative, digits, exponent } = decimalParts(text)
  const shifted = digits === '' ? 0 : negative ? 125 - exponent : 130 + exponent
  const mantissa = negative ? tenMinus(digits) : digits === '' ? '0' : digits
  return (negative ? '0' : '1') + `0${shifted.toString(16)}`.slice(-2) + mantissa
}

/** Digits of 10 - d.ddd, so that a larger magnitude sorts first among negatives. */
function tenMinus(digits: string): string {
  const scale = digits.length - 1
  const difference = 10n ** BigInt(scale + 1) - BigInt(digits)
  const text = difference.toString().padStart(scale + 1, '0')
  return text.replace(/(?<=.)0+$/, '')
}

function bytesOf(text: string, type: string): Buffer {
  if (type === 'S') return Buffer.from(text, 'utf8')
  if (type === 'B') return Buffer.from(text, 'base64')
  return numberBytes(text)
}

/** The byte form the service hashes numbers by: exponent of base 100, then pairs of digits, each plus one. */
function numberBytes(text: string): Buffer {
  const { negative, digits, exponent } = decimalParts(text)
  if (digits === '') return Buffer.from([0x80])
  const power = exponent + 1
  const odd = power % 2 !== 0
  const padded = (odd ? '0' : '') + digits
  const even = padded.length % 2 === 0 ? padded : `${padded}0`
  const head = Math.floor((power + (odd ? 1 : 0)) / 2) - 64
  const bytes = [negative ? ~head : head]
  for (let i = 0; i < even.length; i += 2) {
    const pair = Number(even.slice(i, i + 2))
    bytes.push(negative ? 101 - pair : pair + 1)
  }
  if (negative && even.length / 2 < 20) bytes.push(102)
  return Buffer.from(bytes)
}
