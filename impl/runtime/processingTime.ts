// Processing time of one task: its clock, its timers, its sleeps. Virtual in the world, where firing is a decision;
// the system's in production. A sink sees the same interface, and no other source of time exists for it.
// Source followed: Flink's ProcessingTimeService. Read next: systemTime.ts, embeddedHost.ts.
import type { ProcessingTimeService } from '../sinks/interfaces.ts'

interface Armed {
  readonly dueMs: number
  readonly run: () => void | Promise<void>
}

/** The virtual clock of a world; the tasks share it. Firing a timer moves it to that timer's due time, never back. */
export interface VirtualClock {
  nowMs: number
}

export class VirtualProcessingTime implements ProcessingTimeService {
  readonly #clock: VirtualClock
  readonly #timers: Armed[] = []
  readonly #sleeps: Armed[] = []

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.nowMs
  }

  registerTimer(delayMs: number, callback: () => void | Promise<void>): () => void {
    const timer = { dueMs: this.#clock.nowMs + delayMs, run: callback }
    this.#timers.push(timer)
    return () => {
      const at = this.#timers.indexOf(timer)
      if (at >= 0) this.#timers.splice(at, 1)
    }
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#sleeps.push({ dueMs: this.#clock.nowMs + delayMs, run: resolve })
    })
  }

  /** Armed timers, each of which runs as a mail of its task. */
  get timers(): number {
    return this.#timers.length
  }

  /** Back-offs that a mail, or work started by one, is waiting for. */
  get sleeps(): number {
    return this.#sleeps.length
  }

  /** Runs the timer that is due first. */
  fireTimer(): void | Promise<void> {
    return this.#fire(this.#timers)
  }

  /** Ends the sleep that is due first. */
  wake(): void | Promise<void> {
    return this.#fire(this.#sleeps)
  }

  /** The attempt is over: nothing armed fires, nothing that sleeps wakes. */
  cancel(): void {
    this.#timers.length = 0
    this.#sleeps.length = 0
  }

  #fire(armed: Armed[]): void | Promise<void> {
    const first = armed.reduce<Armed | undefined>((a, b) => (a === undefined || b.dueMs < a.dueMs ? b : a), undefined)
    if (first === undefined) throw new Error('expected an armed timer to fire, there is none')
    armed.splice(armed.indexOf(first), 1)
    this.#clock.nowMs = Math.max(this.#clock.nowMs, first.dueMs)
    return first.run()
  }
}
