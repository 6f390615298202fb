// What a task's checkpoint machine is told, what it asks for, and what it remembers. Plain data all of it: the state can
// be read, compared and written into a trace. Names are those of Flink's SubtaskCheckpointCoordinatorImpl and StreamTask.
// Read next: taskCheckpoints.ts.
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import type { AbortReason } from './barriers/handler.ts'

/** A snapshot that has begun and is neither acknowledged nor given up. */
export interface OpenSnapshot<S> {
  readonly id: CheckpointId
  /** Null while the synchronous part runs, or waits. */
  readonly state: S | null
  /** The asynchronous part is done. */
  readonly persisted: boolean
  /** `lost`: dropped by an abort that came during the synchronous part. */
  readonly channelState: 'none' | 'capturing' | 'captured' | 'lost'
}

/** Plain data, never changed in place. */
export interface TaskCheckpoints<S extends object> {
  readonly maxConcurrent: number
  readonly running: boolean
  /** finish() has returned. */
  readonly finished: boolean
  /** Newest id whose barrier came or was given up; 0 for none. Barriers up to it are out of order (FLINK-17869). */
  readonly lastCheckpoint: number
  /** Oldest first; at most one of them in its synchronous part. */
  readonly snapshots: readonly OpenSnapshot<S>[]
  /** Told of before their barrier came, in the order of telling: the last `maxConcurrent` of them. */
  readonly abortedIds: readonly CheckpointId[]
  /** Highest id that ever was in `abortedIds`, 0 for none. */
  readonly maxAborted: number
  /** Completions up to this id are dropped: at first the restored one. */
  readonly latestReported: number
  /** The first snapshot after finish(), 0 until then: once it is notified the task may end (FLIP-147). */
  readonly finalCheckpoint: number
}

export type TaskEvent<S> =
  | {
      readonly type: 'restored' | 'asyncDone' | 'asyncFailed' | 'complete' | 'abort'
      readonly id: CheckpointId
    }
  /** The gate's capture for that checkpoint is over: what an older one has not captured by now it never will. */
  | { readonly type: 'channelStateDone'; readonly id: CheckpointId }
  /** Alignment is complete, or an unaligned checkpoint starts: then it waits for `channelStateDone`. */
  | { readonly type: 'barrier'; readonly id: CheckpointId; readonly channelState: boolean }
  /** The input gate gave it up (Flink: abortCheckpointOnBarrier). */
  | { readonly type: 'barrierAborted'; readonly id: CheckpointId; readonly reason: AbortReason }
  | { readonly type: 'snapshotTaken'; readonly id: CheckpointId; readonly state: S }
  | { readonly type: 'syncFailed'; readonly id: CheckpointId; readonly error: Error }
  | { readonly type: 'finished' }
  /** The task leaves RUNNING; what is open may still be acknowledged. */
  | { readonly type: 'ended' }

/** To be carried out in order. `discard`: of its operator and channel state, whatever there is. */
export type TaskEffect<S> =
  | {
      readonly type:
        | 'prepareSnapshotPreBarrier'
        | 'broadcastBarrier'
        | 'broadcastCancel'
        | 'snapshot'
        | 'notifyComplete'
        | 'notifyAborted'
        | 'discard'
      readonly id: CheckpointId
    }
  | { readonly type: 'acknowledge'; readonly id: CheckpointId; readonly state: S }
  | { readonly type: 'decline'; readonly id: CheckpointId; readonly reason: AbortReason | 'CHECKPOINT_ASYNC_EXCEPTION' }
  | { readonly type: 'fail'; readonly error: Error }

export interface TaskStep<S extends object> {
  readonly state: TaskCheckpoints<S>
  readonly effects: readonly TaskEffect<S>[]
}

export function initialTaskCheckpoints<S extends object>(maxConcurrent: number): TaskCheckpoints<S> {
  if (!Number.isInteger(maxConcurrent) || maxConcurrent < 1)
    throw new RangeError(`expected 1 or more concurrent checkpoints, got ${maxConcurrent}`)
  return {
    maxConcurrent,
    running: true,
    finished: false,
    lastCheckpoint: 0,
    snapshots: [],
    abortedIds: [],
    maxAborted: 0,
    latestReported: 0,
    finalCheckpoint: 0,
  }
}
