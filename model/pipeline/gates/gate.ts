// A task's gate as the rules see it: which barriers have come on which channel, and what that makes the task do. Rows by
// mode are in index.ts. A gate keeps nothing itself: its cells are variables of the state. Ids start at 1, 0 is none.
// Source followed: Flink's SingleCheckpointBarrierHandler and CheckpointBarrierTracker (facts/flink.md 2.2 to 2.5).
// Read next: singleHandler.ts (aligned, unaligned, alternating), tracker.ts (at least once).
import type { Fifo, Vector } from '../../kernel/index.ts'
import type { Cell } from '../coordination/index.ts'

/** `timeout`: aligned until its alignment timeout; `forced`: never anything but aligned. */
export type BarrierKind = 'aligned' | 'unaligned' | 'timeout' | 'savepoint' | 'forced'

export type GateAbortReason =
  | 'CHECKPOINT_DECLINED_SUBSUMED'
  | 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER'
  | 'CHECKPOINT_DECLINED_INPUT_END_OF_STREAM'
  | 'CHECKPOINT_SUBSUMED'

/** In the order in which they are called. */
export interface GateEffects {
  trigger(id: number, unaligned: boolean): void
  abort(id: number, reason: GateAbortReason): void
  /** The sender of that channel may go on. */
  resume(channel: number): void
  /** Channel state of a checkpoint is about to be written, starts to be captured on every channel, is complete. */
  init(id: number): void
  /** False where some channel has already received a newer barrier: then there is nothing to capture. */
  start(id: number): boolean
  stop(id: number): void
  /** The announced barrier of that channel overtakes the data before it. */
  prioritize(channel: number): void
}

export interface Gate {
  /** `timedOut`: its alignment timeout has passed. @throws GateError where no such barrier can be. */
  barrier(channel: number, id: number, kind: BarrierKind, timedOut: boolean): void
  /** A barrier with a timeout has arrived behind data. */
  announcement(channel: number, id: number): void
  cancel(channel: number, id: number): void
  endOfPartition(channel: number, timedOut: boolean): void
  /** The alignment timer fires. */
  alignmentTimer(): void
  timerArmed(): boolean
  latest(): number
  pending(): boolean
  isBlocked(channel: number): boolean
  reset(): void
}

/** What no correct sender makes happen: Flink throws IllegalStateException. */
export class GateError extends Error {
  override readonly name = 'GateError'
}

/** Of one task; what a mode does not need has no room and is not touched. */
export interface GateCells {
  readonly channels: number
  readonly latest: Cell
  /** Newest checkpoint that is over, by completion or abort. */
  readonly over: Cell
  /** Channels the pending checkpoint needs: those open at its first barrier. */
  readonly target: Cell
  /** 1 where the channel has been counted for the pending checkpoint. */
  readonly aligned: Vector
  readonly blocked: Vector
  /** End of partition has come. */
  readonly closed: Vector
  /** Alternating: barriers are overtaking; the alignment timer is armed; a channel's barrier has been announced. */
  readonly overtaking: Cell
  readonly timer: Cell
  readonly announced: Vector
  /** Tracker: pending ids, oldest first, and by place and channel which barriers have come; 1 where aborted; targets. */
  readonly queue: Fifo
  readonly counted: Fifo
}

export interface GateOptions {
  /** FLIP-147: end of partition counts as a barrier of the pending checkpoint; else it aborts it. */
  readonly checkpointsAfterTasksFinish: boolean
}

export function openChannels({ channels, closed }: GateCells): number {
  let open = 0
  for (let c = 0; c < channels; c++) if (c >= closed.length || closed.at(c) === 0) open++
  return open
}
