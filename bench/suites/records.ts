// Records to measure with: keys and values of their own, in the size that is asked for, some of them written again. Made
// from a seed, so that every run handles the same bytes. Read next: buffer.ts, flush.ts.
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import { stream } from '../../properties/world/seeds.ts'

export interface RecordSet {
  readonly count: number
  /** Characters of key, id and value together; all ASCII, so bytes too. */
  readonly bytes: number
  /** Of `count`, in percent: records equal to one before, as the HashSet of the notes meets them. */
  readonly duplicates: number
}

/** Equal records share no string: comparing them must read them. */
export function recordsOf({ count, bytes, duplicates }: RecordSet): SinkRecord[] {
  const random = stream('bench', 'records', count, bytes, duplicates)
  const distinct = Math.max(1, Math.round(count * (1 - duplicates / 100)))
  const records: SinkRecord[] = []
  for (let i = 0; i < count; i++) records.push(recordAt(i < distinct ? i : Math.floor(random() * distinct), bytes))
  return records
}

export function recordAt(number: number, bytes: number): SinkRecord {
  const key = `key-${String(number).padStart(8, '0')}`
  const id = `0/${number}`
  const length = Math.max(1, bytes - key.length - id.length)
  // Through a buffer: a flat string of its own, where padEnd would share its parts.
  const value = Buffer.from(`${number}:`.padEnd(length, 'abcdefghij ')).toString('latin1')
  return { key, version: 1, id, value }
}
