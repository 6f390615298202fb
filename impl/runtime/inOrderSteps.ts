// The steps of a job under the conditions of production: checkpoints after every N records or after some time, one at a
// time, a stop with a savepoint, no restart of a job that failed. Policy only; who performs the steps, and when, is inOrder.ts.
// Read next: steps.ts (what there is to perform), inOrder.ts.
import type { Job } from './job.ts'
import { jobSteps, type Step } from './steps.ts'
import type { StopMode } from './stopWithSavepoint.ts'

export interface InOrderOptions {
  /** A checkpoint is triggered when this many records were emitted since the last; null: by the job's periodic trigger. */
  readonly checkpointEvery: number | null
}

export class ProductionSteps {
  readonly steps: readonly Step[]
  /** A checkpoint that is being stored. */
  storing: Promise<void> | null = null
  readonly #job: Job
  readonly #options: InOrderOptions
  #emitted = 0
  #stopAsked: StopMode | null = null

  constructor(job: Job, options: InOrderOptions) {
    this.#job = job
    this.#options = options
    this.steps = [
      ...jobSteps(job).flatMap((step) => this.#inProduction(step) ?? []),
      ...this.#ofTime(),
      this.#stopping(),
    ]
  }

  stop(mode: StopMode): void {
    // All was read: the job is about to end by itself, with a last checkpoint.
    if (!this.#job.sources.every((source) => source.ended)) this.#stopAsked ??= mode
  }

  #ofTime(): Step[] {
    const job = this.#job
    return [
      { name: 'tick', enabled: () => this.#stopAsked === null && job.tickDue, perform: () => job.tick() },
      {
        name: 'expire',
        enabled: () => job.running && job.overdue !== null,
        perform: () => {
          const { overdue } = job
          if (overdue !== null) return job.expire(overdue)
        },
      },
    ]
  }

  /** When the last trigger was taken and nothing is being stored: what is still pending is given up. */
  #stopping(): Step {
    const job = this.#job
    return {
      name: 'stop',
      enabled: () => this.#stopAsked !== null && job.stop === null && this.storing === null && job.triggersTaken,
      perform: () => job.stopWithSavepoint(this.#stopAsked ?? 'suspend'),
    }
  }

  /** The step under the conditions of production. None restarts a failed job, and sleeps end by themselves. */
  #inProduction(step: Step): Step | null {
    switch (step.name.replace(/(?<!trigger)\(.*/, '')) {
      case 'emit':
        return { name: step.name, enabled: () => this.#mayEmit() && step.enabled(), perform: () => this.#emit(step) }
      case 'finish':
        return { ...step, enabled: () => this.#stopAsked === null && step.enabled() }
      case 'trigger':
        return { name: step.name, enabled: () => this.#wanted() && step.enabled(), perform: () => this.#trigger(step) }
      case 'trigger(last)':
        return { ...step, enabled: () => this.storing === null && this.#stopAsked === null && step.enabled() }
      case 'complete':
        return { ...step, perform: () => this.#complete(step) }
      case 'timer':
      case 'close':
      case 'restore':
        return null
      default:
        return step
    }
  }

  /** Not past the place of a checkpoint that is due or was triggered: its cut is exact, whatever is fast or slow. */
  #mayEmit(): boolean {
    if (this.#stopAsked !== null) return false
    const { checkpointEvery } = this.#options
    if (checkpointEvery === null) return true
    if (this.#emitted >= checkpointEvery) return false
    return this.#job.sources.every((source) => source.triggered === null)
  }

  #emit(step: Step): void | Promise<void> {
    this.#emitted++
    return step.perform()
  }

  /** One checkpoint at a time, and none before the last one is stored. */
  #wanted(): boolean {
    const { checkpointEvery } = this.#options
    if (checkpointEvery === null || this.storing !== null || this.#stopAsked !== null) return false
    return this.#emitted >= checkpointEvery
  }

  #trigger(step: Step): void | Promise<void> {
    this.#emitted = 0
    return step.perform()
  }

  #complete(step: Step): void | Promise<void> {
    const stored = step.perform()
    if (stored === undefined) return
    this.storing = stored.finally(() => {
      this.storing = null
    })
    return this.storing
  }
}
