// What is sent of a batch that holds a key twice: every entry, the last of a key, or the newest. A dropped entry counts as
// written with the one that was sent instead, which is how the newest can be lost.
// Source followed: Flink's DynamoDbSinkWriter (overwriteByPartitionKeys). Read next: sink.ts.
import type { Fifo } from '../../kernel/index.ts'
import type { Dedupe } from '../sinks/designs.ts'

export interface Carried {
  /** Whether a request of these entries carries that record to the store. */
  carries(entries: Fifo, record: number): boolean
  repeatsKey(entries: Fifo): boolean
}

export function carried(dedupe: Dedupe, sameKey: (one: number, other: number) => boolean): Carried {
  const replaced = (entries: Fifo, place: number, other: number) => {
    if (other === place || !sameKey(entries.at(place), entries.at(other))) return false
    if (dedupe === 'byVersion') return entries.at(other) > entries.at(place)
    return dedupe === 'lastInBatch' && other > place
  }
  return {
    carries(entries, record) {
      for (let place = 0; place < entries.length; place++) {
        if (entries.at(place) !== record) continue
        for (let other = 0; other < entries.length; other++) if (replaced(entries, place, other)) return false
        return true
      }
      return false
    },
    repeatsKey(entries) {
      if (dedupe !== 'none') return false
      for (let place = 1; place < entries.length; place++)
        for (let other = 0; other < place; other++) if (sameKey(entries.at(place), entries.at(other))) return true
      return false
    },
  }
}
