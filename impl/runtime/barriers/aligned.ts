// Barrier alignment of one task with several input channels: Flink's SingleCheckpointBarrierHandler in aligned mode,
// as a pure function of state and event. It decides; the input gate carries out the effects, in their order.
// Held to 339 cases recorded from Flink 1.20.3 (properties/vectors/flink): where reason and a vector differ, the vector is right.
// Read next: aligned.test.ts.
import type { CheckpointId } from '../../../model/pipeline/ids.ts'

/** `CheckpointFailureReason` names of Flink that the aligned handler can give. */
export type AbortReason =
  | 'CHECKPOINT_DECLINED_SUBSUMED'
  | 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER'
  | 'CHECKPOINT_DECLINED_INPUT_END_OF_STREAM'

/** Never changed in place. Channel lists are sorted, so that equal states are deeply equal. */
export interface AlignedState {
  readonly channels: number
  /** Flink's FLIP-147 switch: end of partition counts as a barrier of the pending checkpoint, else it aborts it. */
  readonly checkpointsAfterTasksFinish: boolean
  /** Newest checkpoint seen, -1 at first (Flink: `getLatestCheckpointId`). */
  readonly latest: number
  /** Newest checkpoint that is over, by completion or abort. */
  readonly over: number
  /** Channels counted for the pending checkpoint. Not the same as `blocked`: an ended channel is counted, not blocked. */
  readonly aligned: readonly number[]
  /** How many channels the pending checkpoint needs: those open at its first barrier. */
  readonly target: number
  /** Channels that must deliver nothing until a `resume` names them. */
  readonly blocked: readonly number[]
  /** Channels without end of partition. */
  readonly open: number
}

export type BarrierEvent =
  | { readonly type: 'barrier'; readonly channel: number; readonly checkpointId: CheckpointId }
  | { readonly type: 'cancel'; readonly channel: number; readonly checkpointId: CheckpointId }
  | { readonly type: 'endOfPartition'; readonly channel: number }

/** To be carried out in order: a `trigger` comes before its `resume` (snapshot first, then let records in again). */
export type BarrierEffect =
  | { readonly type: 'block'; readonly channel: number }
  | { readonly type: 'resume'; readonly channels: readonly number[] }
  | { readonly type: 'trigger'; readonly checkpointId: CheckpointId }
  | { readonly type: 'abort'; readonly checkpointId: CheckpointId; readonly reason: AbortReason }

export interface AlignedStep {
  readonly state: AlignedState
  readonly effects: readonly BarrierEffect[]
}

const NO_CHANNELS: readonly number[] = []
const NO_EFFECTS: readonly BarrierEffect[] = []

/** State of a task that has `channels` inputs (1 or more) and has seen nothing yet. */
export function initialAligned(
  channels: number,
  options: { readonly checkpointsAfterTasksFinish?: boolean } = {},
): AlignedState {
  if (!Number.isInteger(channels) || channels < 1) throw new RangeError(`expected 1 or more channels, got ${channels}`)
  const checkpointsAfterTasksFinish = options.checkpointsAfterTasksFinish ?? true
  return {
    channels,
    checkpointsAfterTasksFinish,
    latest: -1,
    over: -1,
    aligned: NO_CHANNELS,
    target: 0,
    blocked: NO_CHANNELS,
    open: channels,
  }
}

/** True from a checkpoint's first barrier to its last, or to its abort. */
export const isPending = (state: AlignedState): boolean => state.latest !== state.over && state.latest >= 0

/** One element that is not a record. Throws RangeError on a channel the task does not have: a bug of the caller. */
export function stepAligned(state: AlignedState, event: BarrierEvent): AlignedStep {
  const { channel } = event
  if (!(channel >= 0 && channel < state.channels)) {
    throw new RangeError(`expected a channel in 0..${state.channels - 1}, got ${channel}`)
  }
  if (event.type === 'barrier') return barrier(state, channel, event.checkpointId)
  if (event.type === 'cancel') return cancel(state, event.checkpointId)
  return endOfPartition(state, channel)
}

function barrier(state: AlignedState, channel: number, id: CheckpointId): AlignedStep {
  const obsolete = state.latest > id || (state.latest === id && !isPending(state))
  // The sender stopped after its barrier, whatever we think of it: without the resume the channel would hang for ever.
  if (obsolete) return { state, effects: [{ type: 'resume', channels: [channel] }] }
  const effects: BarrierEffect[] = []
  let next = state
  if (id > state.latest) {
    if (isPending(state)) next = abort(state, state.latest as CheckpointId, 'CHECKPOINT_DECLINED_SUBSUMED', effects)
    next = { ...next, latest: id, aligned: NO_CHANNELS, target: next.open }
  }
  effects.push({ type: 'block', channel })
  next = { ...next, aligned: withChannel(next.aligned, channel), blocked: withChannel(next.blocked, channel) }
  return { state: completeIfAligned(next, effects), effects }
}

function cancel(state: AlignedState, id: CheckpointId): AlignedStep {
  // A cancel for a newer id drops a pending older checkpoint without an abort of its own, as in Flink.
  const acts = id > state.latest || (id === state.latest && state.aligned.length > 0)
  if (!acts) return { state, effects: NO_EFFECTS }
  const effects: BarrierEffect[] = []
  return { state: abort(state, id, 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER', effects), effects }
}

function endOfPartition(state: AlignedState, channel: number): AlignedStep {
  if (state.open === 0) throw new RangeError(`expected no end of partition on channel ${channel}: all have ended`)
  const closed = { ...state, open: state.open - 1 }
  if (!isPending(closed)) return { state: closed, effects: NO_EFFECTS }
  const effects: BarrierEffect[] = []
  const next = closed.checkpointsAfterTasksFinish
    ? completeIfAligned({ ...closed, aligned: withChannel(closed.aligned, channel) }, effects)
    : abort(closed, closed.latest as CheckpointId, 'CHECKPOINT_DECLINED_INPUT_END_OF_STREAM', effects)
  return { state: next, effects }
}

function completeIfAligned(state: AlignedState, effects: BarrierEffect[]): AlignedState {
  if (state.aligned.length !== state.target) return state
  effects.push({ type: 'trigger', checkpointId: state.latest as CheckpointId })
  return { ...resumeAll(state, effects), aligned: NO_CHANNELS, over: state.latest }
}

function abort(state: AlignedState, id: CheckpointId, reason: AbortReason, effects: BarrierEffect[]): AlignedState {
  // Flink lets the channels go before it reports the abort; a completion does it the other way round.
  const next = resumeAll(state, effects)
  effects.push({ type: 'abort', checkpointId: id, reason })
  // No caller aborts an id below the latest.
  return { ...next, latest: id, over: id, aligned: NO_CHANNELS, target: 0 }
}

function resumeAll(state: AlignedState, effects: BarrierEffect[]): AlignedState {
  if (state.blocked.length === 0) return state
  effects.push({ type: 'resume', channels: state.blocked })
  return { ...state, blocked: NO_CHANNELS }
}

function withChannel(sorted: readonly number[], channel: number): readonly number[] {
  if (sorted.includes(channel)) return sorted
  const at = sorted.findIndex((other) => other > channel)
  return at < 0 ? [...sorted, channel] : sorted.toSpliced(at, 0, channel)
}
