// The barrier yardstick: sources, channels, one buffering sink with aligned barriers, a coordinator, a store, crashes.
// A small sister of model/pipeline with fixed counts, on which the kernel is measured and compared with SPIN.
// barrier.oracle.ts is the same protocol written independently, with immutable objects.

import {
  bag,
  defineSpec,
  type Fifo,
  fifo,
  type Rule,
  rule,
  type Spec,
  type State,
  scalar,
  vector,
} from '../kernel/index.ts'
import { type BarrierBounds, channelCapacity, keyOf, versionCount, versionOf } from './barrierBounds.ts'
import { barrierProperties } from './barrierProperties.ts'

// A task's acknowledgement, as the coordinator sees it.
const NONE = 0
const SENT = 1
const COLLECTED = 2

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

export function barrier(b: BarrierBounds): Spec {
  return defineSpec({
    name: `barrier ${b.strategy} ${b.store} S${b.sources} N${b.records} K${b.keys} B${b.checkpoints} C${b.crashes} A${b.aborts} capacity ${b.capacity}`,
    variables: barrierVariables(b),
    define: (s) => ({
      initial: [
        () => {
          s.up = 1
          s.next = 1
        },
      ],
      rules: [...sourceAndSinkRules(b, s), ...coordinatorRules(b, s), ...crashRules(b, s)],
      ...barrierProperties(b, s),
    }),
  })
}

/** The channels that are in use. */
export const channelsOf = (b: BarrierBounds, s: BarrierState): Fifo[] =>
  [s.channel0, s.channel1, s.channel2].slice(0, b.sources)

/** `key[v]` is the key of version v. */
export const keysOf = (b: BarrierBounds): number[] =>
  Array.from({ length: versionCount(b) + 1 }, (_, v) => (v === 0 ? 0 : keyOf(b, v)))

function sourceAndSinkRules(b: BarrierBounds, s: BarrierState): Rule[] {
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

function coordinatorRules(b: BarrierBounds, s: BarrierState): Rule[] {
  const { sources: S, keys: K } = b
  const allCollected = () => {
    for (let task = 0; task <= S; task++) if (s.ack.at(task) !== COLLECTED) return false
    return true
  }
  const collects = Array.from({ length: S + 1 }, (_, task) =>
    rule(
      `collect(${task})`,
      'progress',
      () => s.ack.at(task) === SENT,
      () => s.ack.set(task, COLLECTED),
    ),
  )
  return [
    rule(
      'trigger',
      'environment',
      () => s.up === 1 && s.pending === 0 && s.next <= b.checkpoints,
      () => {
        s.pending = s.next
        s.next = s.next + 1
        for (let i = 0; i < S; i++) s.rpc.set(i, s.pending)
      },
    ),
    ...collects,
    rule(
      'complete',
      'progress',
      () => s.pending !== 0 && allCollected(),
      () => {
        s.completed = s.pending
        s.notify = s.pending
        for (let i = 0; i < S; i++) s.completedOffset.set(i, s.pendingOffset.at(i))
        for (let k = 0; k < K; k++) s.completedBuffer.set(k, s.pendingBuffer.at(k))
        clearPending(s)
      },
    ),
    rule(
      'notify',
      'progress',
      () => s.notify !== 0,
      () => {
        s.notified = s.notify
        s.notify = 0
      },
    ),
    rule(
      'abort',
      'fault',
      () => s.pending !== 0 && s.aborts < b.aborts,
      () => {
        clearPending(s)
        s.aborts = s.aborts + 1
      },
    ),
  ]
}

function crashRules(b: BarrierBounds, s: BarrierState): Rule[] {
  const { sources: S, keys: K } = b
  const V = versionCount(b)
  const key = keysOf(b)
  const channels = channelsOf(b, s)
  const zombieRules = versions(b).flatMap((v) => [
    rule(
      `zombieLands(${v})`,
      'environment',
      () => s.zombies.has(v),
      () => {
        write(b, s, key, v)
        s.zombies.remove(v)
      },
    ),
    rule(
      `zombieLost(${v})`,
      'environment',
      () => s.zombies.has(v),
      () => s.zombies.remove(v),
    ),
  ])
  return [
    rule(
      'crash',
      'fault',
      () => s.up === 1 && s.crashes < b.crashes,
      () => {
        s.up = 0
        s.crashes = s.crashes + 1
        s.offset.clear()
        s.rpc.clear()
        for (const channel of channels) channel.clear()
        for (let v = 1; v <= V; v++) if (s.inflight.has(v)) s.zombies.add(v)
        s.buffer.clear()
        s.inflight.clear()
        s.aligning = 0
        s.blocked.clear()
        s.syncing = 0
        s.notified = 0
        clearPending(s)
        s.notify = 0
      },
    ),
    rule(
      'restore',
      'progress',
      () => s.up === 0,
      () => {
        s.up = 1
        s.notified = s.completed
        for (let i = 0; i < S; i++) s.offset.set(i, s.completedOffset.at(i))
        for (let k = 0; k < K; k++) s.buffer.set(k, s.completedBuffer.at(k))
      },
    ),
    ...(b.crashes > 0 ? zombieRules : []),
  ]
}

const versions = (b: BarrierBounds): number[] => Array.from({ length: versionCount(b) }, (_, i) => i + 1)

function write(b: BarrierBounds, s: BarrierState, key: readonly number[], v: number): void {
  const k = key[v] as number
  if (b.store === 'blind' || v > s.store.at(k)) s.store.set(k, v)
}

/** Also what is dead goes back to zero, or equal states would count as different ones. */
function clearPending(s: BarrierState): void {
  s.pending = NONE
  s.pendingOffset.clear()
  s.pendingBuffer.clear()
  s.ack.clear()
}
