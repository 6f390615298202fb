// The executor of production: performs what is enabled in a job, in turn, until all is done. Each pass offers every step
// once, so none starves; a step whose promise has not settled blocks its own task and no other. A buffered record costs
// no turn of the event loop; where nothing is enabled the loop sleeps until an answer, a read or a timer wakes it.
// Read next: inOrderSteps.ts (what is performed, and when), pipeline.ts (what the job is made of).
import { type InOrderOptions, ProductionSteps } from './inOrderSteps.ts'
import type { Job } from './job.ts'

export type Ended = { readonly type: 'finished' } | { readonly type: 'stopped'; readonly savepoint: number }

/** Passes between two turns of the event loop: timers, signals and sockets must be heard while there is work. */
const PASSES_A_TURN = 256

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

  /** Stop with a savepoint, without drain: no source emits any more, a savepoint goes through the barriers. */
  stop(): void {
    this.#production.stop()
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
      await new Promise<void>((resolve) => {
        this.#sleeper = resolve
      })
    }
    this.#woken = false
  }

  #checkFailures(): void {
    for (const { failure, host } of this.#job.subtasks) this.#failure ??= failure ?? host.failure
    if (this.#failure !== null) throw this.#failure
  }

  #ended(): Ended | null {
    if (this.#moving > 0) return null
    const { inputTaken, lastNotified, subtasks } = this.#job
    if (inputTaken && lastNotified) return { type: 'finished' }
    const id = this.#production.savepoint
    if (id === null || !subtasks.every(({ checkpoints }) => checkpoints.latestReported >= id)) return null
    return { type: 'stopped', savepoint: id }
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
