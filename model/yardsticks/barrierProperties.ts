// What must hold in the barrier yardstick: four properties of every state, and that it drains.

import type { Definition } from '../kernel/index.ts'
import { type BarrierBounds, versionCount, versionOf } from './barrierBounds.ts'
import { type BarrierState, channelsOf, keysOf } from './barrierVariables.ts'

export function barrierProperties(
  b: BarrierBounds,
  s: BarrierState,
): Required<Pick<Definition, 'always' | 'sometimes' | 'eventually'>> {
  const { sources: S, records: N, keys: K } = b
  const V = versionCount(b)
  const key = keysOf(b)
  const channels = channelsOf(b, s)
  const version = Array.from({ length: S }, (_, i) => Array.from({ length: N }, (_, n) => versionOf(b, i, n)))
  /** The sequential result: the highest version of each key. */
  const final = Array.from({ length: K }, (_, k) => Math.max(0, ...version.flat().filter((v) => key[v] === k)))

  const drained = () => {
    if (s.up === 0 || s.syncing !== 0 || !s.inflight.empty) return false
    for (let k = 0; k < K; k++) if (s.buffer.at(k) !== 0) return false
    for (let i = 0; i < S; i++) {
      if ((channels[i]?.length ?? 0) !== 0 || s.rpc.at(i) !== 0 || s.offset.at(i) !== N) return false
    }
    return true
  }
  const quiescent = () => drained() && s.zombies.empty
  const inflightCovers = (v: number) => {
    for (let newer = v; newer <= V; newer++) if (key[newer] === key[v] && s.inflight.has(newer)) return true
    return false
  }
  const queuedRecords = (i: number) => {
    const channel = channels[i]
    if (channel === undefined) return 0
    let queued = 0
    for (let n = 0; n < channel.length; n++) if (channel.at(n) <= N) queued++
    return queued
  }
  const versionAt = (i: number, n: number) => version[i]?.[n] as number

  return {
    always: {
      // every record before the completed cut is in the store or in the completed checkpoint
      durable: () => {
        for (let i = 0; i < S; i++) {
          for (let n = 0; n < s.completedOffset.at(i); n++) {
            const v = versionAt(i, n)
            const k = key[v] as number
            if (s.store.at(k) < v && s.completedBuffer.at(k) < v) return false
          }
        }
        return true
      },
      // while up, every record the sink has taken is in the store, the buffer or in flight
      accounted: () => {
        if (s.up === 0) return true
        for (let i = 0; i < S; i++) {
          const taken = s.offset.at(i) - queuedRecords(i)
          for (let n = 0; n < taken; n++) {
            const v = versionAt(i, n)
            const k = key[v] as number
            if (s.store.at(k) < v && s.buffer.at(k) < v && !inflightCovers(v)) return false
          }
        }
        return true
      },
      ids: () => s.notified <= s.completed && (s.pending === 0 || s.pending > s.completed),
      // when all is quiet the store is the sequential result
      exact: () => {
        if (!quiescent()) return true
        for (let k = 0; k < K; k++) if (s.store.at(k) !== final[k]) return false
        return true
      },
    },
    sometimes: { quiescent, recovered: () => s.crashes > 0 && s.up === 1 && s.completed > 0 },
    eventually: [{ name: 'drains', from: () => true, goal: drained }],
  }
}
