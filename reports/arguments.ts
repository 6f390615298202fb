// Values of flags, checked at the door: each message says what was expected and what came.
// Read next: commandLine.ts.
import { UsageError } from './exit.ts'

type Options = Readonly<Record<string, unknown>>

export const flag = (options: Options, name: string): boolean => options[name] === true

/** The flag's value as written, or undefined where the flag is not given. */
export function text(options: Options, name: string): string | undefined {
  const value = options[name]
  if (value === undefined) return undefined
  if (Array.isArray(value)) throw new UsageError(`--${name}: expected once, got ${value.length} times`)
  if (typeof value === 'boolean' || value === '') throw new UsageError(`--${name}: expected a value`)
  return String(value)
}

export function seedNumber(options: Options, name: string): number | undefined {
  const given = text(options, name)
  if (given === undefined) return undefined
  const value = Number(given)
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff)
    throw new UsageError(`--${name}: expected a whole number from 0 to ${0xffffffff}, got ${given}`)
  return value
}

export function positive(options: Options, name: string): number | undefined {
  const given = text(options, name)
  if (given === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given)
  throw new UsageError(`--${name}: expected a whole number of 1 or more, got ${given}`)
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** A time such as `60s`, `500ms` or `2m`, in milliseconds. */
export function budgetMs(options: Options, name: string): number | undefined {
  const given = text(options, name)
  if (given === undefined) return undefined
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(given) ?? []
  const factor = UNITS[unit ?? 's']
  if (amount === undefined || factor === undefined || Number(amount) === 0)
    throw new UsageError(`--${name}: expected a time such as 60s, 500ms or 2m, got ${given}`)
  return Number(amount) * factor
}
