// Barriers hold their channel back until all have come: exactly once without channel state. Records behind a barrier wait
// for the slowest channel.
// Sources followed: Flink's AbstractAlignedBarrierHandlerState, WaitingForFirstBarrier, CollectingBarriers.
// Read next: unaligned.ts, alternating.ts (which may change its mind).
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import type { BarrierEffect, BarrierHandler } from './handler.ts'
import { singleHandler } from './singleHandler.ts'
import {
  allBarriersReceived,
  block,
  type PhaseRules,
  type PhaseStep,
  rest,
  type SingleState,
  withoutEnded,
} from './singleState.ts'

const phase: PhaseRules = {
  barrier(state, channel, { kind }, _moment, effects) {
    if (kind === 'unaligned') return { state, stopped: { type: 'fail', error: 'IllegalStateException: null' } }
    return triggerIfAligned({ ...block(state, channel, effects), phase: 'collecting' }, effects)
  },
  endOfPartition: (state, channel, _moment, effects) => triggerIfAligned(withoutEnded(state, channel), effects),
  announcement: (state) => state,
  timeout: (state) => ({ state }),
  abort: (state, _id, effects) => rest(state, effects),
}

function triggerIfAligned(state: SingleState, effects: BarrierEffect[]): PhaseStep {
  if (!allBarriersReceived(state)) return { state }
  effects.push({ type: 'trigger', checkpointId: state.latest as CheckpointId, how: 'aligned' })
  return { state: rest(state, effects) }
}

export const ALIGNED: BarrierHandler<SingleState> = singleHandler('aligned', { waiting: phase, collecting: phase })
