// Requests whose client gave up or died, and which reach the store after all: each after a few more writes, the rest when
// the round is over. Counted in writes and not in milliseconds. Read next: faultProxy.ts.
import type { StoreRequest } from './storeLine.ts'

interface Late {
  readonly request: StoreRequest
  /** Writes still to pass it by. */
  left: number
}

/** At most so many writes overtake a late one. */
const FURTHEST = 8

export class LateRequests {
  readonly #land: (request: StoreRequest) => Promise<void>
  #waiting: Late[] = []

  constructor(land: (request: StoreRequest) => Promise<void>) {
    this.#land = land
  }

  add(request: StoreRequest, share: number): void {
    this.#waiting.push({ request, left: 1 + Math.floor(share * FURTHEST) })
  }

  async afterWrite(): Promise<void> {
    for (const late of this.#waiting) late.left -= 1
    await this.#landWhere(({ left }) => left <= 0)
  }

  async landAll(): Promise<void> {
    await this.#landWhere(() => true)
  }

  async #landWhere(isDue: (late: Late) => boolean): Promise<void> {
    const due = this.#waiting.filter(isDue)
    this.#waiting = this.#waiting.filter((late) => !due.includes(late))
    for (const { request } of due) await this.#land(request)
  }
}
