// What every barrier handler of a task with several input channels is: a pure step over the events of its channels. It
// decides; the input gate carries out the effects, in their order. One row for each way to align.
// Sources followed: Flink's SingleCheckpointBarrierHandler (three rows) and CheckpointBarrierTracker.
// Read next: singleHandler.ts, aligned.ts, unaligned.ts, alternating.ts, tracker.ts; inputGate.ts is who uses them.
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import { ALIGNED } from './aligned.ts'
import { ALTERNATING } from './alternating.ts'
import type { SingleState } from './singleState.ts'
import { TRACKER, type TrackerState } from './tracker.ts'
import { UNALIGNED } from './unaligned.ts'

/** `alternating` is what Flink runs where unaligned checkpoints are on; strict `unaligned` is kept for its own tests. */
export type Alignment = 'aligned' | 'unaligned' | 'alternating' | 'atLeastOnce'

/** `timeout`: aligned, may turn unaligned. `aligned`: never does. `forced`: aligned because of the kind of edge. */
export type BarrierKind = 'timeout' | 'unaligned' | 'savepoint' | 'aligned' | 'forced'

export interface Barrier {
  readonly checkpointId: CheckpointId
  readonly kind: BarrierKind
  readonly createdAtMs: number
  /** Of a stop: a task that takes it waits to be told of exactly this one. No handler asks. */
  readonly synchronous?: boolean
}

/** What a handler may ask of its surroundings while it handles an event. */
export interface Moment {
  readonly nowMs: number
  /** Highest id of a barrier that has reached any channel, handled or not; -1 for none. Older ids cannot start. */
  readonly newestArrived: number
}

export type BarrierEvent =
  | (Moment & Barrier & { readonly type: 'barrier'; readonly channel: number })
  /** A `timeout` barrier has arrived and waits its turn behind data. */
  | (Moment & Barrier & { readonly type: 'announcement'; readonly channel: number })
  | { readonly type: 'cancel'; readonly channel: number; readonly checkpointId: CheckpointId }
  | (Moment & { readonly type: 'endOfPartition'; readonly channel: number })
  /** The alignment timer fires; it is no longer armed. */
  | (Moment & { readonly type: 'timer' })

/** `CheckpointFailureReason` names of Flink that a handler can give. */
export type AbortReason =
  | 'CHECKPOINT_DECLINED_SUBSUMED'
  | 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER'
  | 'CHECKPOINT_DECLINED_INPUT_END_OF_STREAM'
  /** Its start was refused: some channel has already received the barrier of a newer checkpoint. */
  | 'CHECKPOINT_SUBSUMED'

/** To be carried out in order: a `trigger` comes before its `resume` (snapshot first, then let records in again). */
export type BarrierEffect =
  | { readonly type: 'block'; readonly channel: number }
  | { readonly type: 'resume'; readonly channels: readonly number[] }
  | { readonly type: 'trigger'; readonly checkpointId: CheckpointId; readonly how: 'aligned' | 'unaligned' }
  | { readonly type: 'abort'; readonly checkpointId: CheckpointId; readonly reason: AbortReason }
  /** The writer of channel state expects this checkpoint (Flink: initInputsCheckpoint). */
  | { readonly type: 'init'; readonly checkpointId: CheckpointId }
  /** Every channel becomes part of the checkpoint's state: what is queued now, and what arrives before its barrier. */
  | { readonly type: 'start'; readonly checkpointId: CheckpointId }
  | { readonly type: 'stop'; readonly checkpointId: CheckpointId }
  /** The announced barrier of the channel goes ahead of the data. */
  | { readonly type: 'prioritize'; readonly channel: number }
  | { readonly type: 'armTimer'; readonly dueMs: number }
  | { readonly type: 'cancelTimer' }
  /** An impossible event: the task fails with this. Always the last effect; the state beside it means nothing. */
  | { readonly type: 'fail'; readonly error: string }

export interface HandlerOptions {
  /** Flink's FLIP-147 switch, default true: end of partition counts as a barrier of what is pending, else it aborts it. */
  readonly checkpointsAfterTasksFinish?: boolean
  /** How old a `timeout` barrier may get before its checkpoint turns unaligned; default 0. */
  readonly alignedCheckpointTimeoutMs?: number
}

export interface HandlerStep<State> {
  readonly state: State
  readonly effects: readonly BarrierEffect[]
}

/** States are plain data, never changed in place, and deeply equal where they mean the same. */
export interface BarrierHandler<State> {
  /** State of a task that has `channels` inputs (1 or more) and has seen nothing yet. */
  initial(channels: number, options?: HandlerOptions): State
  /** Throws RangeError on a channel the task does not have: a bug of the caller. */
  step(state: State, event: BarrierEvent): HandlerStep<State>
  /** True from a checkpoint's first barrier, or announcement, to its last barrier or its abort. */
  pending(state: State): boolean
  /** Ids that barriers are still awaited for, oldest first. */
  pendingIds(state: State): readonly number[]
  /** Channels that deliver nothing until a `resume` names them. */
  blocked(state: State): readonly number[]
  /** Newest checkpoint seen, -1 at first; for the tracker the newest one it still counts. */
  latest(state: State): number
  /** Channels counted for the pending checkpoint; the tracker does not say. */
  aligned(state: State): readonly number[]
  /** Channels without end of partition. */
  open(state: State): number
}

export type HandlerState = SingleState | TrackerState

/** A state belongs to the row that its `alignment` names: no other row ever gets to see it. */
export const BARRIER_HANDLERS: Readonly<Record<Alignment, BarrierHandler<HandlerState>>> = {
  aligned: ALIGNED,
  unaligned: UNALIGNED,
  alternating: ALTERNATING,
  atLeastOnce: TRACKER,
}
