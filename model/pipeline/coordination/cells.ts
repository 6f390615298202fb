// What the checkpoint coordinator remembers, declared once and read through views, so that the same rules run on the
// search's packed words and on range-checked plain storage. What a configuration does not need has no room and costs no
// bits. Source followed: Flink's CheckpointCoordinator and DefaultCompletedCheckpointStore. Read next: coordinator.ts.
import { type Fifo, fifo, type State, scalar, type Vector, vector } from '../../kernel/index.ts'

export interface CoordinatorConfig {
  /** Tasks 0..tasks - 1 must acknowledge; of them the first `tasksToTrigger` are told to start (the sources). */
  readonly tasks: number
  readonly tasksToTrigger: number
  /** Most checkpoints and savepoints pending at once, a bound of the model: Flink has none for savepoints. */
  readonly slots: number
  /** Highest id that may be given out. */
  readonly ids: number
  /** Requests of one kind that may wait; 0 where checkpoints are triggered only when they may start. */
  readonly queued: number
  readonly savepoints: boolean
  readonly maxConcurrent: number
  readonly unaligned: boolean
  /** Completed checkpoints kept. */
  readonly retained: number
  /** Infinity: no number of failed checkpoints fails the job. */
  readonly tolerableFailures: number
  /** Expired ids remembered for the answer to a late acknowledgement; Flink: 16. */
  readonly expiredRemembered: number
}

/** A single number of the state. */
export interface Cell {
  read(): number
  write(value: number): void
}

export interface CoordinatorCells {
  readonly nextId: Cell
  /** By slot, oldest first: the pending id, 0 where free. */
  readonly pendingId: Vector
  readonly pendingSavepoint: Vector
  /** By slot and task: 1 while the task must acknowledge. */
  readonly waiting: Vector
  /** Requests of a kind differ only in their age, so their number says all. */
  readonly queuedSavepoints: Cell
  readonly queuedCheckpoints: Cell
  readonly newestCompleted: Cell
  /** Completed checkpoints kept beside the newest, oldest first. */
  readonly olderRetained: Fifo
  readonly failures: Cell
  readonly lastSucceeded: Cell
  readonly recentExpired: Fifo
}

/** Whether an abort can be older than the last success: only with savepoints, as completion subsumes checkpoints. */
export const keepsLastSucceeded = (config: CoordinatorConfig): boolean =>
  config.savepoints && Number.isFinite(config.tolerableFailures)

/** @throws RangeError where no such coordinator can be. */
export function coordinatorVariables(config: CoordinatorConfig) {
  atLeast('retained', config.retained, 1)
  atLeast('maxConcurrent', config.maxConcurrent, 1)
  atLeast('tolerableFailures', config.tolerableFailures, 0)
  atLeast('tasks', config.tasks, config.tasksToTrigger)
  if (config.unaligned && config.maxConcurrent > 1)
    throw new RangeError(`coordinator: expected maxConcurrent 1 with unaligned barriers, got ${config.maxConcurrent}`)
  const { tasks, slots, ids, queued, savepoints, retained, tolerableFailures, expiredRemembered } = config
  return {
    nextId: scalar(ids + 1),
    pendingId: vector(slots, ids),
    pendingSavepoint: vector(savepoints ? slots : 0, 1),
    waiting: vector(slots * tasks, 1),
    queuedSavepoints: scalar(savepoints ? queued : 0),
    queuedCheckpoints: scalar(queued),
    newestCompleted: scalar(ids),
    olderRetained: fifo(retained - 1, ids),
    failures: scalar(Number.isFinite(tolerableFailures) ? tolerableFailures : 0),
    lastSucceeded: scalar(keepsLastSucceeded(config) ? ids : 0),
    recentExpired: fifo(expiredRemembered, ids),
  }
}

function atLeast(what: string, value: number, least: number): void {
  if (!(value >= least)) throw new RangeError(`coordinator: expected ${what} to be at least ${least}, got ${value}`)
}

export type CoordinatorState = State<ReturnType<typeof coordinatorVariables>>

export function coordinatorCells(s: CoordinatorState): CoordinatorCells {
  const cell = (name: ScalarName): Cell => ({
    read: () => s[name],
    write: (value) => {
      s[name] = value
    },
  })
  return {
    nextId: cell('nextId'),
    pendingId: s.pendingId,
    pendingSavepoint: s.pendingSavepoint,
    waiting: s.waiting,
    queuedSavepoints: cell('queuedSavepoints'),
    queuedCheckpoints: cell('queuedCheckpoints'),
    newestCompleted: cell('newestCompleted'),
    olderRetained: s.olderRetained,
    failures: cell('failures'),
    lastSucceeded: cell('lastSucceeded'),
    recentExpired: s.recentExpired,
  }
}

type ScalarName = {
  [K in keyof CoordinatorState]: CoordinatorState[K] extends number ? K : never
}[keyof CoordinatorState]
