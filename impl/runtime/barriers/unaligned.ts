// The checkpoint is taken at its first barrier, which overtakes the data: what is on its way in the channels becomes part
// of it. Channels stay open; a channel whose barrier was an aligned one after all counts as blocked until the end.
// Sources followed: Flink's AlternatingWaitingForFirstBarrierUnaligned, AlternatingCollectingBarriersUnaligned.
// Read next: alternating.ts, which comes here when a checkpoint takes too long to align.
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
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

/** All channels start to persist and the snapshot is taken, unless a newer barrier has reached one of them. */
export function startUnaligned(
  state: SingleState,
  checkpointId: CheckpointId,
  { newestArrived }: Moment,
  effects: BarrierEffect[],
): PhaseStep {
  effects.push({ type: 'init', checkpointId }, { type: 'start', checkpointId })
  if (newestArrived > checkpointId) return { state, stopped: { type: 'startRefused' } }
  effects.push({ type: 'trigger', checkpointId, how: 'unaligned' })
  return { state: { ...state, phase: 'collectingUnaligned' } }
}

/** Flink's CheckpointOptions#toUnaligned and its constructor: what may not be taken unaligned. */
const NEVER_UNALIGNED: Readonly<Partial<Record<Barrier['kind'], string>>> = {
  forced: 'IllegalStateException: null',
  savepoint: "IllegalArgumentException: Savepoint can't be unaligned",
}

const blockIfAligned = (state: SingleState, channel: number, barrier: Barrier, effects: BarrierEffect[]) =>
  barrier.kind === 'unaligned' ? state : block(state, channel, effects)

function finish(state: SingleState, checkpointId: CheckpointId, effects: BarrierEffect[]): SingleState {
  effects.push({ type: 'stop', checkpointId })
  return rest(state, effects)
}

const finishIfAll = (state: SingleState, effects: BarrierEffect[]): SingleState =>
  allBarriersReceived(state) ? finish(state, state.latest as CheckpointId, effects) : state

const announcement: PhaseRules['announcement'] = (state, channel, effects) => {
  effects.push({ type: 'prioritize', channel })
  return state
}

const waitingUnaligned: PhaseRules = {
  barrier(state, channel, barrier, moment, effects) {
    const counted = blockIfAligned(state, channel, barrier, effects)
    const error = NEVER_UNALIGNED[barrier.kind]
    if (error !== undefined) return { state: counted, stopped: { type: 'fail', error } }
    const step = startUnaligned(counted, barrier.checkpointId, moment, effects)
    return step.stopped === undefined ? { state: finishIfAll(step.state, effects) } : step
  },
  announcement,
  endOfPartition: (state, channel) => ({ state: withoutEnded(state, channel) }),
  timeout: (state) => ({ state }),
  // Nothing has started, so nothing is stopped.
  abort: (state, _id, effects) => rest(state, effects),
}

const collectingUnaligned: PhaseRules = {
  barrier: (state, channel, barrier, _moment, effects) => ({
    state: finishIfAll(blockIfAligned(state, channel, barrier, effects), effects),
  }),
  announcement,
  endOfPartition: (state, channel, _moment, effects) => ({
    state: finishIfAll(withoutEnded(state, channel), effects),
  }),
  timeout: (state) => ({ state }),
  abort: finish,
}

export const UNALIGNED_PHASES: Phases = { waitingUnaligned, collectingUnaligned }

export const UNALIGNED: BarrierHandler<SingleState> = singleHandler('unaligned', UNALIGNED_PHASES)
