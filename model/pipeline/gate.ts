// Each subtask's gate over the pipeline's variables. A task with one channel has nothing to align: there the barrier
// itself triggers, and the gate has no variables. Read next: gates/gate.ts, receive.ts (who asks it).
import type { Vector } from '../kernel/index.ts'
import type { Cell } from './coordination/index.ts'
import { type Gate, type GateEffects, gateOf } from './gates/index.ts'
import type { Pipeline, Sink } from './pipeline.ts'
import { hasGate } from './variables.ts'

export function pipelineGate(p: Pipeline, sink: Sink, effects: GateEffects): Gate {
  const gate = hasGate(p.b) ? alignedByGate(p, sink, effects) : oneChannel(effects)
  if (!p.bug('noAlignment')) return gate
  // The first barrier of a checkpoint triggers, the others are not heeded.
  return {
    ...gate,
    barrier(_channel, id) {
      if (p.s.latest.at(sink.p) >= id) return
      p.s.latest.set(sink.p, id)
      p.s.over.set(sink.p, id)
      effects.trigger(id, false)
    },
  }
}

const NO_CELL: Cell = { read: () => 0, write: () => {} }

function alignedByGate({ s, S, P, b }: Pipeline, { p }: Sink, effects: GateEffects): Gate {
  // What a mode has no use for has no room: it reads as 0, and nothing but 0 is written to it.
  const cell = (vector: Vector): Cell =>
    vector.length === 0 ? NO_CELL : { read: () => vector.at(p), write: (value) => vector.set(p, value) }
  const perChannel = (vector: Vector): Vector => ({
    length: vector.length === 0 ? 0 : S,
    at: (channel) => vector.at(channel * P + p),
    set: (channel, value) => vector.set(channel * P + p, value),
    clear: () => {
      if (vector.length > 0) for (let channel = 0; channel < S; channel++) vector.set(channel * P + p, 0)
    },
  })
  const queues = [s.gateQueue0, s.gateQueue1, s.gateQueue2, s.gateQueue3]
  const counts = [s.gateCounted0, s.gateCounted1, s.gateCounted2, s.gateCounted3]
  return gateOf(
    b.alignment,
    {
      channels: S,
      latest: cell(s.latest),
      over: cell(s.over),
      target: cell(s.target),
      overtaking: cell(s.overtaking),
      timer: cell(s.alignmentTimer),
      aligned: perChannel(s.aligned),
      blocked: perChannel(s.blocked),
      closed: perChannel(s.noChannels),
      announced: perChannel(s.seen),
      queue: queues[p] ?? s.noRoom,
      counted: counts[p] ?? s.noRoom,
    },
    effects,
  )
}

function oneChannel(effects: GateEffects): Gate {
  return {
    barrier: (_channel, id) => effects.trigger(id, false),
    cancel: (_channel, id) => effects.abort(id, 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER'),
    announcement: () => {},
    endOfPartition: () => {},
    alignmentTimer: () => {},
    timerArmed: () => false,
    latest: () => 0,
    pending: () => false,
    isBlocked: () => false,
    reset: () => {},
  }
}
