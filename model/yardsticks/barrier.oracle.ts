// The barrier protocol a second time, written independently of barrier.ts: immutable objects, actions as data, pure
// functions. It is slow and plain on purpose. Only tests use it: barrier.test.ts walks all three in lockstep.

import { type BarrierBounds, keyOf, versionCount, versionOf } from './barrierBounds.ts'

type Version = number
type Message = { readonly record: Version } | { readonly barrier: number }
type Ack = 'none' | 'sent' | 'collected'

export interface OracleState {
  readonly up: boolean
  readonly sources: readonly { readonly offset: number; readonly rpc: number }[]
  readonly channels: readonly (readonly Message[])[]
  readonly sink: Sink
  readonly coordinator: Coordinator
  /** Newest version per key; 0 is absent. */
  readonly store: readonly Version[]
  /** Writes of attempts that died, sorted. */
  readonly zombies: readonly Version[]
  readonly crashes: number
  readonly aborts: number
}
interface Sink {
  readonly buffer: readonly Version[]
  readonly inflight: readonly Version[]
  readonly aligning: number
  readonly blocked: readonly boolean[]
  readonly syncing: number
  readonly notified: number
}
interface Checkpoint {
  readonly id: number
  readonly offsets: readonly number[]
  readonly buffer: readonly Version[]
}
interface Coordinator {
  readonly next: number
  readonly pending: (Checkpoint & { readonly acks: readonly Ack[] }) | null
  readonly completed: Checkpoint
  readonly notify: number
}
export interface OracleAction {
  readonly type: string
  readonly of?: number
}
export const actionName = ({ type, of }: OracleAction): string => (of === undefined ? type : `${type}(${of})`)

const fill = <T>(n: number, x: T): readonly T[] => Array.from({ length: n }, () => x)
const put = <T>(xs: readonly T[], i: number, x: T): readonly T[] => xs.map((y, j) => (j === i ? x : y))
const added = (xs: readonly number[], more: readonly number[]) => [...xs, ...more].sort((a, b) => a - b)
const without = (xs: readonly number[], x: number) => xs.filter((_, j) => j !== xs.indexOf(x))
const merged = (b: BarrierBounds, buffer: readonly Version[], versions: readonly Version[]) =>
  versions.reduce((into, v) => put(into, keyOf(b, v), Math.max(into[keyOf(b, v)] as number, v)), buffer)

export const sequential = (b: BarrierBounds): readonly Version[] =>
  merged(
    b,
    fill(b.keys, 0),
    Array.from({ length: versionCount(b) }, (_, i) => i + 1),
  )

const emptySink = (b: BarrierBounds, notified: number): Sink => ({
  buffer: fill(b.keys, 0),
  inflight: [],
  aligning: 0,
  blocked: fill(b.sources, false),
  syncing: 0,
  notified,
})

export const oracleInitial = (b: BarrierBounds): OracleState => ({
  up: true,
  sources: fill(b.sources, { offset: 0, rpc: 0 }),
  channels: fill(b.sources, []),
  sink: emptySink(b, 0),
  coordinator: {
    next: 1,
    pending: null,
    completed: { id: 0, offsets: fill(b.sources, 0), buffer: fill(b.keys, 0) },
    notify: 0,
  },
  store: fill(b.keys, 0),
  zombies: [],
  crashes: 0,
  aborts: 0,
})

/** What may happen next. */
export function oracleActions(b: BarrierBounds, s: OracleState): OracleAction[] {
  const out: OracleAction[] = []
  const may = (type: string, of?: number) => out.push(of === undefined ? { type } : { type, of })
  for (const v of new Set(s.zombies)) {
    may('zombieLands', v)
    may('zombieLost', v)
  }
  if (!s.up) {
    may('restore')
    return out
  }
  const { sink, coordinator: co } = s
  s.sources.forEach(({ offset, rpc }, i) => {
    const hasRoom = (s.channels[i] as readonly Message[]).length < b.capacity
    if (offset < b.records && hasRoom) may('emit', i)
    if (rpc !== 0 && hasRoom) may('barrier', i)
  })
  s.channels.forEach((channel, i) => {
    if (channel.length > 0 && !sink.blocked[i] && sink.syncing === 0) may('receive', i)
  })
  if (sink.syncing === 0 && sink.buffer.some((v) => v !== 0)) may('flush')
  if (sink.syncing !== 0 && sink.inflight.length === 0) may('ackFlush')
  for (const v of sink.inflight) may('land', v)
  if (co.pending === null && co.next <= b.checkpoints) may('trigger')
  co.pending?.acks.forEach((ack, task) => {
    if (ack === 'sent') may('collect', task)
  })
  if (co.pending?.acks.every((ack) => ack === 'collected')) may('complete')
  if (co.pending !== null && s.aborts < b.aborts) may('abort')
  if (co.notify !== 0) may('notify')
  if (s.crashes < b.crashes) may('crash')
  return out
}

