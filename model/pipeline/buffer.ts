// A sink's buffer as the model sees it: a list, a HashSet without an order of its own, or the last write of each key.
// `takeBatch` is the same for all: at most `batchLimit` records, and a repeated key closes the batch, so that no request
// holds a key twice and a list keeps the versions of a key in order. Read next: sink.ts.
import { keyOf } from './bounds.ts'
import type { Pipeline, Sink } from './pipeline.ts'

export interface Buffer {
  size(): number
  add(record: number): void
  has(record: number): boolean
  /** Moves the next batch into the sink's `batch`. */
  takeBatch(): void
  clear(): void
}

export function buffer(p: Pipeline, sink: Sink): Buffer {
  return p.design.buffer === 'hashSet' ? hashSet(p, sink) : list(p, sink)
}

function list(p: Pipeline, sink: Sink): Buffer {
  const { b } = p
  const q = sink.bufferList
  const keyed = p.design.buffer === 'keyed'
  return {
    size: () => q.length,
    add(record) {
      if (!keyed) return q.push(record)
      let replaced = false
      for (let i = q.length; i > 0; i--) {
        const old = q.shift()
        const same = keyOf(b, old) === keyOf(b, record)
        q.push(same && !p.bug('keyedKeepsOlder') ? record : old)
        replaced = replaced || same
      }
      if (!replaced) q.push(record)
    },
    has(record) {
      for (let i = 0; i < q.length; i++) if (q.at(i) === record) return true
      return false
    },
    takeBatch() {
      for (let taken = 0; taken < b.batchLimit && q.length > 0; taken++) {
        if (p.bug('newestFirst')) for (let i = q.length; i > 1; i--) q.push(q.shift())
        if (batchHasKey(p, sink, keyOf(b, q.at(0)))) return
        sink.batch.set(q.shift() - 1, 1)
      }
    },
    clear: () => q.clear(),
  }
}

function hashSet(p: Pipeline, sink: Sink): Buffer {
  const { s, b, V } = p
  const set = sink.bufferSet
  return {
    size() {
      let size = 0
      for (let r = 0; r < V; r++) size += set.at(r)
      return size
    },
    add: (record) => set.set(record - 1, 1),
    has: (record) => set.at(record - 1) === 1,
    takeBatch() {
      // Iteration order is the order of hash codes: fixed within a run, unspecified before it.
      let taken = 0
      for (let step = 0; step < V && taken < b.batchLimit; step++) {
        const r = s.hashOrder === 0 ? step : V - 1 - step
        if (set.at(r) === 0) continue
        if (batchHasKey(p, sink, keyOf(b, r + 1))) return
        set.set(r, 0)
        sink.batch.set(r, 1)
        taken++
      }
    },
    clear: () => set.clear(),
  }
}

function batchHasKey(p: Pipeline, { batch }: Sink, key: number): boolean {
  for (let r = 0; r < p.V; r++) if (batch.at(r) === 1 && keyOf(p.b, r + 1) === key) return true
  return false
}
