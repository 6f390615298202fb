// What every rule of the coordinator is given: the cells, the configuration, and where its messages go. The rules keep
// nothing themselves; an effect is called at the moment the message leaves, so the order of calls is the order on the wire.
// Read next: trigger.ts, acknowledge.ts, complete.ts, abort.ts, as a checkpoint lives.
import type { CoordinatorCells, CoordinatorConfig } from './cells.ts'
import type { FailureReason } from './failures.ts'

export type RequestKind = 'checkpoint' | 'savepoint'

/** An attempt the plan of the checkpoint does not have, such as one of a restarted job. */
export const UNKNOWN_TASK = -1

export interface CoordinatorEffects {
  /** The oldest waiting request of its kind has become this checkpoint. */
  started(id: number, kind: RequestKind): void
  trigger(task: number, id: number): void
  /** `lastSubsumed` is the id that left the store, or 0. */
  notifyComplete(task: number, id: number, lastSubsumed: number): void
  notifyAbort(task: number, id: number, newestCompleted: number): void
  /** The state that the task acknowledged, or is just now acknowledging, with this checkpoint is of no use. */
  discard(task: number, id: number): void
  /** A completed checkpoint left the store, and all its state with it. */
  evicted(id: number): void
  /** The slot's checkpoint is in the store: what was snapshotted for it is what a restore gives back. */
  stored(slot: number): void
  /** The slot is free: what belongs to the slots behind it moves down by one, what belongs to the last one is cleared. */
  released(slot: number): void
  requestDone(id: number): void
  requestFailed(id: number, reason: FailureReason): void
  /** Too many failures in a row; null where no task is to blame. */
  failJob(blamed: number | null): void
}

export const SILENT: CoordinatorEffects = {
  started: () => {},
  trigger: () => {},
  notifyComplete: () => {},
  notifyAbort: () => {},
  discard: () => {},
  evicted: () => {},
  stored: () => {},
  released: () => {},
  requestDone: () => {},
  requestFailed: () => {},
  failJob: () => {},
}

/** Bugs that can be planted here; the names are those of the pipeline's table. */
export type CoordinatorBug =
  | 'ackCountedByTask'
  | 'completeWithoutSink'
  | 'completionNotStored'
  | 'declineIgnored'
  | 'noSubsumption'
  | 'savepointStored'

export interface Coordinator {
  readonly cells: CoordinatorCells
  readonly config: CoordinatorConfig
  readonly effects: CoordinatorEffects
  /** Tasks of the running attempt, the first of all: fewer than `tasks` after a rescale. */
  runningTasks(): number
  bug(name: CoordinatorBug): boolean
}