/** What it does. */
export function oracleStep(b: BarrierBounds, s: OracleState, { type, of = 0 }: OracleAction): OracleState {
  const co = s.coordinator
  const source = s.sources[of] ?? { offset: 0, rpc: 0 }
  const channel = s.channels[of] ?? []
  switch (type) {
    case 'emit': {
      const sources = put(s.sources, of, { ...source, offset: source.offset + 1 })
      return { ...s, sources, channels: put(s.channels, of, [...channel, { record: versionOf(b, of, source.offset) }]) }
    }
    case 'barrier': {
      const sources = put(s.sources, of, { ...source, rpc: 0 })
      const channels = put(s.channels, of, [...channel, { barrier: source.rpc }])
      return { ...s, sources, channels, coordinator: acknowledged(co, source.rpc, of, { offset: source.offset }) }
    }
    case 'receive': {
      const [message, ...rest] = channel as readonly [Message, ...Message[]]
      const taken = { ...s, channels: put(s.channels, of, rest) }
      if ('barrier' in message) return barrierArrives(b, taken, of, message.barrier)
      return { ...taken, sink: { ...s.sink, buffer: merged(b, s.sink.buffer, [message.record]) } }
    }
    case 'flush':
      return { ...s, sink: flushed(b, s.sink) }
    case 'land':
      return { ...s, store: written(b, s.store, of), sink: { ...s.sink, inflight: without(s.sink.inflight, of) } }
    case 'ackFlush': {
      const coordinator = acknowledged(co, s.sink.syncing, b.sources, { buffer: s.sink.buffer })
      return { ...s, sink: { ...s.sink, syncing: 0 }, coordinator }
    }
    case 'trigger': {
      const acks = fill<Ack>(b.sources + 1, 'none')
      const pending = { id: co.next, offsets: fill(b.sources, 0), buffer: fill(b.keys, 0), acks }
      const sources = s.sources.map((each) => ({ ...each, rpc: co.next }))
      return { ...s, sources, coordinator: { ...co, next: co.next + 1, pending } }
    }
    case 'collect': {
      if (co.pending === null) return s
      const pending = { ...co.pending, acks: put<Ack>(co.pending.acks, of, 'collected') }
      return { ...s, coordinator: { ...co, pending } }
    }
    case 'complete': {
      if (co.pending === null) return s
      const { id, offsets, buffer } = co.pending
      return { ...s, coordinator: { ...co, pending: null, completed: { id, offsets, buffer }, notify: id } }
    }
    case 'notify':
      return { ...s, sink: { ...s.sink, notified: co.notify }, coordinator: { ...co, notify: 0 } }
    case 'abort':
      return { ...s, coordinator: { ...co, pending: null }, aborts: s.aborts + 1 }
    case 'crash':
      return {
        ...oracleInitial(b),
        up: false,
        crashes: s.crashes + 1,
        aborts: s.aborts,
        store: s.store,
        zombies: added(s.zombies, s.sink.inflight),
        coordinator: { ...co, pending: null, notify: 0 },
      }
    case 'restore': {
      const { id, offsets, buffer } = co.completed
      const sources = offsets.map((offset) => ({ offset, rpc: 0 }))
      return { ...s, up: true, sources, sink: { ...emptySink(b, id), buffer } }
    }
    case 'zombieLands':
      return { ...s, store: written(b, s.store, of), zombies: without(s.zombies, of) }
    case 'zombieLost':
      return { ...s, zombies: without(s.zombies, of) }
    default:
      throw new Error(`oracle: expected an action of the barrier protocol, got ${type}`)
  }
}

const written = (b: BarrierBounds, store: readonly Version[], v: Version) =>
  put(store, keyOf(b, v), b.store === 'blind' ? v : Math.max(store[keyOf(b, v)] as number, v))

function flushed(b: BarrierBounds, sink: Sink): Sink {
  const writes = sink.buffer.filter((v) => v !== 0)
  return { ...sink, buffer: fill(b.keys, 0), inflight: added(sink.inflight, writes) }
}

