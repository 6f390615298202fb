// The variables of the barrier yardstick, and the few words its rules share.
// Next: barrierSink.ts and barrierCoordinator.ts, the rules.

import { bag, type Fifo, fifo, type State, scalar, vector } from '../kernel/index.ts'
import { type BarrierBounds, channelCapacity, keyOf, versionCount } from './barrierBounds.ts'

// A task's acknowledgement, as the coordinator sees it.
export const NONE = 0
export const SENT = 1
export const COLLECTED = 2

export function barrierVariables(b: BarrierBounds) {
  const { sources: S, records: N, checkpoints: B, keys: K } = b
  const V = versionCount(b)
  const channel = (i: number) => (i < S ? fifo(channelCapacity(b), N + B) : fifo(0, 0))
  return {
    up: scalar(1),
    crashes: scalar(b.crashes),
    aborts: scalar(b.aborts),
    // sources and channels; an element is 1..N for a record of that source, N + id for a barrier
    offset: vector(S, N),
    rpc: vector(S, B),
    channel0: channel(0),
    channel1: channel(1),
    channel2: channel(2),
    // the sink: newest buffered version per key, writes in flight
    buffer: vector(K, V),
    inflight: bag(V, 1),
    aligning: scalar(B),
    blocked: bag(S, 1),
    syncing: scalar(B),
    notified: scalar(B),
    // the coordinator
    next: scalar(B + 1),
    notify: scalar(B),
    pending: scalar(B),
    pendingOffset: vector(S, N),
    pendingBuffer: vector(K, V),
    ack: vector(S + 1, COLLECTED),
    completed: scalar(B),
    completedOffset: vector(S, N),
    completedBuffer: vector(K, V),
    // the world outside: newest version per key, writes of attempts that died
    store: vector(K, V),
    zombies: bag(V, b.crashes),
  }
}
export type BarrierState = State<ReturnType<typeof barrierVariables>>

/** The channels that are in use. */
export const channelsOf = (b: BarrierBounds, s: BarrierState): Fifo[] =>
  [s.channel0, s.channel1, s.channel2].slice(0, b.sources)

/** `key[v]` is the key of version v. */
export const keysOf = (b: BarrierBounds): number[] =>
  Array.from({ length: versionCount(b) + 1 }, (_, v) => (v === 0 ? 0 : keyOf(b, v)))

export const versions = (b: BarrierBounds): number[] => Array.from({ length: versionCount(b) }, (_, i) => i + 1)

export function write(b: BarrierBounds, s: BarrierState, key: readonly number[], v: number): void {
  const k = key[v] as number
  if (b.store === 'blind' || v > s.store.at(k)) s.store.set(k, v)
}

/** Also what is dead goes back to zero, or equal states would count as different ones. */
export function clearPending(s: BarrierState): void {
  s.pending = NONE
  s.pendingOffset.clear()
  s.pendingBuffer.clear()
  s.ack.clear()
}
