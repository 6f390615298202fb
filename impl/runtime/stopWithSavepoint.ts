// Stop-with-savepoint as two pure machines. The coordinator's: a savepoint, then every task FINISHED, else an error that
// says what became of the savepoint. A task's: its input ends, the savepoint is its last snapshot, and it waits to be told
// of exactly that one. Sources followed: Flink's StopWithSavepointTerminationHandlerImpl and StreamTask (facts/flink.md
// 1.11). Read next: jobStop.ts (the job's), subtask.ts, sourceTask.ts (the tasks').
import type { CheckpointId } from '../../model/pipeline/ids.ts'

/** `drain`: for good, so event time and input end first. `suspend`: to go on later, nothing is finished. */
export type StopMode = 'drain' | 'suspend'

export type EndState = 'FINISHED' | 'FAILED' | 'CANCELED'

/** The savepoint exists, the job did not end: what the sinks owed at its notification may be missing (FLINK-26783). */
export class StopWithSavepointStoppingError extends Error {
  override readonly name = 'StopWithSavepointStoppingError'
  readonly savepoint: CheckpointId

  constructor(savepoint: CheckpointId, ended: readonly EndState[]) {
    const unfinished = ended.flatMap((state, task) => (state === 'FINISHED' ? [] : [`task ${task} is ${state}`]))
    super(
      `savepoint ${savepoint} was created, but the job failed while it stopped: ${unfinished.join(', ')}. ` +
        'The savepoint is consistent, but its side effects may be uncommitted: ' +
        `start the job from savepoint ${savepoint} to commit them`,
    )
    this.savepoint = savepoint
  }
}

/** There is no savepoint. Tasks whose input had ended for it cannot go on. */
export class StopWithSavepointRejectedError extends Error {
  override readonly name = 'StopWithSavepointRejectedError'

  constructor(reason: string) {
    super(`stop with savepoint: there is no savepoint (${reason})`)
  }
}

export interface StopState {
  readonly phase: 'WaitingForSavepoint' | 'SavepointCreated' | 'Final'
  readonly savepoint: CheckpointId | null
  /** By task, null while it runs. */
  readonly ended: readonly (EndState | null)[]
}

export type StopEvent =
  | { readonly type: 'savepointCreated'; readonly id: CheckpointId }
  | { readonly type: 'savepointFailed'; readonly reason: string }
  | { readonly type: 'taskEnded'; readonly task: number; readonly state: EndState }

export type StopEffect =
  | { readonly type: 'stopPeriodicTriggering' | 'startPeriodicTriggering' }
  | { readonly type: 'triggerSavepoint'; readonly mode: StopMode }
  | { readonly type: 'succeed'; readonly savepoint: CheckpointId }
  /** The request failed; the job is none the worse for it. */
  | { readonly type: 'reject'; readonly reason: string }
  /** The job is not restarted: it would go on from an older checkpoint than the side effects that are out. */
  | { readonly type: 'failJob'; readonly error: StopWithSavepointStoppingError }

export interface StopStep {
  readonly state: StopState
  readonly effects: readonly StopEffect[]
}

/** Triggering stops first, so that no checkpoint comes after the savepoint. */
export function startStop(tasks: number, mode: StopMode): StopStep {
  if (!Number.isInteger(tasks) || tasks < 1) throw new RangeError(`expected 1 or more tasks to stop, got ${tasks}`)
  return {
    state: { phase: 'WaitingForSavepoint', savepoint: null, ended: new Array<null>(tasks).fill(null) },
    effects: [{ type: 'stopPeriodicTriggering' }, { type: 'triggerSavepoint', mode }],
  }
}

export function stepStop(state: StopState, event: StopEvent): StopStep {
  if (event.type === 'taskEnded') return whenAllEnded(withEnd(state, event.task, event.state))
  if (state.phase !== 'WaitingForSavepoint')
    throw new RangeError(`expected ${event.type} in phase WaitingForSavepoint, got it in ${state.phase}`)
  if (event.type === 'savepointCreated')
    return whenAllEnded({ ...state, phase: 'SavepointCreated', savepoint: event.id })
  return {
    state: { ...state, phase: 'Final' },
    effects: [{ type: 'startPeriodicTriggering' }, { type: 'reject', reason: event.reason }],
  }
}

