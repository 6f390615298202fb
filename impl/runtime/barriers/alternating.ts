// Aligned until it takes too long: then the barriers that were announced overtake the data and the checkpoint is taken at
// once. Time is looked at when the timer fires (at the limit) and with each barrier and end of partition (beyond it).
// Sources followed: Flink's AbstractAlternatingAlignedBarrierHandlerState, AlternatingWaitingForFirstBarrier,
// AlternatingCollectingBarriers. Read next: unaligned.ts (the phases behind the change), inputGate.ts.
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import { NO_CHANNELS, withChannel, withoutChannel } from './channelSet.ts'
import type { Barrier, BarrierEffect, BarrierHandler, Moment } from './handler.ts'
import { singleHandler } from './singleHandler.ts'
import {
  allBarriersReceived,
  block,
  type PhaseRules,
  type PhaseStep,
  type Phases,
  rest,
  type SingleState,
  withoutEnded,
} from './singleState.ts'
import { startUnaligned, UNALIGNED_PHASES } from './unaligned.ts'

type Timeout = PhaseRules['timeout']

function prioritizeAnnounced(state: SingleState, effects: BarrierEffect[]): SingleState {
  for (const channel of state.announced) effects.push({ type: 'prioritize', channel })
  return { ...state, announced: NO_CHANNELS }
}

const timeoutWhileWaiting: Timeout = (state, _barrier, _moment, effects) => ({
  state: { ...prioritizeAnnounced(state, effects), phase: 'waitingUnaligned' },
})

const timeoutWhileCollecting: Timeout = (state, { checkpointId }, moment, effects) =>
  startUnaligned(prioritizeAnnounced(state, effects), checkpointId, moment, effects)

const isTimedOut = ({ alignedCheckpointTimeoutMs }: SingleState, { kind, createdAtMs }: Barrier, { nowMs }: Moment) =>
  kind === 'timeout' && nowMs - createdAtMs > alignedCheckpointTimeoutMs

function trigger(state: SingleState, effects: BarrierEffect[]): SingleState {
  const checkpointId = state.latest as CheckpointId
  effects.push({ type: 'init', checkpointId }, { type: 'trigger', checkpointId, how: 'aligned' })
  return rest(state, effects)
}

/** The phase that the change led to gets to see the same element. */
function then(step: PhaseStep, go: (state: SingleState, rules: PhaseRules) => PhaseStep): PhaseStep {
  const rules = UNALIGNED_PHASES[step.state.phase]
  return step.stopped !== undefined || rules === undefined ? step : go(step.state, rules)
}

const barrierWith =
  (timeout: Timeout): PhaseRules['barrier'] =>
  (state, channel, barrier, moment, effects) => {
    const unaligned: Barrier = { ...barrier, kind: 'unaligned' }
    const turn = (from: SingleState): PhaseStep =>
      then(timeout(from, barrier, moment, effects), (turned, rules) =>
        rules.barrier(turned, channel, unaligned, moment, effects),
      )
    if (barrier.kind === 'unaligned') return turn(state)
    const blocked = block({ ...state, announced: withoutChannel(state.announced, channel) }, channel, effects)
    if (allBarriersReceived(blocked)) return { state: trigger(blocked, effects) }
    return isTimedOut(state, barrier, moment) ? turn(blocked) : { state: { ...blocked, phase: 'collecting' } }
  }

const announcement: PhaseRules['announcement'] = (state, channel) => ({
  ...state,
  announced: withChannel(state.announced, channel),
})

const abort: PhaseRules['abort'] = (state, _id, effects) => rest(state, effects)

const waiting: PhaseRules = {
  barrier: barrierWith(timeoutWhileWaiting),
  announcement,
  endOfPartition: (state, channel) => ({ state: withoutEnded(state, channel) }),
  timeout: timeoutWhileWaiting,
  abort,
}

const collecting: PhaseRules = {
  barrier: barrierWith(timeoutWhileCollecting),
  announcement,
  endOfPartition(state, channel, moment, effects) {
    const ended = withoutEnded(state, channel)
    if (allBarriersReceived(ended)) return { state: trigger(ended, effects) }
    const { first } = ended
    if (first === null || !isTimedOut(ended, first, moment)) return { state: ended }
    return then(timeoutWhileCollecting(ended, first, moment, effects), (turned, rules) =>
      rules.endOfPartition(turned, channel, moment, effects),
    )
  },
  timeout: timeoutWhileCollecting,
  abort,
}

const PHASES: Phases = { waiting, collecting, ...UNALIGNED_PHASES }

export const ALTERNATING: BarrierHandler<SingleState> = singleHandler('alternating', PHASES)
