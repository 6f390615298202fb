// Which subtask a key's records go to: key -> key group -> subtask, bit for bit as Flink's KeyGroupRangeAssignment does
// it for string keys, so that a run here and one on Flink route alike. A key group is the smallest part that moves when
// the parallelism changes; a subtask owns a contiguous range of them.
// Read next: subtask.ts.
import { type SubtaskIndex, subtaskIndex } from '../../model/pipeline/ids.ts'

/** Number of key groups, and with it the highest parallelism (Flink's default `maxParallelism`). Never changes for a job. */
export const KEY_GROUPS = 128

/** 0 .. 127, from the key alone: the same in every process and every version. */
export const keyGroupOf = (key: string): number => murmurHash(javaHashCode(key)) % KEY_GROUPS

/** Subtask that gets the key's records at this parallelism (1 .. 128; anything else throws RangeError). */
export function subtaskOf(key: string, parallelism: number): SubtaskIndex {
  if (!(Number.isInteger(parallelism) && parallelism >= 1 && parallelism <= KEY_GROUPS)) {
    throw new RangeError(`expected a parallelism of 1 to ${KEY_GROUPS}, got ${parallelism}`)
  }
  return subtaskIndex(Math.floor((keyGroupOf(key) * parallelism) / KEY_GROUPS))
}

/** `String.hashCode` of Java: over UTF-16 units, wrapping at 32 bits. Clusters for similar keys, hence murmurHash. */
function javaHashCode(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return hash
}

/** One round of murmur3 over a single int, made non-negative (Flink: `MathUtils.murmurHash`). */
function murmurHash(code: number): number {
  let hash = rotateLeft(Math.imul(code, 0xcc9e2d51), 15)
  hash = rotateLeft(Math.imul(hash, 0x1b873593), 13)
  hash = (Math.imul(hash, 5) + 0xe6546b64) ^ 4
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  hash ^= hash >>> 16
  // Java has no positive counterpart of -2^31 and takes 0; 2^31 is in the same key group.
  return Math.abs(hash)
}

const rotateLeft = (hash: number, by: number): number => (hash << by) | (hash >>> (32 - by))