function withEnd(state: StopState, task: number, ended: EndState): StopState {
  if (state.ended[task] !== null)
    throw new RangeError(`expected a running task of 0..${state.ended.length - 1} to end, got ${task}`)
  return { ...state, ended: state.ended.with(task, ended) }
}

/** Tasks may end before the coordinator has heard of its savepoint: judged when both are known. */
function whenAllEnded(state: StopState): StopStep {
  const { savepoint } = state
  const ended = state.ended.filter((each) => each !== null)
  if (savepoint === null || ended.length < state.ended.length) return { state, effects: [] }
  const outcome: StopEffect = ended.every((each) => each === 'FINISHED')
    ? { type: 'succeed', savepoint }
    : { type: 'failJob', error: new StopWithSavepointStoppingError(savepoint, ended) }
  return { state: { ...state, phase: 'Final' }, effects: [outcome] }
}

export interface StoppingTask {
  readonly phase: 'Running' | 'InputEnded' | 'AwaitingSavepoint' | 'Ended' | 'Failed'
  readonly savepoint: CheckpointId | null
}

export type StoppingTaskEvent =
  /** At a source: its trigger came. At others: the end of data came on every channel. */
  | { readonly type: 'endOfData'; readonly mode: StopMode }
  | { readonly type: 'savepointBarrier' | 'complete' | 'abort'; readonly id: CheckpointId }

export type StoppingTaskEffect =
  | { readonly type: 'emitMaxWatermark' | 'endInput' | 'finish' | 'end' }
  | { readonly type: 'broadcastEndOfData'; readonly mode: StopMode }
  | { readonly type: 'checkpoint'; readonly id: CheckpointId }
  | { readonly type: 'fail'; readonly reason: string }

export interface StoppingTaskStep {
  readonly state: StoppingTask
  readonly effects: readonly StoppingTaskEffect[]
}

export const RUNNING_TASK: StoppingTask = { phase: 'Running', savepoint: null }

/** All of it before the snapshot, so that what finish() writes or buffers is in the savepoint. */
const ON_END_OF_DATA: Readonly<Record<StopMode, readonly StoppingTaskEffect[]>> = {
  drain: [{ type: 'emitMaxWatermark' }, { type: 'endInput' }, { type: 'finish' }],
  suspend: [],
}

/** Snapshots and the sink's own notifications are the checkpoint machine's; here is what else they mean. */
export function stepStoppingTask(task: StoppingTask, event: StoppingTaskEvent): StoppingTaskStep {
  switch (event.type) {
    case 'endOfData':
      return {
        state: after(task, 'Running', event.type, { phase: 'InputEnded', savepoint: null }),
        effects: [...ON_END_OF_DATA[event.mode], { type: 'broadcastEndOfData', mode: event.mode }],
      }
    case 'savepointBarrier':
      return {
        state: after(task, 'InputEnded', event.type, { phase: 'AwaitingSavepoint', savepoint: event.id }),
        effects: [{ type: 'checkpoint', id: event.id }],
      }
    case 'complete':
      return awaits(task, event.id)
        ? { state: { ...task, phase: 'Ended' }, effects: [{ type: 'end' }] }
        : { state: task, effects: [] }
    case 'abort':
      // Its input is over: it cannot go on as if nothing had been asked.
      return awaits(task, event.id)
        ? { state: { ...task, phase: 'Failed' }, effects: [{ type: 'fail', reason: 'Stop-with-savepoint failed.' }] }
        : { state: task, effects: [] }
  }
}

const awaits = ({ phase, savepoint }: StoppingTask, id: CheckpointId): boolean =>
  phase === 'AwaitingSavepoint' && savepoint === id

function after(task: StoppingTask, phase: StoppingTask['phase'], came: string, next: StoppingTask): StoppingTask {
  if (task.phase === phase) return next
  throw new RangeError(`expected ${came} of a task in phase ${phase}, it is in ${task.phase}`)
}
