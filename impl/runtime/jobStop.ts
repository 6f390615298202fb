// A job that is being stopped with a savepoint: what the machine of the stop asks for is carried out, what becomes of the
// request and of the tasks is told to it, and how it ended is kept until somebody asks.
// Read next: stopWithSavepoint.ts (the machine), job.ts (who is stopped).
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import {
  type EndState,
  type StopEffect,
  type StopEvent,
  type StopMode,
  type StopState,
  type StopWithSavepointStoppingError,
  startStop,
  stepStop,
} from './stopWithSavepoint.ts'

/** What a stop needs of its job. */
export interface StoppedJob {
  stopPeriodicTriggering(): void
  startPeriodicTriggering(): void
  /** What becomes of it is told to `stop`. */
  triggerSavepoint(mode: StopMode, stop: JobStop): void
}

export type StopOutcome =
  | { readonly type: 'stopped'; readonly savepoint: CheckpointId }
  /** No savepoint. Tasks whose input has ended for it fail; where none has, the job is none the worse. */
  | { readonly type: 'rejected'; readonly reason: string }
  | { readonly type: 'failed'; readonly error: StopWithSavepointStoppingError }

export class JobStop {
  outcome: StopOutcome | null = null
  readonly mode: StopMode
  readonly #job: StoppedJob
  #state: StopState

  constructor(job: StoppedJob, tasks: number, mode: StopMode) {
    this.#job = job
    this.mode = mode
    const { state, effects } = startStop(tasks, mode)
    this.#state = state
    for (const effect of effects) this.#carryOut(effect)
  }

  created(id: CheckpointId): void {
    this.#step({ type: 'savepointCreated', id })
  }

  refused(reason: string): void {
    this.#step({ type: 'savepointFailed', reason })
  }

  /** Only the first end of a task counts: a failover ends those again that have ended. */
  taskEnded(task: number, state: EndState): void {
    if (this.#state.ended[task] === null) this.#step({ type: 'taskEnded', task, state })
  }

  #step(event: StopEvent): void {
    const { state, effects } = stepStop(this.#state, event)
    this.#state = state
    for (const effect of effects) this.#carryOut(effect)
  }

  #carryOut(effect: StopEffect): void {
    switch (effect.type) {
      case 'stopPeriodicTriggering':
        this.#job.stopPeriodicTriggering()
        break
      case 'startPeriodicTriggering':
        this.#job.startPeriodicTriggering()
        break
      case 'triggerSavepoint':
        this.#job.triggerSavepoint(effect.mode, this)
        break
      case 'succeed':
        this.outcome = { type: 'stopped', savepoint: effect.savepoint }
        break
      case 'reject':
        this.outcome = { type: 'rejected', reason: effect.reason }
        break
      case 'failJob':
        this.outcome = { type: 'failed', error: effect.error }
        break
    }
  }
}