/** A task's acknowledgement; ignored when the checkpoint is no longer pending. */
function acknowledged(
  co: Coordinator,
  id: number,
  task: number,
  snapshot: { offset?: number; buffer?: readonly Version[] },
): Coordinator {
  const pending = co.pending
  if (pending === null || pending.id !== id) return co
  const offsets = snapshot.offset === undefined ? pending.offsets : put(pending.offsets, task, snapshot.offset)
  const buffer = snapshot.buffer ?? pending.buffer
  return { ...co, pending: { ...pending, offsets, buffer, acks: put<Ack>(pending.acks, task, 'sent') } }
}

function barrierArrives(b: BarrierBounds, s: OracleState, channel: number, id: number): OracleState {
  const { sink } = s
  if (id < sink.aligning) return s // of a superseded checkpoint
  const blocked = put(id > sink.aligning ? fill(b.sources, false) : sink.blocked, channel, true)
  if (!blocked.every(Boolean)) return { ...s, sink: { ...sink, aligning: id, blocked } }
  const aligned: Sink = { ...sink, aligning: 0, blocked: fill(b.sources, false) }
  if (b.strategy === 'flush-on-barrier') return { ...s, sink: { ...flushed(b, aligned), syncing: id } }
  const kept = b.strategy === 'buffer-in-state' ? { buffer: merged(b, sink.buffer, sink.inflight) } : {}
  return { ...s, sink: aligned, coordinator: acknowledged(s.coordinator, id, b.sources, kept) }
}

/** Names of the properties that do not hold. */
export function oracleViolated(b: BarrierBounds, s: OracleState): string[] {
  const { completed, pending } = s.coordinator
  const covers = (v: Version, versions: readonly Version[]) => (versions[keyOf(b, v)] as number) >= v
  const lost = (source: number, upTo: number, isKept: (v: Version) => boolean) =>
    Array.from({ length: upTo }, (_, i) => versionOf(b, source, i)).some((v) => !isKept(v))
  const isDurable = (v: Version) => covers(v, s.store) || covers(v, completed.buffer)
  const inFlight = (v: Version) => s.sink.inflight.some((w) => keyOf(b, w) === keyOf(b, v) && w >= v)
  const isAccounted = (v: Version) => covers(v, s.store) || covers(v, s.sink.buffer) || inFlight(v)
  const queued = (i: number) => s.channels[i]?.filter((message) => 'record' in message).length ?? 0
  const out: string[] = []
  if (completed.offsets.some((offset, i) => lost(i, offset, isDurable))) out.push('durable')
  if (s.up && s.sources.some(({ offset }, i) => lost(i, offset - queued(i), isAccounted))) out.push('accounted')
  if (s.sink.notified > completed.id || (pending !== null && pending.id <= completed.id)) out.push('ids')
  if (isQuiescent(b, s) && s.store.some((v, k) => v !== sequential(b)[k])) out.push('exact')
  return out
}

const isQuiescent = (b: BarrierBounds, s: OracleState): boolean =>
  s.up &&
  s.zombies.length === 0 &&
  s.sink.syncing === 0 &&
  s.sink.inflight.length === 0 &&
  s.sink.buffer.every((v) => v === 0) &&
  s.channels.every((channel) => channel.length === 0) &&
  s.sources.every(({ offset, rpc }) => offset === b.records && rpc === 0)

/** The same state in the variables of barrier.ts. */
export function oracleSnapshot(b: BarrierBounds, s: OracleState): Record<string, number | readonly number[]> {
  const { sink, coordinator: co } = s
  const ack = { none: 0, sent: 1, collected: 2 }
  const element = (message: Message) =>
    'barrier' in message ? b.records + message.barrier : Math.floor((message.record - 1) / b.sources) + 1
  const channel = (i: number) => (s.channels[i] ?? []).map(element)
  return {
    up: Number(s.up),
    crashes: s.crashes,
    aborts: s.aborts,
    offset: s.sources.map(({ offset }) => offset),
    rpc: s.sources.map(({ rpc }) => rpc),
    channel0: channel(0),
    channel1: channel(1),
    channel2: channel(2),
    buffer: sink.buffer,
    inflight: sink.inflight,
    aligning: sink.aligning,
    blocked: sink.blocked.flatMap((isBlocked, i) => (isBlocked ? [i + 1] : [])),
    syncing: sink.syncing,
    notified: sink.notified,
    next: co.next,
    notify: co.notify,
    pending: co.pending?.id ?? 0,
    pendingOffset: co.pending?.offsets ?? fill(b.sources, 0),
    pendingBuffer: co.pending?.buffer ?? fill(b.keys, 0),
    ack: co.pending?.acks.map((state) => ack[state]) ?? fill(b.sources + 1, 0),
    completed: co.completed.id,
    completedOffset: co.completed.offsets,
    completedBuffer: co.completed.buffer,
    store: s.store,
    zombies: s.zombies,
  }
}
