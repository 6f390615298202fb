// What the aligned, the unaligned and the alternating handler have in common: one checkpoint at a time, counted channel
// by channel, subsumed by a newer one, given up on a cancel marker. What a barrier does meanwhile is up to the phase.
// Source followed: Flink's SingleCheckpointBarrierHandler.
// Read next: aligned.ts, unaligned.ts, alternating.ts.
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import { checkChannel, checkChannels, NO_CHANNELS, withChannel } from './channelSet.ts'
import type { AbortReason, Barrier, BarrierEffect, BarrierEvent, BarrierHandler } from './handler.ts'
import {
  allBarriersReceived,
  cancelTimer,
  isPending,
  type PhaseRules,
  type PhaseStep,
  type Phases,
  phaseAtRest,
  type SingleState,
} from './singleState.ts'

export function singleHandler(alignment: SingleState['alignment'], phases: Phases): BarrierHandler<SingleState> {
  const rules = ({ phase }: SingleState): PhaseRules => {
    const found = phases[phase]
    if (found === undefined) throw new Error(`expected one of ${Object.keys(phases)}, got phase ${phase}`)
    return found
  }
  return {
    initial(channels, { checkpointsAfterTasksFinish = true, alignedCheckpointTimeoutMs = 0 } = {}) {
      checkChannels(channels)
      if (!(alignedCheckpointTimeoutMs >= 0))
        throw new RangeError(`expected an alignment timeout of 0 ms or more, got ${alignedCheckpointTimeoutMs}`)
      return {
        alignment,
        channels,
        checkpointsAfterTasksFinish,
        alignedCheckpointTimeoutMs,
        phase: phaseAtRest(alignment),
        latest: -1,
        over: -1,
        first: null,
        aligned: NO_CHANNELS,
        target: 0,
        blocked: NO_CHANNELS,
        announced: NO_CHANNELS,
        open: channels,
        timerArmed: false,
      }
    },
    step(state, event) {
      if (event.type !== 'timer') checkChannel(event.channel, state.channels)
      const effects: BarrierEffect[] = []
      return { state: handle(state, event, rules, effects), effects }
    },
    pending: isPending,
    pendingIds: (state) => (isPending(state) ? [state.latest] : []),
    blocked: ({ blocked }) => blocked,
    latest: ({ latest }) => latest,
    aligned: ({ aligned }) => aligned,
    open: ({ open }) => open,
  }
}

type Rules = (state: SingleState) => PhaseRules

function handle(state: SingleState, event: BarrierEvent, rules: Rules, effects: BarrierEffect[]): SingleState {
  switch (event.type) {
    case 'barrier': {
      const { channel } = event
      if (!isObsolete(state, event)) {
        const started = startIfNew(state, event, event.nowMs, rules, effects)
        return count(started, channel, rules, effects, (s) => rules(s).barrier(s, channel, event, event, effects))
      }
      // The sender stopped after an aligned barrier, whatever we think of it: without the resume it would hang.
      if (event.kind !== 'unaligned') effects.push({ type: 'resume', channels: [channel] })
      return state
    }
    case 'announcement': {
      const started = startIfNew(state, event, event.nowMs, rules, effects)
      return isObsolete(started, event) ? started : rules(started).announcement(started, event.channel, effects)
    }
    case 'cancel': {
      // A cancel for a newer id drops a pending older checkpoint without an abort of its own, as in Flink.
      const id = event.checkpointId
      const acts = id > state.latest || (id === state.latest && state.aligned.length > 0)
      return acts ? abort(state, id, 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER', rules, effects) : state
    }
    case 'endOfPartition': {
      const { channel } = event
      if (state.open === 0) throw new RangeError(`expected no end of partition on channel ${channel}: all have ended`)
      const closed = { ...state, open: state.open - 1 }
      if (!isPending(closed)) return closed
      return closed.checkpointsAfterTasksFinish
        ? count(closed, channel, rules, effects, (s) => rules(s).endOfPartition(s, channel, event, effects))
        : abort(closed, closed.latest as CheckpointId, 'CHECKPOINT_DECLINED_INPUT_END_OF_STREAM', rules, effects)
    }
    case 'timer': {
      const fired = { ...state, timerArmed: false }
      if (state.first === null) return fired
      return settle(rules(fired).timeout(fired, state.first, event, effects), rules, effects)
    }
  }
}

const isObsolete = (state: SingleState, { checkpointId }: Barrier): boolean =>
  state.latest > checkpointId || (state.latest === checkpointId && !isPending(state))

function startIfNew(
  state: SingleState,
  { checkpointId, kind, createdAtMs }: Barrier,
  nowMs: number,
  rules: Rules,
  effects: BarrierEffect[],
): SingleState {
  if (state.latest >= checkpointId) return state
  const free = isPending(state)
    ? abort(state, state.latest as CheckpointId, 'CHECKPOINT_DECLINED_SUBSUMED', rules, effects)
    : state
  const first = { checkpointId, kind, createdAtMs }
  const started = { ...free, latest: checkpointId, first, aligned: NO_CHANNELS, target: free.open }
  if (state.alignment !== 'alternating' || kind !== 'timeout') return started
  effects.push({ type: 'armTimer', dueMs: Math.max(nowMs, createdAtMs + state.alignedCheckpointTimeoutMs) })
  return { ...started, timerArmed: true }
}

function count(
  state: SingleState,
  channel: number,
  rules: Rules,
  effects: BarrierEffect[],
  phase: (counted: SingleState) => PhaseStep,
): SingleState {
  const next = settle(phase({ ...state, aligned: withChannel(state.aligned, channel) }), rules, effects)
  if (!allBarriersReceived(next)) return next
  return { ...cancelTimer(next, effects), over: next.latest, first: null, aligned: NO_CHANNELS, target: 0 }
}

function settle({ state, stopped }: PhaseStep, rules: Rules, effects: BarrierEffect[]): SingleState {
  if (stopped?.type === 'startRefused')
    return abort(state, state.latest as CheckpointId, 'CHECKPOINT_SUBSUMED', rules, effects)
  if (stopped !== undefined) effects.push(stopped)
  return state
}

/** No caller gives up an id below the latest. */
function abort(
  state: SingleState,
  id: CheckpointId,
  reason: AbortReason,
  rules: Rules,
  effects: BarrierEffect[],
): SingleState {
  const given = {
    ...cancelTimer(state, effects),
    latest: id,
    over: id,
    first: null,
    aligned: NO_CHANNELS,
    target: 0,
  }
  // Flink lets the channels go before it reports the abort; a completion does it the other way round.
  const next = rules(given).abort(given, id, effects)
  effects.push({ type: 'abort', checkpointId: id, reason })
  return next
}
