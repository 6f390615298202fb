// A task's side of checkpoints as a pure machine: which barrier leads to a snapshot, when that is acknowledged, which
// notifications reach the sink. Whoever carries the effects out may wait inside one; notifications may come meanwhile.
// Sources followed: Flink's SubtaskCheckpointCoordinatorImpl, AsyncCheckpointRunnable, StreamTask (facts/flink.md 1.8,
// 1.10, 2.6). Read next: subtask.ts.
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

export type DeclineReason = AbortReason | 'CHECKPOINT_ASYNC_EXCEPTION'

export type TaskEvent<S> =
  | {
      readonly type: 'restored' | 'asyncDone' | 'asyncFailed' | 'channelStateDone' | 'complete'
      readonly id: CheckpointId
    }
  /** Alignment is complete, or an unaligned checkpoint starts: then it waits for `channelStateDone`. */
  | { readonly type: 'barrier'; readonly id: CheckpointId; readonly channelState: boolean }
  /** The input gate gave it up (Flink: abortCheckpointOnBarrier). */
  | { readonly type: 'barrierAborted'; readonly id: CheckpointId; readonly reason: AbortReason }
  | { readonly type: 'snapshotTaken'; readonly id: CheckpointId; readonly state: S }
  | { readonly type: 'syncFailed'; readonly id: CheckpointId; readonly reason: string }
  | { readonly type: 'abort'; readonly id: CheckpointId; readonly newestCompleted: number }
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
  | { readonly type: 'decline'; readonly id: CheckpointId; readonly reason: DeclineReason }
  | { readonly type: 'fail'; readonly reason: string }

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

export function stepTask<S extends object>(state: TaskCheckpoints<S>, event: TaskEvent<S>): TaskStep<S> {
  switch (event.type) {
    case 'restored':
      return quiet(restored(state, event.id))
    case 'barrier':
      return barrier(state, event.id, event.channelState)
    case 'barrierAborted':
      return barrierAborted(state, event.id, event.reason)
    case 'snapshotTaken':
      return snapshotTaken(state, event.id, event.state)
    case 'syncFailed':
      return syncFailed(state, event.id, event.reason)
    case 'asyncDone':
      return progress(state, asynchronous(state, event.id), { persisted: true })
    case 'asyncFailed':
      return asyncFailed(state, asynchronous(state, event.id))
    case 'channelStateDone':
      return channelStateDone(state, event.id)
    case 'complete':
      return complete(state, event.id)
    case 'abort':
      return abort(state, event.id, event.newestCompleted)
    case 'finished':
      return quiet({ ...state, finished: true })
    case 'ended':
      return quiet({ ...state, running: false })
  }
}

/** True when nothing keeps a finished task: a checkpoint that has all it did was notified. */
export const finalNotified = ({ finalCheckpoint, latestReported }: TaskCheckpoints<object>): boolean =>
  finalCheckpoint !== 0 && latestReported >= finalCheckpoint

const quiet = <S extends object>(state: TaskCheckpoints<S>): TaskStep<S> => ({ state, effects: [] })

function restored<S extends object>(state: TaskCheckpoints<S>, id: CheckpointId): TaskCheckpoints<S> {
  const { lastCheckpoint, latestReported, maxAborted } = state
  if (lastCheckpoint + latestReported + maxAborted > 0)
    throw new RangeError(`expected a restore before anything else, got checkpoint ${id} in a task that has begun`)
  return { ...state, latestReported: id }
}

function barrier<S extends object>(before: TaskCheckpoints<S>, id: CheckpointId, channelState: boolean): TaskStep<S> {
  if (!before.running) return { state: before, effects: [{ type: 'broadcastCancel', id }] }
  const waiting = before.snapshots.find((snapshot) => snapshot.state === null)
  if (waiting !== undefined)
    throw new RangeError(`expected no barrier inside the snapshot of checkpoint ${waiting.id}, got that of ${id}`)
  const state = { ...before, abortedIds: before.abortedIds.filter((aborted) => aborted !== id) }
  const nothingKept: TaskEffect<S>[] = channelState ? [{ type: 'discard', id }] : []
  if (id <= before.lastCheckpoint) {
    const open = before.snapshots.some((snapshot) => snapshot.id === id)
    return { state, effects: open ? [] : nothingKept }
  }
  // Downstream must not wait for a barrier that never comes (FLINK-18238).
  if (toldAborted(before, id))
    return { state: { ...state, lastCheckpoint: id }, effects: [{ type: 'broadcastCancel', id }, ...nothingKept] }
  const snapshot = { id, state: null, persisted: false, channelState: channelState ? 'capturing' : 'none' } as const
  return {
    state: { ...state, lastCheckpoint: id, snapshots: [...state.snapshots, snapshot] },
    effects: [
      { type: 'prepareSnapshotPreBarrier', id },
      { type: 'broadcastBarrier', id },
      { type: 'snapshot', id },
    ],
  }
}

/** What is too old to be remembered counts as aborted too. */
const toldAborted = ({ abortedIds, maxAborted, maxConcurrent }: TaskCheckpoints<object>, id: CheckpointId): boolean =>
  abortedIds.includes(id) || id + maxConcurrent < maxAborted

