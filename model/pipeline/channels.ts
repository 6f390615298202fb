// How elements travel where barriers may overtake: they arrive at the receiver at once, unless an aligned barrier went
// before them, behind which the sender holds everything until the channel is resumed. A record that arrives while its
// channel is being captured becomes channel state. Source followed: Flink's RemoteInputChannel, ChannelStatePersister.
// Read next: receive.ts.

import { BARRIER, CANCEL, type Elements, OVERTAKING } from './elements.ts'
import type { Channel, Pipeline } from './pipeline.ts'
import { keepsChannelState } from './variables.ts'

export interface Transport {
  /** Room for one more element in every channel of a source. */
  room(source: number): boolean
  /** The source sends an element down one channel. */
  send(channel: Channel, element: number): void
  /** The receiver lets the sender go on. */
  resume(channel: Channel): void
  /** Every channel of a subtask is captured for that checkpoint, from what is queued on; false where a newer barrier came. */
  capture(sink: number, id: number): boolean
  stopCapturing(sink: number, id: number): void
  /** Index of the first barrier that overtakes, else -1. */
  overtaking(channel: Channel): number
  /** Takes a barrier out of the queue: what stood before it has been overtaken, if that starts its checkpoint. */
  overtake(channel: Channel, index: number, take: (barrier: number) => void): void
  /** Checkpoint of the barrier that has been announced. */
  announcedId(channel: Channel): number
  /** The barrier that was only announced now overtakes. */
  prioritize(channel: Channel): void
}

export function transport(p: Pipeline, e: Elements, isBlocked: (channel: Channel) => boolean): Transport {
  const { s, b } = p
  const overtakes = keepsChannelState(b)
  const stopped = (channel: Channel) => {
    if (isBlocked(channel)) return true
    const { queue } = channel
    for (let i = 0; i < queue.length; i++) if (e.stopsSender(queue.at(i))) return true
    return false
  }
  /** The pending checkpoint is the only one whose channel state can matter. */
  const keep = (channel: Channel, element: number, id: number) => {
    if (id === s.pending.at(0)) channel.pendingState.push(element)
  }
  /** While a barrier is taken: its channel, and how many elements it has overtaken there. */
  let overtakenIn: Channel | null = null
  let overtaken = 0
  /** For one rearrangement at a time. */
  const scratch: number[] = []
  const arrive = (channel: Channel, element: number) => {
    if (isBarrier(element)) forgetPlaces(channel, 0, e.idOf(element) - 1)
    channel.queue.push(element)
    if (s.capturing.at(channel.c) !== 0) {
      if (e.isRecord(element)) keep(channel, element, s.capturing.at(channel.c))
      else if (isBarrier(element) && e.idOf(element) >= s.capturing.at(channel.c)) s.capturing.set(channel.c, 0)
    }
    if (b.alignment === 'alternating' && e.kindOf(element) === BARRIER) s.announced.set(channel.c, 1)
  }
  const isBarrier = (element: number) => element > e.endOfData && e.kindOf(element) !== CANCEL
  const isNewer = (element: number, id: number) => isBarrier(element) && e.idOf(element) > id
  /** Of barriers waiting to be taken only the newest keeps its place, and only until its checkpoint stops. */
  const forgetPlaces = ({ queue }: Channel, from: number, to: number) => {
    const { length } = queue
    for (let i = 0; i < length; i++) scratch[i] = queue.shift()
    for (let i = 0; i < length; i++) if (isPlaceless(i, from, to)) queue.push(scratch[i] as number)
    for (let i = 0; i < length; i++) if (!isPlaceless(i, from, to)) queue.push(scratch[i] as number)
  }
  const isPlaceless = (i: number, from: number, to: number) => {
    const element = scratch[i] as number
    return e.kindOf(element) === OVERTAKING && e.idOf(element) >= from && e.idOf(element) <= to
  }
  const firstOf = (channel: Channel, kind: number) => {
    for (let i = 0; i < channel.queue.length; i++) if (e.kindOf(channel.queue.at(i)) === kind) return i
    return -1
  }
  return {
    room(source) {
      for (let sink = 0; sink < p.parallelism(); sink++) {
        const channel = p.channels[source * p.P + sink] as Channel
        if (channel.queue.length + channel.held.length >= b.capacity) return false
      }
      return true
    },
    send(channel, element) {
      if (!overtakes) channel.queue.push(element)
      else if (channel.held.length > 0 || stopped(channel)) channel.held.push(element)
      else arrive(channel, element)
    },
    resume(channel) {
      if (!overtakes) return
      while (channel.held.length > 0 && !stopped(channel)) arrive(channel, channel.held.shift())
    },
    capture(sink, id) {
      for (const channel of p.channels)
        if (channel.sink.p === sink)
          for (let i = 0; i < channel.queue.length; i++) if (isNewer(channel.queue.at(i), id)) return false
      for (const channel of p.channels) {
        if (channel.sink.p !== sink) continue
        forgetPlaces(channel, 0, id - 1)
        const own = channel === overtakenIn
        // Its barrier has been taken: nothing before it is left, and nothing comes before it.
        if (!own && s.aligned.length > 0 && s.aligned.at(channel.c) === 1) continue
        s.capturing.set(channel.c, id)
        if (own) s.capturing.set(channel.c, 0)
        for (let i = 0; i < (own ? overtaken : channel.queue.length); i++) {
          const element = channel.queue.at(i)
          if (e.isRecord(element)) keep(channel, element, id)
          else if (isBarrier(element) && e.idOf(element) >= id) {
            s.capturing.set(channel.c, 0)
            break
          }
        }
      }
      return true
    },
    stopCapturing(sink, id) {
      for (const channel of p.channels) {
        if (channel.sink.p !== sink) continue
        s.capturing.set(channel.c, 0)
        forgetPlaces(channel, id, id)
      }
    },
    overtaking: (channel) => (overtakes ? firstOf(channel, OVERTAKING) : -1),
    overtake(channel, index, take) {
      const { queue } = channel
      let taken = 0
      for (let i = 0, length = queue.length; i < length; i++) {
        const element = queue.shift()
        if (i === index) taken = element
        else queue.push(element)
      }
      overtakenIn = channel
      overtaken = index
      take(taken)
      overtakenIn = null
    },
    announcedId: ({ queue }) => e.idOf(queue.at(firstOf({ queue } as Channel, BARRIER))),
    prioritize(channel) {
      const at = firstOf(channel, BARRIER)
      for (let i = channel.queue.length, n = 0; i > 0; i--, n++) {
        const element = channel.queue.shift()
        channel.queue.push(n === at ? e.encode(OVERTAKING, e.idOf(element)) : element)
      }
    },
  }
}
