// The way to the store: one request at a time, and the store's process behind it, which can be killed at two places of a
// request and comes back with what it had taken. What it confirms goes into the round's history.
// Read next: faultProxy.ts, ../kill/store.ts.
import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import type { Rows } from '../kill/store.ts'
import type { Answer } from './faultAnswers.ts'
import type { History } from './history.ts'
import { rowsIn } from './writes.ts'

export interface StoreRequest {
  readonly operation: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What the line leads to: a store's process, in tests one that lives in the test's. */
export interface Store {
  readonly url: string
  rows(table: string): Promise<Rows>
  stop(): Promise<void>
  kill(): Promise<void>
}

/** The request is on its way and nobody knows what becomes of it; or it is applied and confirmed, and nobody hears it. */
export const STORE_KILL_PLACES = ['storeForwarded', 'storeAnswered'] as const
export type StoreKillPlace = (typeof STORE_KILL_PLACES)[number]

export class StoreLine {
  readonly kills = new Map<StoreKillPlace, number>()
  readonly #start: () => Promise<Store>
  #store: Promise<Store>
  #agent = new Agent({ keepAlive: true })
  #last: Promise<unknown> = Promise.resolve()

  /** `start` starts the store's process on the data it had. */
  constructor(start: () => Promise<Store>) {
    this.#start = start
    this.#store = start()
  }

  async up(): Promise<void> {
    await this.#store
  }

  /** Null where the store died under it, or nobody wants it any more when its turn comes. */
  send(request: StoreRequest, history: History, isWanted: () => boolean): Promise<Answer | null> {
    return this.#inTurn(async () => {
      const store = await this.#store
      return isWanted() ? this.#exchange(store, request, history) : null
    })
  }

  killAt(place: StoreKillPlace, request: StoreRequest, history: History): Promise<void> {
    return this.#inTurn(async () => {
      const store = await this.#store
      if (place === 'storeAnswered') await this.#exchange(store, request, history)
      else {
        const onItsWay = this.#post(store, request)
        await once(onItsWay, 'finish')
      }
      await store.kill()
      this.kills.set(place, (this.kills.get(place) ?? 0) + 1)
      this.#agent.destroy()
      this.#agent = new Agent({ keepAlive: true })
      this.#store = this.#start()
      await this.#store
    })
  }

  async rows(table: string): Promise<Rows> {
    return (await this.#store).rows(table)
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => {
      this.#agent.destroy()
      await (await this.#store).stop()
    })
  }

  async #exchange(store: Store, request: StoreRequest, history: History): Promise<Answer | null> {
    try {
      const [response] = (await once(this.#post(store, request), 'response')) as [IncomingMessage]
      let body = ''
      for await (const chunk of response.setEncoding('utf8')) body += chunk
      const answer = { status: response.statusCode ?? 500, body }
      if (answer.status === 200) history.applied(rowsIn(request.operation, request.body))
      return answer
    } catch {
      return null
    }
  }

  /** Errors of a request that nobody waits for are the killed store's. */
  #post(store: Store, { headers, body }: StoreRequest): ReturnType<typeof httpRequest> {
    const { host: _, 'content-length': __, connection: ___, ...kept } = headers
    const sent = httpRequest(store.url, { method: 'POST', headers: kept, agent: this.#agent }).on('error', () => {})
    sent.end(body)
    return sent
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
