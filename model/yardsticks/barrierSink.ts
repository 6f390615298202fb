// The sources and the sink of the barrier yardstick: records and barriers into the channels, alignment, the buffer,
// writes in flight that land in any order.

import { type Rule, rule } from '../kernel/index.ts'
import { type BarrierBounds, channelCapacity, versionCount, versionOf } from './barrierBounds.ts'
import { type BarrierState, channelsOf, keysOf, SENT, versions, write } from './barrierVariables.ts'

export function sourceAndSinkRules(b: BarrierBounds, s: BarrierState): Rule[] {
  const { sources: S, records: N, keys: K } = b
  const V = versionCount(b)
  const SINK = S
  const key = keysOf(b)
  const capacity = channelCapacity(b)

  const bufferEmpty = () => {
    for (let k = 0; k < K; k++) if (s.buffer.at(k) !== 0) return false
    return true
  }
  const startFlush = () => {
    for (let k = 0; k < K; k++) if (s.buffer.at(k) !== 0) s.inflight.add(s.buffer.at(k))
    s.buffer.clear()
  }
  const keepBuffer = () => {
    for (let k = 0; k < K; k++) s.pendingBuffer.set(k, s.buffer.at(k))
  }
  const keepInflight = () => {
    for (let v = 1; v <= V; v++) {
      const k = key[v] as number
      if (s.inflight.has(v) && v > s.pendingBuffer.at(k)) s.pendingBuffer.set(k, v)
    }
  }
  const allBlocked = () => {
    for (let i = 1; i <= S; i++) if (!s.blocked.has(i)) return false
    return true
  }
  const snapshot = (id: number) => {
    if (b.strategy === 'flush-on-barrier') {
      startFlush()
      s.syncing = id
      return
    }
    if (s.pending !== id) return
    s.ack.set(SINK, SENT)
    if (b.strategy === 'buffer-in-state') {
      keepBuffer()
      keepInflight()
    }
  }

  const perSource = channelsOf(b, s).flatMap((channel, i) => [
    rule(
      `emit(${i})`,
      'progress',
      () => s.up === 1 && s.offset.at(i) < N && channel.length < capacity,
      () => {
        const next = s.offset.at(i) + 1
        channel.push(next)
        s.offset.set(i, next)
      },
    ),
    rule(
      `barrier(${i})`,
      'progress',
      () => s.up === 1 && s.rpc.at(i) !== 0 && channel.length < capacity,
      () => {
        const id = s.rpc.at(i)
        channel.push(N + id)
        s.rpc.set(i, 0)
        if (s.pending !== id) return
        s.pendingOffset.set(i, s.offset.at(i))
        s.ack.set(i, SENT)
      },
    ),
    rule(
      `receive(${i})`,
      'progress',
      () => channel.length > 0 && !s.blocked.has(i + 1) && s.syncing === 0,
      () => {
        const element = channel.shift()
        if (element <= N) {
          const v = versionOf(b, i, element - 1)
          const k = key[v] as number
          if (v > s.buffer.at(k)) s.buffer.set(k, v)
          return
        }
        const id = element - N
        if (id < s.aligning) return // of a superseded checkpoint
        if (id > s.aligning) {
          s.aligning = id
          s.blocked.clear()
        }
        s.blocked.add(i + 1)
        if (!allBlocked()) return
        s.aligning = 0
        s.blocked.clear()
        snapshot(id)
      },
    ),
  ])
  return [
    ...perSource,
    rule('flush', 'timer', () => s.syncing === 0 && !bufferEmpty(), startFlush),
    rule(
      'ackFlush',
      'progress',
      () => s.syncing !== 0 && s.inflight.empty,
      () => {
        if (s.pending === s.syncing) {
          s.ack.set(SINK, SENT)
          keepBuffer()
        }
        s.syncing = 0
      },
    ),
    ...versions(b).map((v) =>
      rule(
        `land(${v})`,
        'progress',
        () => s.inflight.has(v),
        () => {
          write(b, s, key, v)
          s.inflight.remove(v)
        },
      ),
    ),
  ]
}
