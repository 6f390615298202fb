// One pending checkpoint at a time. Aligned: a channel whose barrier has come is blocked until all have. Unaligned: the
// first barrier triggers, records that the others overtake or that come before them are captured. Alternating: aligned
// until its timeout passes, then barriers overtake. Source followed: Flink's SingleCheckpointBarrierHandler and its
// BarrierHandlerStates. Read next: tracker.ts.
import {
  type BarrierKind,
  type Gate,
  type GateAbortReason,
  type GateCells,
  type GateEffects,
  GateError,
  type GateOptions,
  openChannels,
} from './gate.ts'

export type SingleMode = 'aligned' | 'unaligned' | 'alternating'

export function singleGate(mode: SingleMode, cells: GateCells, effects: GateEffects, options: GateOptions): Gate {
  const { channels, latest, over, target, aligned, blocked, closed, overtaking, timer, announced } = cells
  const alternating = mode === 'alternating'
  const isPending = () => latest.read() !== over.read() && latest.read() > 0
  const isOvertaking = () => mode === 'unaligned' || (alternating && overtaking.read() === 1)
  const alignedCount = () => {
    let count = 0
    for (let c = 0; c < channels; c++) count += aligned.at(c)
    return count
  }
  const all = () => alignedCount() === target.read()
  const unblock = () => {
    for (let c = 0; c < channels; c++)
      if (blocked.at(c) === 1) {
        blocked.set(c, 0)
        effects.resume(c)
      }
  }
  /** The checkpoint is over: channels go on, and the next one starts aligned again. */
  const finish = (stopId: number, unaligned: boolean) => {
    if (unaligned) effects.stop(stopId)
    if (alternating) {
      overtaking.write(0)
      announced.clear()
    }
    unblock()
  }
  const settle = () => {
    aligned.clear()
    target.write(0)
    timer.write(0)
  }
  const abort = (id: number, reason: GateAbortReason) => {
    const unaligned = isOvertaking() && alignedCount() > 0
    if (id > latest.read()) latest.write(id)
    if (id > over.read()) over.write(id)
    settle()
    finish(id, unaligned)
    effects.abort(id, reason)
  }
  const first = (id: number, timeoutable: boolean) => {
    if (latest.read() >= id) return
    if (isPending()) abort(latest.read(), 'CHECKPOINT_DECLINED_SUBSUMED')
    latest.write(id)
    aligned.clear()
    target.write(openChannels(cells))
    if (alternating && timeoutable) timer.write(1)
  }
  /** Everything queued is captured, and the checkpoint is taken now. */
  const startUnaligned = (id: number): boolean => {
    effects.init(id)
    if (!effects.start(id)) {
      aligned.clear()
      abort(id, 'CHECKPOINT_SUBSUMED')
      return false
    }
    effects.trigger(id, true)
    return true
  }
  const takeAligned = (id: number) => {
    if (alternating) effects.init(id)
    effects.trigger(id, false)
    finish(id, false)
  }
  const prioritizeAll = () => {
    for (let c = 0; c < channels; c++) if (announced.at(c) === 1) effects.prioritize(c)
    announced.clear()
  }
  /** Aligned until now: from here on barriers overtake. */
  const overtake = () => {
    prioritizeAll()
    overtaking.write(1)
  }
  const completed = (id: number, unaligned: boolean) => {
    const last = all()
    if (last && unaligned) finish(id, true)
    if (!last) return
    over.write(latest.read())
    settle()
  }
  const received = (channel: number, id: number, kind: BarrierKind, timedOut: boolean, isFirst: boolean) => {
    if (isOvertaking()) {
      if (kind === 'forced' && mode === 'unaligned')
        throw new GateError(`expected no forced aligned barrier, got ${id}`)
      if (kind !== 'unaligned') blocked.set(channel, 1)
      if (isFirst && !startUnaligned(id)) return
      return completed(id, true)
    }
    if (kind === 'unaligned') {
      overtakeNow(id)
      if (latest.read() !== id || over.read() === id) return
      return completed(id, true)
    }
    if (alternating) announced.set(channel, 0)
    blocked.set(channel, 1)
    if (all()) {
      takeAligned(id)
      return completed(id, false)
    }
    if (kind === 'timeout' && timedOut) overtakeNow(id)
  }
  const overtakeNow = (id: number) => {
    overtake()
    startUnaligned(id)
  }
  return {
    barrier(channel, id, kind, timedOut) {
      const current = latest.read()
      if (current > id || (current === id && !isPending())) {
        if (kind !== 'unaligned') effects.resume(channel)
        return
      }
      if (mode === 'aligned' && kind === 'unaligned') throw new GateError(`expected an aligned barrier, got ${id}`)
      first(id, kind === 'timeout')
      const isFirst = alignedCount() === 0
      aligned.set(channel, 1)
      received(channel, id, kind, timedOut, isFirst)
    },
    announcement(channel, id) {
      first(id, true)
      if (latest.read() > id || (latest.read() === id && !isPending())) return
      if (isOvertaking()) effects.prioritize(channel)
      else announced.set(channel, 1)
    },
    cancel(_channel, id) {
      const acts = id > latest.read() || (id === latest.read() && alignedCount() > 0)
      if (acts) abort(id, 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER')
    },
    endOfPartition(channel, timedOut) {
      closed.set(channel, 1)
      if (!isPending()) return
      const id = latest.read()
      if (!options.checkpointsAfterTasksFinish) return abort(id, 'CHECKPOINT_DECLINED_INPUT_END_OF_STREAM')
      const isFirst = alignedCount() === 0
      aligned.set(channel, 1)
      if (isOvertaking()) {
        if (isFirst && !startUnaligned(id)) return
        return completed(id, true)
      }
      if (all()) {
        takeAligned(id)
        return completed(id, false)
      }
      if (alternating && timedOut) overtakeNow(id)
    },
    alignmentTimer() {
      timer.write(0)
      if (!isPending() || isOvertaking()) return
      if (alignedCount() > 0) overtakeNow(latest.read())
      else overtake()
    },
    timerArmed: () => timer.read() === 1,
    latest: () => latest.read(),
    pending: isPending,
    isBlocked: (channel) => blocked.at(channel) === 1,
    reset() {
      latest.write(0)
      over.write(0)
      target.write(0)
      overtaking.write(0)
      timer.write(0)
      aligned.clear()
      blocked.clear()
      closed.clear()
      announced.clear()
    },
  }
}
