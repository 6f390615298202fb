// Barriers hold their channel back until all have come: exactly once without channel state. Records behind a barrier wait
// for the slowest channel.
// Sources followed: Flink's AbstractAlignedBarrierHandlerState, WaitingForFirstBarrier, CollectingBarriers.
// Read next: unaligned.ts, alternating.ts (which may change its mind).
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import type { BarrierEffect, BarrierHandler, HandlerOptions, HandlerStep } from './handler.ts'
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

// For a task whose barriers are all plain aligned ones and which has no input gate.
export type AlignedState = SingleState
export type BarrierEvent =
  | { readonly type: 'barrier' | 'cancel'; readonly channel: number; readonly checkpointId: CheckpointId }
  | { readonly type: 'endOfPartition'; readonly channel: number }

export const initialAligned = (channels: number, options: HandlerOptions = {}): AlignedState =>
  ALIGNED.initial(channels, options)

export function stepAligned(state: AlignedState, event: BarrierEvent): HandlerStep<AlignedState> {
  const moment = { nowMs: 0, newestArrived: -1 }
  if (event.type === 'endOfPartition') return ALIGNED.step(state, { ...event, ...moment })
  const { type, channel, checkpointId } = event
  if (type === 'cancel') return ALIGNED.step(state, { type, channel, checkpointId })
  return ALIGNED.step(state, { type, channel, checkpointId, kind: 'aligned', createdAtMs: 0, ...moment })
}
