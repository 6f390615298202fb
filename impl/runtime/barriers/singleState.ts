// State of a handler that follows one checkpoint at a time, and what its phases have in common. A phase is a
// BarrierHandlerState of Flink's: it says what a barrier, an announcement, an end of partition or the timer does now.
// Read next: singleHandler.ts (who asks the phases), aligned.ts (the two simplest).
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import { type ChannelSet, NO_CHANNELS, withChannel, withoutChannel } from './channelSet.ts'
import type { Barrier, BarrierEffect, Moment } from './handler.ts'

export type Phase = 'waiting' | 'collecting' | 'waitingUnaligned' | 'collectingUnaligned'

export interface SingleState {
  readonly alignment: 'aligned' | 'unaligned' | 'alternating'
  readonly channels: number
  readonly checkpointsAfterTasksFinish: boolean
  readonly alignedCheckpointTimeoutMs: number
  readonly phase: Phase
  /** Newest checkpoint seen, -1 at first (Flink: currentCheckpointId). */
  readonly latest: number
  /** Newest checkpoint that is over, by completion or abort. */
  readonly over: number
  /** The barrier that started the pending checkpoint, seen or announced; null while none is pending. */
  readonly first: Barrier | null
  /** Channels counted for the pending checkpoint. Not the same as `blocked`: an ended channel is counted, not blocked. */
  readonly aligned: ChannelSet
  /** How many channels the pending checkpoint needs: those open when it started. */
  readonly target: number
  /** Channels that must deliver nothing until a `resume` names them. */
  readonly blocked: ChannelSet
  /** Channels whose barrier was announced and has not come. */
  readonly announced: ChannelSet
  /** Channels without end of partition. */
  readonly open: number
  readonly timerArmed: boolean
}

/** `stopped`: the checkpoint could not start, or the task fails; the state is as far as it had come. */
export interface PhaseStep {
  readonly state: SingleState
  readonly stopped?: { readonly type: 'startRefused' } | { readonly type: 'fail'; readonly error: string }
}

/** Effects are appended. The channel of a barrier or of an end of partition has been counted already. */
export interface PhaseRules {
  barrier(state: SingleState, channel: number, barrier: Barrier, moment: Moment, effects: BarrierEffect[]): PhaseStep
  announcement(state: SingleState, channel: number, effects: BarrierEffect[]): SingleState
  endOfPartition(state: SingleState, channel: number, moment: Moment, effects: BarrierEffect[]): PhaseStep
  timeout(state: SingleState, barrier: Barrier, moment: Moment, effects: BarrierEffect[]): PhaseStep
  abort(state: SingleState, id: CheckpointId, effects: BarrierEffect[]): SingleState
}

export type Phases = Readonly<Partial<Record<Phase, PhaseRules>>>

export const isPending = ({ latest, over }: SingleState): boolean => latest !== over && latest >= 0

export const allBarriersReceived = ({ aligned, target }: SingleState): boolean => aligned.length === target

/** Where a handler begins, and where it comes back to when a checkpoint is over. */
export const phaseAtRest = (alignment: SingleState['alignment']): Phase =>
  alignment === 'unaligned' ? 'waitingUnaligned' : 'waiting'

export function block(state: SingleState, channel: number, effects: BarrierEffect[]): SingleState {
  effects.push({ type: 'block', channel })
  return { ...state, blocked: withChannel(state.blocked, channel) }
}

/** An ended channel holds nobody up. */
export const withoutEnded = (state: SingleState, channel: number): SingleState => ({
  ...state,
  blocked: withoutChannel(state.blocked, channel),
  announced: withoutChannel(state.announced, channel),
})

/** The checkpoint is over, for good or bad: all channels go on. */
export function rest(state: SingleState, effects: BarrierEffect[]): SingleState {
  if (state.blocked.length > 0) effects.push({ type: 'resume', channels: state.blocked })
  return { ...state, phase: phaseAtRest(state.alignment), blocked: NO_CHANNELS, announced: NO_CHANNELS }
}

export function cancelTimer(state: SingleState, effects: BarrierEffect[]): SingleState {
  if (!state.timerArmed) return state
  effects.push({ type: 'cancelTimer' })
  return { ...state, timerArmed: false }
}
