// A task's side of checkpoints as a pure machine: which barrier leads to a snapshot, when that is acknowledged, which
// notifications reach the sink. Whoever carries the effects out may wait inside one; notifications may come meanwhile.
// Sources followed: Flink's SubtaskCheckpointCoordinatorImpl, AsyncCheckpointRunnable, StreamTask (facts/flink.md 1.8,
// 1.10, 2.6). Read next: taskCheckpointEvents.ts (what goes in and out), subtask.ts.
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import type { AbortReason } from './barriers/handler.ts'
import type { Notice } from './messages.ts'
import type { OpenSnapshot, TaskCheckpoints, TaskEffect, TaskEvent, TaskStep } from './taskCheckpointEvents.ts'

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
      return syncFailed(state, event.id, event.error)
    case 'asyncDone':
      return progress(state, asynchronous(state, event.id), { persisted: true })
    case 'asyncFailed':
      return asyncFailed(state, asynchronous(state, event.id))
    case 'channelStateDone':
      return channelStateDone(state, event.id)
    case 'complete':
      return complete(state, event.id)
    case 'abort':
      return abort(state, event.id)
    case 'finished':
      return quiet({ ...state, finished: true })
    case 'ended':
      return quiet({ ...state, running: false })
  }
}

/**
 * What the coordinator's notice tells, the next when all of the one before is carried out. The newest completed id comes
 * before the abort that brings it: its own notification may be lost (FLINK-21080).
 */
export const toldBy = (notice: Notice): readonly TaskEvent<never>[] =>
  notice.type === 'complete' || notice.newestCompleted === 0
    ? [{ type: notice.type, id: notice.id }]
    : [
        { type: 'complete', id: notice.newestCompleted as CheckpointId },
        { type: 'abort', id: notice.id },
      ]

/** Everything that belongs to it is there but the end of its asynchronous part. */
export const awaitsAsync = ({ state, channelState }: OpenSnapshot<object>): boolean =>
  state !== null && (channelState === 'none' || channelState === 'captured')

/** The checkpoint whose snapshot runs, or waits, in its synchronous part. */
export function inSync({ snapshots }: TaskCheckpoints<object>): CheckpointId | null {
  for (const { id, state } of snapshots) if (state === null) return id
  return null
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
  noneSynchronous(before, `the barrier of ${id}`)
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
  noneSynchronous(before, `the end of ${id}`)
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

function syncFailed<S extends object>(state: TaskCheckpoints<S>, id: CheckpointId, error: Error): TaskStep<S> {
  synchronous(state, id)
  const discards = state.snapshots.map((open): TaskEffect<S> => ({ type: 'discard', id: open.id }))
  return { state: { ...state, running: false, snapshots: [] }, effects: [...discards, { type: 'fail', error }] }
}

function asyncFailed<S extends object>(state: TaskCheckpoints<S>, open: OpenSnapshot<S> | undefined): TaskStep<S> {
  if (open === undefined) return quiet(state)
  const { id } = open
  const discard = { type: 'discard', id } as const
  const decline = { type: 'decline', id, reason: 'CHECKPOINT_ASYNC_EXCEPTION' } as const
  // A task that is over declines nothing: it would count as a failure of the job.
  return { state: without(state, id), effects: state.running ? [discard, decline] : [discard] }
}

function channelStateDone<S extends object>(before: TaskCheckpoints<S>, id: CheckpointId): TaskStep<S> {
  let state = before
  const effects: TaskEffect<S>[] = []
  for (const open of before.snapshots) {
    if (open.channelState !== 'capturing') continue
    if (open.id === id) state = changed(state, open, { channelState: 'captured' })
    else if (open.state === null) state = changed(state, open, { channelState: 'lost' })
    else {
      // Never whole, and nobody waits for it: its end was told before, or is on its way.
      state = without(state, open.id)
      effects.push({ type: 'discard', id: open.id })
    }
  }
  const open = state.snapshots.find((snapshot) => snapshot.id === id)
  if (open === undefined) return { state, effects }
  const step = progress(state, open, {})
  return effects.length === 0 ? step : { state: step.state, effects: [...effects, ...step.effects] }
}

function complete<S extends object>(state: TaskCheckpoints<S>, id: CheckpointId): TaskStep<S> {
  if (!state.running || id <= state.latestReported) return quiet(state)
  return { state: { ...state, latestReported: id }, effects: [{ type: 'notifyComplete', id }] }
}

function abort<S extends object>(state: TaskCheckpoints<S>, id: CheckpointId): TaskStep<S> {
  if (!state.running) return quiet(state)
  const open = state.snapshots.find((snapshot) => snapshot.id === id)
  const told: TaskEffect<S> = { type: 'notifyAborted', id }
  if (open === undefined) return { state: remembered(state, id), effects: [told] }
  // Inside its synchronous part a snapshot goes on: what comes of it, nobody waits for any more.
  if (open.state === null)
    return {
      state: open.channelState === 'none' ? state : changed(state, open, { channelState: 'lost' }),
      effects: [told],
    }
  return { state: without(state, id), effects: [{ type: 'discard', id }, told] }
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

/** The input gate is not asked for more while a snapshot waits in its synchronous part. */
function noneSynchronous(state: TaskCheckpoints<object>, came: string): void {
  const waiting = inSync(state)
  if (waiting !== null)
    throw new RangeError(`expected nothing of the input gate inside the snapshot of checkpoint ${waiting}, got ${came}`)
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
