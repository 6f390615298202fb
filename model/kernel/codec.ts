// A state as packed words and back to plain data: for keys, files and anything that keeps many states.
// The words are those of the search, so equal states have equal words.

import { packed } from './packed.ts'
import type { Schema, Snapshot } from './schema.ts'
import { dump, load } from './snapshot.ts'

export interface Codec<V extends Schema = Schema> {
  /** 32-bit words a state takes. */
  readonly words: number
  /** @throws RangeError naming the variable, where one is missing, unknown or out of its range. */
  encode(snapshot: Snapshot<V>): Int32Array
  /** @throws RangeError where the number of words is not this schema's. */
  decode(words: Int32Array): Snapshot<V>
}

export function codec<V extends Schema>(schema: V): Codec<V> {
  const storage = packed(schema)
  const count = storage.words.length
  return {
    words: count,
    encode: (snapshot) => {
      storage.clear()
      load(schema, storage.state, snapshot)
      return storage.words.slice()
    },
    decode: (words) => {
      if (words.length !== count) throw new RangeError(`decode: expected ${count} words, got ${words.length}`)
      storage.words.set(words)
      return dump(schema, storage.state)
    },
  }
}
