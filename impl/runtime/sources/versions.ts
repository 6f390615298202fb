// What a cell says about the age of its row, as a number that rises: an integer as it is, an ISO 8601 time as
// microseconds since 1970. Anything that would have to be guessed or rounded is refused: two versions that became equal,
// or changed their order, would silently keep the wrong one. Read next: toRecord.ts.

/** The version, or the reason why there is none, to be put behind "column 'x': ". */
export type Version = { readonly version: number } | { readonly problem: string }

export function readVersion(cell: unknown, type: 'integer' | 'iso'): Version {
  if (cell === undefined || cell === null || cell === '') return { problem: 'expected a version, got nothing' }
  if (typeof cell === 'number' && Number.isInteger(cell) && type === 'integer') return checked(cell, type)
  const text = typeof cell === 'number' ? String(cell) : cell
  if (typeof text !== 'string') return { problem: `expected a version, got ${JSON.stringify(cell)}` }
  const version = type === 'integer' ? integer(text) : microseconds(text)
  return typeof version === 'string' ? { problem: version } : checked(version, type)
}

function checked(version: number, type: 'integer' | 'iso'): Version {
  // -0 becomes 0: they are the same version.
  if (Number.isSafeInteger(version)) return { version: version + 0 }
  const unit = type === 'iso' ? ' microseconds from 1970' : ''
  return { problem: `the version ${version} is too large: expected at most ${Number.MAX_SAFE_INTEGER}${unit}` }
}

function integer(text: string): number | string {
  // 5.0 is an integer, and so is 5; 5.5 is none, and 1e3 is somebody's rounding.
  if (/^[+-]?\d+(\.0*)?$/.test(text)) return Number(text)
  return `expected an integer, got ${show(text)}${/^\d{4}-\d\d/.test(text) ? ' (is it --version-type iso?)' : ''}`
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-](?:0\d|1[0-8])(?::?[0-5]\d)?)?)?$/i

function microseconds(text: string): number | string {
  const match = ISO.exec(text)
  if (match === null) {
    return `expected an ISO 8601 date or time such as 2026-01-31 or 2026-01-31T12:00:00.000Z, got ${show(text)}`
  }
  const [, year, month, day, hour, minute, second, fraction = '', zone] = match
  if (hour !== undefined && zone === undefined)
    return `${show(text)} has no time zone: expected Z or an offset such as +01:00`
  if (/[^0]/.test(fraction.slice(6))) return `${show(text)} is finer than a microsecond, which a version cannot hold`
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? '') ?? ['', '+', '0', '0']
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  )
  // Date.UTC turns 30 February into 1 March; years below 100 into 19xx.
  const parts = [year, month, day].join('-') + (hour === undefined ? '' : `T${hour}:${minute}:${second ?? '00'}`)
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(parts))
    return `there is no such time as ${show(text)}`
  const offsetMs = (Number(hours) * 60 + Number(minutes ?? 0)) * 60_000 * (sign === '-' ? -1 : 1)
  return (local - offsetMs) * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

const show = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text)
