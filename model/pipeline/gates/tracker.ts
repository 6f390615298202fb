// At least once: no channel is ever blocked, several checkpoints are counted side by side, and each is taken when its last
// barrier comes; by then records of later epochs have been taken too. Older pending ones are dropped without a word.
// Source followed: Flink's CheckpointBarrierTracker, with its path of its own for one open channel. Read next: index.ts.
import {
  type Gate,
  type GateAbortReason,
  type GateCells,
  type GateEffects,
  GateError,
  type GateOptions,
  openChannels,
} from './gate.ts'

/** Flink's MAX_CHECKPOINTS_TO_TRACK. */
export const MOST_TRACKED = 50

/** An entry of `counted`: which channels have delivered (bits), then whether it is aborted, then how many it needs. */
const entry = (channels: number, mask: number, aborted: boolean, target: number): number =>
  ((target * 2 + (aborted ? 1 : 0)) << channels) | mask
/** Largest entry, for the declaration. */
export const largestEntry = (channels: number): number => entry(channels, (1 << channels) - 1, true, channels)

export function trackerGate(cells: GateCells, effects: GateEffects, options: GateOptions): Gate {
  const { channels, latest, over, closed, queue, counted } = cells
  const maskOf = (value: number) => value & ((1 << channels) - 1)
  const isAborted = (value: number) => ((value >> channels) & 1) === 1
  const targetOf = (value: number) => value >> (channels + 1)
  const full = (value: number) => {
    let count = 0
    for (let c = 0; c < channels; c++) count += (maskOf(value) >> c) & 1
    return count === targetOf(value)
  }
  const placeOf = (id: number) => {
    for (let i = 0; i < queue.length; i++) if (queue.at(i) === id) return i
    return -1
  }
  const set = (place: number, value: number) => {
    for (let i = 0, length = counted.length; i < length; i++) {
      const old = counted.shift()
      counted.push(i === place ? value : old)
    }
  }
  const dropFirst = () => {
    queue.shift()
    counted.shift()
  }
  const addFirst = (id: number, value: number) => {
    queue.push(id)
    counted.push(value)
    for (let i = 1; i < queue.length; i++) {
      queue.push(queue.shift())
      counted.push(counted.shift())
    }
  }
  /** `over` is 1 while Flink's alignment clock runs. */
  const clock = over
  const abort = (id: number, reason: GateAbortReason) => effects.abort(id, reason)
  /** The checkpoint at that place has all it needs: it is taken, and what is older is subsumed. */
  const take = (place: number) => {
    const id = queue.at(place)
    const value = counted.at(place)
    for (let i = 0; i <= place; i++) dropFirst()
    if (isAborted(value)) return
    if (id === latest.read() && targetOf(value) > 1) {
      if (clock.read() === 0) throw new GateError('Alignment time is less than zero')
      clock.write(0)
    }
    effects.trigger(id, false)
  }
  return {
    barrier(channel, id) {
      const open = openChannels(cells)
      if (id > latest.read() && open === 1) {
        clock.write(0)
        return effects.trigger(id, false)
      }
      const place = placeOf(id)
      if (place >= 0) {
        set(place, counted.at(place) | (1 << channel))
        if (full(counted.at(place))) take(place)
      } else if (id > latest.read()) {
        clock.write(1)
        latest.write(id)
        queue.push(id)
        counted.push(entry(channels, 1 << channel, false, open))
        if (queue.length > MOST_TRACKED) dropFirst()
      }
    },
    cancel(channel, id) {
      if (id > latest.read() && openChannels(cells) === 1) {
        clock.write(0)
        return abort(id, 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER')
      }
      while (queue.length > 0 && queue.at(0) < id) {
        const older = queue.at(0)
        const aborted = isAborted(counted.at(0))
        dropFirst()
        if (!aborted) abort(older, 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER')
      }
      if (queue.length > 0 && queue.at(0) === id) {
        const value = counted.at(0)
        if (!isAborted(value)) abort(id, 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER')
        set(0, value | (1 << channels) | (1 << channel))
        if (full(counted.at(0))) dropFirst()
      } else if (id > latest.read()) {
        abort(id, 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER')
        latest.write(id)
        addFirst(id, entry(channels, 1 << channel, true, openChannels(cells)))
      }
    },
    endOfPartition(channel) {
      closed.set(channel, 1)
      if (!options.checkpointsAfterTasksFinish) {
        while (queue.length > 0) {
          const id = queue.at(0)
          const aborted = isAborted(counted.at(0))
          dropFirst()
          if (!aborted) abort(id, 'CHECKPOINT_DECLINED_INPUT_END_OF_STREAM')
        }
        clock.write(0)
        return
      }
      let newest = -1
      for (let place = 0; place < queue.length; place++) {
        set(place, counted.at(place) | (1 << channel))
        if (full(counted.at(place))) newest = place
      }
      if (newest >= 0) take(newest)
    },
    announcement() {},
    alignmentTimer() {},
    timerArmed: () => false,
    latest: () => (queue.length === 0 ? 0 : queue.at(queue.length - 1)),
    pending: () => queue.length > 0,
    isBlocked: () => false,
    reset() {
      latest.write(0)
      clock.write(0)
      closed.clear()
      queue.clear()
      counted.clear()
    },
  }
}
