// DynamoDB's numbers: decimal strings of up to 38 significant digits, kept in one canonical spelling.
// Canonical means that equal numbers are equal strings, so keys, duplicates and `=` need no arithmetic; only `<` does.
// Messages and limits are those of the service as dynalite 4.0.0 gives them. Read next: attributeValue.ts.
import { validation } from './refusal.ts'

const PLAIN_INTEGER = /^(?:0|-?[1-9][0-9]{0,37})$/
const DECIMAL = /^(-?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/

interface Decimal {
  readonly negative: boolean
  /** Without leading or trailing zeros; empty for zero. */
  readonly digits: string
  /** Power of ten of the first digit. */
  readonly exponent: number
}

function parse(text: string): Decimal | null {
  const match = DECIMAL.exec(text)
  if (match === null) return null
  const whole = match[2] ?? ''
  const fraction = match[3] ?? ''
  if (whole === '' && fraction === '') return null
  const all = whole + fraction
  const digits = all.replace(/^0+/, '')
  const exponent = whole.length - 1 - (all.length - digits.length) + Number(match[4] ?? 0)
  const significant = digits.replace(/0+$/, '')
  return { negative: match[1] === '-', digits: significant, exponent: significant === '' ? 0 : exponent }
}

/** The canonical spelling, e.g. `01.50` -> `1.5`, `1e3` -> `1000`. Throws the service's refusal. */
export function canonicalNumber(text: string): string {
  if (PLAIN_INTEGER.test(text)) return text
  if (text === '') throw validation('The parameter cannot be converted to a numeric value')
  const number = parse(text)
  if (number === null) throw validation(`The parameter cannot be converted to a numeric value: ${text}`)
  if (number.exponent > 125)
    throw validation('Number overflow. Attempting to store a number with magnitude larger than supported range')
  if (number.exponent < -130)
    throw validation('Number underflow. Attempting to store a number with magnitude smaller than supported range')
  if (number.digits.length > 38) throw validation('Attempting to store more than 38 significant digits in a Number')
  return spell(number)
}

function spell({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0'
  const sign = negative ? '-' : ''
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const wholeLength = exponent + 1
  if (digits.length <= wholeLength) return sign + digits.padEnd(wholeLength, '0')
  return `${sign}${digits.slice(0, wholeLength)}.${digits.slice(wholeLength)}`
}

function parsed(text: string): Decimal {
  const number = parse(text)
  if (number === null) throw new Error(`expected a canonical number, got ${JSON.stringify(text)}`)
  return number
}

/** Negative, zero or positive, as for a sort. Both texts have passed canonicalNumber. */
export function compareNumbers(left: string, right: string): number {
  if (left === right) return 0
  const a = parsed(left)
  const b = parsed(right)
  const signA = a.digits === '' ? 0 : a.negative ? -1 : 1
  const signB = b.digits === '' ? 0 : b.negative ? -1 : 1
  if (signA !== signB) return signA - signB
  if (a.exponent !== b.exponent) return (a.exponent - b.exponent) * signA
  return (a.digits < b.digits ? -1 : 1) * signA
}

/** The exact sum. Throws the service's refusal where it has more than 38 digits or is out of range. */
export function addNumbers(left: string, right: string): string {
  const [a, b] = [parsed(left), parsed(right)]
  const scale = Math.min(lastExponent(a), lastExponent(b))
  const sum = scaled(a, scale) + scaled(b, scale)
  return canonicalNumber(`${sum}e${scale}`)
}

/** Power of ten of the last digit. */
const lastExponent = ({ digits, exponent }: Decimal): number => exponent - Math.max(0, digits.length - 1)

/** In units of ten to the power of `scale`, which is no more than that of its last digit. */
function scaled({ negative, digits, exponent }: Decimal, scale: number): bigint {
  const units =
    BigInt(digits === '' ? '0' : digits) * 10n ** BigInt(lastExponent({ negative, digits, exponent }) - scale)
  return negative ? -units : units
}

/** Bytes a number takes in an item (dynalite's rule, which follows the service's documentation). */
export function numberSize(text: string): number {
  const { digits, exponent, negative } = parsed(text)
  if (digits === '') return 1
  const pairs = Math.ceil(digits.length / 2)
  return 1 + pairs + (digits.length % 2 !== 0 || exponent % 2 !== 0 ? 0 : 1) + (negative ? 1 : 0)
}

/** Digits of a number in an order-preserving spelling, and the parts the service's hash is taken over (tableKey.ts). */
export function decimalParts(text: string): Decimal {
  return parsed(text)
}
