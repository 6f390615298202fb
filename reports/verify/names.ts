// How a trace's numbers are called when a person reads them: records, keys, elements of channels, notices.
// The arithmetic is the model's (bounds.ts); a timeline never decodes by itself. Read next: phrases.ts.
import { type Bounds, highestId, indexOf, keyOf, recordCount } from '../../model/pipeline/bounds.ts'
import { adds, amountOf, isDelete } from '../../model/pipeline/workloads.ts'

export type Values = Readonly<Record<string, number | readonly number[]>>

export const scalarOf = (state: Values, name: string): number => {
  const value = state[name]
  return typeof value === 'number' ? value : 0
}
export const listOf = (state: Values, name: string): readonly number[] => {
  const value = state[name]
  return Array.isArray(value) ? value : []
}

/** As in the world's records: the place in the source's log, so newer is higher. */
export const versionOf = (b: Bounds, record: number): number => indexOf(b, record) + 1

/** A space at which wrapped.ts does not break a line. */
export const TIED = '\u00a0'
/** `record 1 (k0 v1)` */
export const recordName = (b: Bounds, record: number): string =>
  `record${TIED}${record}${TIED}(${writeName(b, record)})`
/** `k0`; where every record is a row of its own, `row 1`. */
export const keyName = (b: Bounds, key: number): string =>
  b.workload === 'append' ? `row${TIED}${key + 1}` : `k${key}`
/** What stands in the table: `k0 v1`; of a tombstone `k0 v2 deleted`. */
export const rowName = (b: Bounds, record: number): string =>
  isDelete(b, record) ? `${versioned(b, record)}${TIED}deleted` : versioned(b, record)
/** What a record does to its row: `k0 v1`, `delete k0 v2`, `k0 v2 +10`. */
export function writeName(b: Bounds, record: number): string {
  if (isDelete(b, record)) return `delete${TIED}${versioned(b, record)}`
  return adds(b) ? `${versioned(b, record)}${TIED}+${amountOf(b, record)}` : versioned(b, record)
}
const versioned = (b: Bounds, record: number): string =>
  b.workload === 'append'
    ? keyName(b, keyOf(b, record))
    : `${keyName(b, keyOf(b, record))}${TIED}v${versionOf(b, record)}`

export function recordNames(b: Bounds, records: readonly number[]): string {
  if (records.length === 0) return 'no record'
  if (records.length === 1) return recordName(b, records[0] as number)
  return `records ${listed(records.map((record) => `${record}${TIED}(${writeName(b, record)})`))}`
}

export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

/** The records of a 0/1 vector. */
export const membersOf = (vector: readonly number[]): number[] =>
  vector.flatMap((present, i) => (present === 1 ? [i + 1] : []))
/** The records of a bit set. */
export const maskMembers = (b: Bounds, mask: number): number[] =>
  Array.from({ length: recordCount(b) }, (_, i) => i + 1).filter((record) => (mask >> (record - 1)) & 1)

export type ChannelElement =
  | { readonly kind: 'record'; readonly record: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'barrier' | 'overtaking' | 'cancel'; readonly id: number }

/** Elements of a channel: 1..N the record of that index plus one, then end of data, then by id barriers, overtaking ones, cancel markers. */
export function elementOf(b: Bounds, source: number, element: number): ChannelElement {
  if (element <= b.records) return { kind: 'record', record: source * b.records + element }
  if (element === b.records + 1) return { kind: 'end' }
  const place = element - b.records - 2
  const ids = highestId(b)
  return { kind: EVENTS[Math.floor(place / ids)] ?? 'barrier', id: (place % ids) + 1 }
}

const EVENTS = ['barrier', 'overtaking', 'cancel'] as const

/** A notice is `complete(id)`, or `abort(id)` with the newest completed id. */
export function noticeOf(b: Bounds, notice: number): { readonly completed: number; readonly aborted: number } {
  const ids = highestId(b)
  if (notice <= ids) return { completed: notice, aborted: 0 }
  return { completed: notice % (ids + 1), aborted: Math.floor(notice / (ids + 1)) }
}

/** What the sink holds and has not sent, and what it is writing. */
export const buffered = (state: Values): number[] => {
  const list = listOf(state, 'bufferList')
  return list.length > 0 ? [...list] : membersOf(listOf(state, 'bufferSet'))
}
export const batchOf = (state: Values): number[] => membersOf(listOf(state, 'batch'))
