// A seeded hash of a record or of its key, in the place of Java's hashCode: 32 bits, well mixed, the same in every
// process. With another seed a HashSet is walked in another order, as between two versions of a Java class.
// Read next: hashSetBuffer.ts.
import type { SinkRecord } from '../interfaces.ts'

/** Of all fields; strings are framed by their length, so that ('ab','c') and ('a','bc') differ. */
export function hashOfRecord(record: SinkRecord, seed: number): number {
  const { version } = record
  let hash = hashString(record.key, seed)
  hash = step(hash, version | 0)
  hash = step(hash, Math.floor(version / 0x1_0000_0000) | 0)
  hash = hashString(record.id, hash)
  hash = hashString(record.value, hash)
  return mix(record.op === undefined ? hash : hashString(record.op, hash))
}

export const hashOfKey = (record: SinkRecord, seed: number): number => mix(hashString(record.key, seed))

function hashString(text: string, start: number): number {
  let hash = step(start, text.length)
  for (let index = 0; index < text.length; index++) hash = step(hash, text.charCodeAt(index))
  return hash
}

// FNV-1a's step over 16-bit units; `mix` is the finalizer of murmur3, which FNV's weak high bits need.
const step = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193)

function mix(hash: number): number {
  let mixed = hash
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
