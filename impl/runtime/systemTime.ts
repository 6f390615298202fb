// Processing time over the system's clock. A timer that is due does not run its callback by itself: it waits to be
// performed as a mail of its task, when that is idle (`flush` in steps.ts). A sleep is part of a mail and ends by itself.
// Read next: processingTime.ts (the virtual one of the world), inOrder.ts (who performs the mails).
import type { HostTime } from './embeddedHost.ts'

type Callback = () => void | Promise<void>

export class SystemTime implements HostTime {
  readonly #onDue: () => void
  readonly #armed = new Set<NodeJS.Timeout>()
  #due: Callback[] = []

  /** `onDue` wakes whoever performs the mails. */
  constructor(onDue: () => void) {
    this.#onDue = onDue
  }

  now(): number {
    return Date.now()
  }

  registerTimer(delayMs: number, callback: Callback): () => void {
    const timeout = setTimeout(() => {
      this.#armed.delete(timeout)
      this.#due.push(callback)
      this.#onDue()
    }, delayMs)
    this.#armed.add(timeout)
    return () => {
      clearTimeout(timeout)
      this.#armed.delete(timeout)
      // Due and not yet performed: disarmed all the same.
      this.#due = this.#due.filter((waiting) => waiting !== callback)
    }
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timeout = setTimeout(() => {
        this.#armed.delete(timeout)
        resolve()
      }, delayMs)
      this.#armed.add(timeout)
    })
  }

  /** Timers that are due. One that is armed is nobody's business yet. */
  get timers(): number {
    return this.#due.length
  }

  /** None that anybody would have to end. */
  get sleeps(): number {
    return 0
  }

  fireTimer(): void | Promise<void> {
    const first = this.#due.shift()
    if (first === undefined) throw new Error('expected a timer that is due, there is none')
    return first()
  }

  wake(): void {
    throw new Error('a sleep of the system time ends by itself')
  }

  /** The attempt is over: nothing armed fires, nothing that sleeps wakes. */
  cancel(): void {
    for (const timeout of this.#armed) clearTimeout(timeout)
    this.#armed.clear()
    this.#due = []
  }
}