/** The coordinator is told, downstream is told, the sink is not. */
function barrierAborted<S extends object>(
  before: TaskCheckpoints<S>,
  id: CheckpointId,
  reason: AbortReason,
): TaskStep<S> {
  const lastCheckpoint = Math.max(before.lastCheckpoint, id)
  const abortedIds = before.abortedIds.filter((aborted) => aborted >= lastCheckpoint)
  return {
    state: { ...without(before, id), lastCheckpoint, abortedIds },
    effects: [
      { type: 'discard', id },
      { type: 'decline', id, reason },
      { type: 'broadcastCancel', id },
    ],
  }
}

function snapshotTaken<S extends object>(before: TaskCheckpoints<S>, id: CheckpointId, taken: S): TaskStep<S> {
  const open = synchronous(before, id)
  const state = before.finished && before.finalCheckpoint === 0 ? { ...before, finalCheckpoint: id } : before
  return open.channelState === 'lost' ? asyncFailed(state, open) : progress(state, open, { state: taken })
}

function syncFailed<S extends object>(state: TaskCheckpoints<S>, id: CheckpointId, reason: string): TaskStep<S> {
  synchronous(state, id)
  const discards = state.snapshots.map((open): TaskEffect<S> => ({ type: 'discard', id: open.id }))
  return { state: { ...state, running: false, snapshots: [] }, effects: [...discards, { type: 'fail', reason }] }
}

function asyncFailed<S extends object>(state: TaskCheckpoints<S>, open: OpenSnapshot<S> | undefined): TaskStep<S> {
  if (open === undefined) return quiet(state)
  const { id } = open
  const discard = { type: 'discard', id } as const
  const decline = { type: 'decline', id, reason: 'CHECKPOINT_ASYNC_EXCEPTION' } as const
  // A task that is over declines nothing: it would count as a failure of the job.
  return { state: without(state, id), effects: state.running ? [discard, decline] : [discard] }
}

function channelStateDone<S extends object>(state: TaskCheckpoints<S>, id: CheckpointId): TaskStep<S> {
  const open = state.snapshots.find((snapshot) => snapshot.id === id)
  return open?.channelState === 'capturing' ? progress(state, open, { channelState: 'captured' }) : quiet(state)
}

function complete<S extends object>(state: TaskCheckpoints<S>, id: CheckpointId): TaskStep<S> {
  if (!state.running || id <= state.latestReported) return quiet(state)
  return { state: { ...state, latestReported: id }, effects: [{ type: 'notifyComplete', id }] }
}

/** The newest completed id comes first: its own notification may be lost (FLINK-21080). */
function abort<S extends object>(before: TaskCheckpoints<S>, id: CheckpointId, newestCompleted: number): TaskStep<S> {
  if (!before.running) return quiet(before)
  const { state, effects } = complete(before, newestCompleted as CheckpointId)
  const open = state.snapshots.find((snapshot) => snapshot.id === id)
  const told: TaskEffect<S> = { type: 'notifyAborted', id }
  if (open === undefined) return { state: remembered(state, id), effects: [...effects, told] }
  // Inside its synchronous part a snapshot goes on: what comes of it, nobody waits for any more.
  if (open.state === null)
    return {
      state: open.channelState === 'none' ? state : changed(state, open, { channelState: 'lost' }),
      effects: [...effects, told],
    }
  return { state: without(state, id), effects: [...effects, { type: 'discard', id }, told] }
}

/** Only what has not been snapshotted; the one told first is forgotten first. */
function remembered<S extends object>(state: TaskCheckpoints<S>, id: CheckpointId): TaskCheckpoints<S> {
  if (id <= state.lastCheckpoint || state.abortedIds.includes(id)) return state
  const abortedIds = [...state.abortedIds, id].slice(-state.maxConcurrent)
  return { ...state, abortedIds, maxAborted: Math.max(state.maxAborted, id) }
}

/** Acknowledged when everything that belongs to it is there. */
function progress<S extends object>(
  state: TaskCheckpoints<S>,
  open: OpenSnapshot<S> | undefined,
  change: Partial<OpenSnapshot<S>>,
): TaskStep<S> {
  if (open === undefined) return quiet(state)
  const now = { ...open, ...change }
  const whole = now.persisted && (now.channelState === 'none' || now.channelState === 'captured')
  if (now.state === null || !whole) return quiet(changed(state, open, change))
  return { state: without(state, open.id), effects: [{ type: 'acknowledge', id: open.id, state: now.state }] }
}

const changed = <S extends object>(
  state: TaskCheckpoints<S>,
  open: OpenSnapshot<S>,
  change: Partial<OpenSnapshot<S>>,
): TaskCheckpoints<S> => ({
  ...state,
  snapshots: state.snapshots.map((each) => (each === open ? { ...open, ...change } : each)),
})

const without = <S extends object>(state: TaskCheckpoints<S>, id: CheckpointId): TaskCheckpoints<S> => ({
  ...state,
  snapshots: state.snapshots.filter((open) => open.id !== id),
})

function synchronous<S extends object>({ snapshots }: TaskCheckpoints<S>, id: CheckpointId): OpenSnapshot<S> {
  const open = snapshots.find((snapshot) => snapshot.id === id && snapshot.state === null)
  if (open === undefined) throw new RangeError(`expected checkpoint ${id} to be in its synchronous part, it is not`)
  return open
}

/** Undefined where it was given up before: then nobody cares how it ended. */
function asynchronous<S extends object>(
  { snapshots }: TaskCheckpoints<S>,
  id: CheckpointId,
): OpenSnapshot<S> | undefined {
  const open = snapshots.find((snapshot) => snapshot.id === id)
  if (open?.state === null) throw new RangeError(`expected checkpoint ${id} to be in its asynchronous part, it is not`)
  return open
}
