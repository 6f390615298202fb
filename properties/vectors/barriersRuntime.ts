// The recorded cases of Flink's barrier handlers, replayed on the runtime's input gate: every call that came out, in
// order, and every part of the state that was recorded, after every step. What has priority is handled at once, as there.
// Read next: barrierCalls.ts, ../../impl/runtime/barriers/inputGate.ts.
import { isDeepStrictEqual } from 'node:util'
import type { Alignment } from '../../impl/runtime/barriers/handler.ts'
import {
  capturing,
  type GateStep,
  handlerOf,
  type InputGate,
  inputGate,
  priorityChannel,
  senderBlocked,
  setTime,
  timerDue,
} from '../../impl/runtime/barriers/inputGate.ts'
import { type GateProtocol, PROTOCOL } from '../../impl/runtime/protocol.ts'
import {
  asCall,
  asCallOfHandler,
  asElement,
  type BarrierCase,
  type Call,
  type GateAction,
  type GateView,
  merged,
  type SentElement,
} from './barrierCalls.ts'
import type { Difference, Replay } from './replay.ts'

export type { BarrierCase, BarrierStep, GateAction, SentElement } from './barrierCalls.ts'

type Gate = InputGate<number>
type Perform<Event> = (gate: Gate, event: Event, gates: GateProtocol) => readonly GateStep<number>[]

/** One event is sent and taken at once. */
export const replayBarriers1 = (alignment: Alignment, gates = PROTOCOL.gate): Replay<BarrierCase<SentElement>> =>
  replayOn(
    alignment,
    gates,
    (gate, sent) => {
      const arrived = gates.arrive(gate, sent[1], asElement(sent))
      return [arrived, gates.poll(arrived.gate, sent[1])]
    },
    ({ handled: _, effects }) =>
      effects.map((effect) => (effect.type === 'trigger' ? ['trigger', effect.checkpointId] : asCall(effect))),
  )

/** Elements arrive, are polled, and time passes, each by itself. */
export const replayBarriers2 = (alignment: Alignment, gates = PROTOCOL.gate): Replay<BarrierCase<GateAction>> =>
  replayOn(alignment, gates, act, ({ handled, effects }) => [
    ...(handled === null ? [] : [asCallOfHandler(handled)]),
    ...effects.map(asCall),
  ])

function replayOn<Event>(
  alignment: Alignment,
  gates: GateProtocol,
  perform: Perform<Event>,
  calls: (step: GateStep<number>) => readonly Call[],
): Replay<BarrierCase<Event>> {
  return ({ channels, config, steps, left }) => {
    const { checkpointsAfterTasksFinish, alignedCheckpointTimeoutMs = 0 } = config
    let gate: Gate = inputGate(alignment, channels, { checkpointsAfterTasksFinish, alignedCheckpointTimeoutMs })
    for (const [step, recorded] of steps.entries()) {
      const { event, ...given } = recorded
      const done = attempt(() => withPriority(gate, perform(gate, event, gates), gates))
      if (typeof done === 'string') return { step, expected: recorded, seen: done }
      gate = done.at(-1)?.gate ?? gate
      const failure = done.flatMap(({ effects }) => effects).find(({ type }) => type === 'fail')
      const out = merged(done.flatMap(calls).filter(([name]) => name !== 'fail'))
      const seen = failure?.type === 'fail' ? { out, error: failure.error } : { out, ...viewOf(gate, recorded) }
      const expected = { ...given, out: merged(given.out) }
      if (!isDeepStrictEqual(seen, expected)) return { step, expected, seen }
      const sent = gate.channels.flatMap(({ held }, channel) => (held.length > 0 ? [channel] : []))
      if (sent.length > 0) return { step, expected: event, seen: `sent on channels ${sent}, which wait to be resumed` }
    }
    return heldBack(gate, steps.length - 1, left ?? [], gates)
  }
}

/** An event that cannot be here, though it could there, is a difference too: its message. */
function attempt<T>(perform: () => T): T | string {
  try {
    return perform()
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
}

/** What was left on a channel that waits to be resumed comes to nothing here too. */
function heldBack(
  gate: Gate,
  step: number,
  left: readonly (readonly SentElement[])[],
  { arrive }: GateProtocol,
): Difference | null {
  for (const channel of senderBlocked(gate)) {
    for (const sent of left[channel] ?? []) {
      const { gate: next, effects } = arrive(gate, channel, asElement(sent))
      if (effects.length > 0 || !isDeepStrictEqual(viewOf(next), viewOf(gate)))
        return { step, expected: { left: sent }, seen: effects.map(asCall) }
    }
  }
  return null
}

function act(gate: Gate, action: GateAction, { arrive, poll, fireTimer }: GateProtocol): readonly GateStep<number>[] {
  switch (action[0]) {
    case 'arrive': {
      const [, ...sent] = action
      return [arrive(gate, sent[1], asElement(sent))]
    }
    case 'poll':
      return [poll(gate, action[1])]
    case 'time': {
      const later = setTime(gate, action[1])
      return timerDue(later) ? [fireTimer(later)] : [{ gate: later, effects: [], handled: null }]
    }
  }
}

function withPriority(
  gate: Gate,
  steps: readonly GateStep<number>[],
  { poll }: GateProtocol,
): readonly GateStep<number>[] {
  const done = [...steps]
  for (;;) {
    const last = done.at(-1)
    if (last?.effects.at(-1)?.type === 'fail') return done
    const now = last?.gate ?? gate
    const channel = priorityChannel(now)
    if (channel === null) return done
    done.push(poll(now, channel))
  }
}

/** The parts that the recording names. */
function viewOf(gate: Gate, named?: Partial<GateView>): Partial<GateView> {
  const handler = handlerOf(gate)
  const view: GateView = {
    blocked: handler.blocked(gate.handler),
    latest: handler.latest(gate.handler),
    pending: handler.pending(gate.handler),
    aligned: handler.aligned(gate.handler),
    open: handler.open(gate.handler),
    pendingIds: handler.pendingIds(gate.handler),
    senderBlocked: senderBlocked(gate),
    capturing: capturing(gate),
    timers: gate.timerDueMs === null ? [] : [gate.timerDueMs],
  }
  return named === undefined ? view : Object.fromEntries(Object.entries(view).filter(([name]) => name in named))
}
