// The executor of production: performs what is enabled in a job, in turn, until all is done. Each pass offers every step
// once, so none starves; a step whose promise has not settled blocks its own task and no other. A buffered record costs
// no turn of the event loop; where nothing is enabled the loop sleeps until an answer, a read or a timer wakes it.
// Read next: inOrderSteps.ts (what is performed, and when), pipeline.ts (what the job is made of).
import { type InOrderOptions, ProductionSteps } from './inOrderSteps.ts'
import type { Job } from './job.ts'
import { type StopMode, StopWithSavepointRejectedError } from './stopWithSavepoint.ts'

export type Ended = { readonly type: 'finished' } | { readonly type: 'stopped'; readonly savepoint: number }

/** Passes between two turns of the event loop: timers, signals and sockets must be heard while there is work. */
const PASSES_A_TURN = 256
/** Longer ones, setTimeout takes for 1 ms. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

export class InOrderExecutor {
  readonly #job: Job
  readonly #production: ProductionSteps
  /** Promises of steps that have not settled. */
  #moving = 0
  #failure: Error | null = null
  #woken = false
  #sleeper: (() => void) | null = null

  constructor(job: Job, options: InOrderOptions) {
    this.#job = job
    this.#production = new ProductionSteps(job, options)
  }

  /** Something may be enabled that was not: a timer is due. */
  readonly wake = (): void => {
    this.#woken = true
    const sleeper = this.#sleeper
    this.#sleeper = null
    sleeper?.()
  }

  /** Stop with a savepoint: no source emits any more, the savepoint is the last snapshot of every task. */
  stop(mode: StopMode): void {
    this.#production.stop(mode)
    this.wake()
  }

  /** Rejects with what failed the job, after every sink was closed as in a failover. */
  async run(): Promise<Ended> {
    try {
      await this.#job.start()
      const ended = await this.#loop()
      await this.#closeSinks()
      return ended
    } catch (error) {
      await this.#failOver()
      const outcome = this.#job.stop?.outcome
      // The savepoint of a stop may be there all the same: then that is what must be said.
      if (outcome?.type === 'failed') throw Object.assign(outcome.error, { cause: error })
      throw error
    }
  }

  async #loop(): Promise<Ended> {
    for (let passes = 1; ; passes++) {
      const moved = this.#pass()
      this.#checkFailures()
      const ended = this.#ended()
      if (ended !== null) return ended
      if (passes % PASSES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
      else if (!moved) await this.#sleep()
    }
  }

  /** Offers every step once. */
  #pass(): boolean {
    let moved = false
    for (const step of this.#production.steps) {
      if (!step.enabled()) continue
      moved = true
      const moving = step.perform()
      if (moving !== undefined) this.#follow(moving)
    }
    return moved
  }

  #follow(moving: Promise<void>): void {
    this.#moving++
    const settled = () => {
      this.#moving--
      this.wake()
    }
    moving.then(settled, (error: unknown) => {
      this.#failure ??= error instanceof Error ? error : new Error(String(error))
      settled()
    })
  }

  async #sleep(): Promise<void> {
    if (!this.#woken) {
      if (this.#moving === 0) throw new Error('nothing is enabled and nothing is under way: the job cannot go on')
      const alarm = this.#alarm()
      await new Promise<void>((resolve) => {
        this.#sleeper = resolve
      })
      clearTimeout(alarm)
    }
    this.#woken = false
  }

  /** Wakes when a checkpoint is due, or too old. */
  #alarm(): NodeJS.Timeout | undefined {
    const { nextDueMs, options } = this.#job
    if (nextDueMs === null) return undefined
    return setTimeout(this.wake, Math.min(nextDueMs - options.now(), LONGEST_TIMEOUT_MS))
  }

  #checkFailures(): void {
    for (const { failure, host } of this.#job.subtasks) this.#failure ??= failure ?? host.failure
    const outcome = this.#job.stop?.outcome
    if (outcome?.type === 'rejected') this.#failure ??= new StopWithSavepointRejectedError(outcome.reason)
    this.#failure ??= this.#job.failure
    if (this.#failure !== null) throw this.#failure
  }

  #ended(): Ended | null {
    if (this.#moving > 0) return null
    const { inputTaken, lastNotified, stop } = this.#job
    if (stop?.outcome?.type === 'stopped') return stop.outcome
    return stop === null && inputTaken && lastNotified ? { type: 'finished' } : null
  }

  /** The end of a task's life in order: close() may still write, and releases the client. */
  async #closeSinks(): Promise<void> {
    for (const subtask of this.#job.subtasks) await subtask.close()
    this.#checkFailures()
  }

  /** As in a failover each sink's close() runs through a client of its own; nothing is restarted. */
  async #failOver(): Promise<void> {
    if (!this.#job.running) return
    // A checkpoint that is complete counts, whatever failed since: the next run restores from it.
    await this.#production.storing?.catch(() => {})
    this.#job.crash('failover')
    for (const subtask of this.#job.subtasks) await subtask.close()
  }
}
