// One channel of an input gate: what has arrived and waits, what overtakes it, and whether arrivals are kept as channel
// state. All of it is the network's side: nothing here knows what a checkpoint is for.
// Sources followed: Flink's RemoteInputChannel (onBuffer, checkpointStarted, convertToPriorityEvent), ChannelStatePersister.
// Read next: inputGate.ts.
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import type { StopMode } from '../stopWithSavepoint.ts'
import type { Barrier } from './handler.ts'

export type BarrierElement = Barrier & { readonly type: 'barrier' }

export type GateElement<R> =
  | { readonly type: 'record'; readonly record: R }
  | BarrierElement
  | { readonly type: 'cancel'; readonly checkpointId: CheckpointId }
  /** `suspend`: the input stops for now, nothing is finished. */
  | { readonly type: 'endOfData'; readonly mode?: StopMode }
  | { readonly type: 'endOfPartition' }

export type PriorityElement = BarrierElement | (Barrier & { readonly type: 'announcement' })

export interface GateChannel<R> {
  /** Arrived, oldest first. */
  readonly queue: readonly GateElement<R>[]
  /** Arrived and to be handled before anything queued. */
  readonly priority: readonly PriorityElement[]
  /** The sender has sent an aligned barrier and sends nothing more until it is told to go on. */
  readonly senderBlocked: boolean
  /** At the sender, waiting for that. */
  readonly held: readonly GateElement<R>[]
  /** Newest barrier that arrived and that no `stop` has taken away, -1 for none (Flink: lastBarrierId). */
  readonly lastBarrier: number
  /** How many queued elements arrived before that barrier. */
  readonly beforeBarrier: number
  /** `pending`: what arrives is kept as channel state of `lastSeen`; `received`: its barrier has come. */
  readonly persisting: 'completed' | 'pending' | 'received'
  readonly lastSeen: number
}

export const emptyChannel = <R>(): GateChannel<R> => ({
  queue: [],
  priority: [],
  senderBlocked: false,
  held: [],
  lastBarrier: -1,
  beforeBarrier: 0,
  persisting: 'completed',
  lastSeen: -1,
})

/** Highest id that a start must not be older than. */
export const newestReceived = <R>({ lastBarrier, persisting, lastSeen }: GateChannel<R>): number =>
  persisting === 'received' ? Math.max(lastBarrier, lastSeen) : lastBarrier

export function barrierArrives<R>(
  channel: GateChannel<R>,
  barrier: BarrierElement,
  blocksSender: boolean,
): GateChannel<R> {
  const { queue, priority, persisting, lastSeen, lastBarrier } = channel
  const id = barrier.checkpointId
  const isNew = persisting === 'completed' ? id > lastSeen : id >= lastSeen
  const seen: GateChannel<R> = isNew ? { ...channel, persisting: 'received', lastSeen: id } : channel
  const marked: GateChannel<R> =
    isNew && id > lastBarrier ? { ...seen, lastBarrier: id, beforeBarrier: queue.length } : seen
  if (barrier.kind === 'unaligned') return { ...marked, priority: [...priority, barrier] }
  const queued: GateChannel<R> = { ...marked, queue: [...queue, barrier], senderBlocked: blocksSender }
  return barrier.kind === 'timeout'
    ? { ...queued, priority: [...priority, { ...barrier, type: 'announcement' }] }
    : queued
}

/** The next element, those with priority first; null where nothing has arrived. */
export function takeNext<R>(
  channel: GateChannel<R>,
): { readonly channel: GateChannel<R>; readonly element: GateElement<R> | PriorityElement } | null {
  const { queue, priority, beforeBarrier } = channel
  const [urgent, ...rest] = priority
  if (urgent !== undefined) return { channel: { ...channel, priority: rest }, element: urgent }
  const [element] = queue
  if (element === undefined) return null
  return { channel: { ...channel, queue: queue.slice(1), beforeBarrier: Math.max(0, beforeBarrier - 1) }, element }
}

/** The queued barrier goes ahead of the data; null where no barrier is queued. It stays an aligned one. */
export function prioritized<R>(channel: GateChannel<R>): GateChannel<R> | null {
  const { queue, priority, beforeBarrier } = channel
  const at = queue.findIndex(({ type }) => type === 'barrier')
  const barrier = queue[at]
  if (barrier?.type !== 'barrier') return null
  return {
    ...channel,
    queue: queue.toSpliced(at, 1),
    priority: [...priority, barrier],
    beforeBarrier: at < beforeBarrier ? beforeBarrier - 1 : beforeBarrier,
  }
}

/** Records that are queued and arrived before the checkpoint's barrier are its channel state; null: too old to start. */
export function startPersisting<R>(
  channel: GateChannel<R>,
  id: CheckpointId,
): { readonly channel: GateChannel<R>; readonly records: readonly R[] } | null {
  if (newestReceived(channel) > id) return null
  const { queue, beforeBarrier, lastBarrier, lastSeen } = channel
  const overtaken = lastBarrier === id ? queue.slice(0, beforeBarrier) : queue
  const records = overtaken.flatMap((element) => (element.type === 'record' ? [element.record] : []))
  const unmarked = lastBarrier < id ? { ...channel, lastBarrier: -1, beforeBarrier: 0 } : channel
  return { channel: lastSeen < id ? { ...unmarked, persisting: 'pending', lastSeen: id } : unmarked, records }
}

export function stopPersisting<R>(channel: GateChannel<R>, id: CheckpointId): GateChannel<R> {
  const { lastBarrier, lastSeen } = channel
  const unmarked = lastBarrier === id ? { ...channel, lastBarrier: -1, beforeBarrier: 0 } : channel
  return id >= lastSeen ? { ...unmarked, persisting: 'completed', lastSeen: id } : unmarked
}
