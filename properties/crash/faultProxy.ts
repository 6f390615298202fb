// An HTTP proxy on 127.0.0.1 between the program and its store, where faults happen and where what the store confirmed is
// written down. Whole requests only reach the store (dynalite dies with a client that disconnects in mid-body), and one
// at a time in the order in which they came: what lands late is what the plan wants late, and nothing else.
// Read next: faultPlan.ts (when which fault), storeLine.ts (the way to the store), lateRequests.ts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answer, SERVER_ERROR, THROTTLED_RATE, THROTTLED_TABLE, unprocessed } from './faultAnswers.ts'
import type { FaultKind } from './faultKinds.ts'
import type { Fault } from './faultPlan.ts'
import { History } from './history.ts'
import { LateRequests } from './lateRequests.ts'
import type { StoreKillPlace, StoreLine, StoreRequest } from './storeLine.ts'
import { isWrite, operationOf, splitBatch } from './writes.ts'

/** What happens to the writes of a round. */
export interface ProxyRound {
  /** By the number of the write in the round, from 1. */
  readonly fault: (write: number) => Fault | null
  /** By the number of the write since the start of the program, from 1. */
  readonly storeKill: (write: number) => StoreKillPlace | null
  /** Longest delay of an answer that still comes in time. */
  readonly inTimeMs: number
}

const HOST = '127.0.0.1'
const NO_FAULTS: ProxyRound = { fault: () => null, storeKill: () => null, inTimeMs: 0 }

export class FaultProxy {
  readonly url: string
  history = new History()
  readonly struck = new Map<FaultKind, number>()
  readonly #server: Server
  readonly #line: StoreLine
  #late: LateRequests
  #round = NO_FAULTS
  #write = 0
  #writeOfStart = 0
  readonly #busy = new Set<Promise<void>>()
  #failure: unknown = null

  private constructor(server: Server, line: StoreLine) {
    this.#server = server
    this.#line = line
    this.#late = this.#noLateRequests()
    this.url = `http://${HOST}:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => this.#buffered(request, response))
  }

  static async start(line: StoreLine): Promise<FaultProxy> {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, HOST, resolve)
    })
    return new FaultProxy(server, line)
  }

  /** Forgets the round before it. */
  beginRound(round: ProxyRound): void {
    this.#round = round
    this.#write = 0
    this.history = new History()
    this.#late = this.#noLateRequests()
    this.struck.clear()
  }

  beginStart(): void {
    this.#writeOfStart = 0
  }

  /**
   * Nothing under way: connections of a dead program closed, what was forwarded answered. Late requests stay late.
   * Throws what went wrong in the proxy itself: the store could not be started again.
   */
  async quiet(): Promise<void> {
    while ((await this.#connections()) > 0) await new Promise((resolve) => setTimeout(resolve, 2))
    while (this.#busy.size > 0) await Promise.all(this.#busy)
    if (this.#failure !== null) throw this.#failure
    await this.#line.up()
  }

  /** What is still late lands now. */
  async landAll(): Promise<void> {
    await this.quiet()
    await this.#late.landAll()
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  /** Writes that came in this round. */
  get writes(): number {
    return this.#write
  }

  #buffered(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    // Half a request has no end, and nothing of it goes on.
    request.on('end', () => {
      const headers: Record<string, string> = {}
      for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value)
      const operation = operationOf(headers['x-amz-target'])
      const whole: StoreRequest = { operation, headers, body: Buffer.concat(chunks).toString('utf8') }
      const served = this.#serve(whole, response)
        .catch((error: unknown) => {
          this.#failure ??= error
          reset(response)
        })
        .finally(() => this.#busy.delete(served))
      this.#busy.add(served)
    })
  }

  async #serve(request: StoreRequest, response: ServerResponse): Promise<void> {
    if (!isWrite(request.operation)) return respond(response, await this.#forward(request, response))
    this.#writeOfStart += 1
    this.#write += 1
    const kill = this.#round.storeKill(this.#writeOfStart)
    const fault = this.#round.fault(this.#write)
    if (kill !== null) {
      await this.#line.killAt(kill, request, this.history)
      reset(response)
    } else if (fault === null) respond(response, await this.#forward(request, response))
    else await this.#strike(fault, request, response)
    await this.#late.afterWrite()
  }

  async #strike(fault: Fault, request: StoreRequest, response: ServerResponse): Promise<void> {
    const { kind, share } = fault
    switch (kind) {
      case 'throttledTable':
        return this.#refuse(kind, THROTTLED_TABLE, response)
      case 'throttledRate':
        return this.#refuse(kind, THROTTLED_RATE, response)
      case 'serverError':
        return this.#refuse(kind, SERVER_ERROR, response)
      case 'unprocessed':
      case 'torn': {
        const split = splitBatch(request.operation, request.body, share)
        if (split === null) return this.#refuse('throttledTable', THROTTLED_TABLE, response)
        const answer = await this.#forward({ ...request, body: split.body }, response)
        if (answer?.status !== 200) return respond(response, answer)
        return this.#refuse(kind, kind === 'torn' ? SERVER_ERROR : unprocessed(split.heldBack), response)
      }
      case 'lostRequest':
        this.#count(kind)
        return reset(response)
      case 'lostResponse': {
        if ((await this.#forward(request, response)) !== null) this.#count(kind)
        return reset(response)
      }
      case 'slowResponse': {
        const answer = await this.#forward(request, response)
        await new Promise((resolve) => setTimeout(resolve, share * this.#round.inTimeMs))
        if (answer !== null) this.#count(kind)
        return respond(response, answer)
      }
      case 'lateResponse': {
        const answer = await this.#forward(request, response)
        if (answer === null) return reset(response)
        await closed(response)
        return this.#count(kind)
      }
      case 'lateRequest':
        await closed(response)
        return this.#late.add(request, share)
    }
  }

  /** Null where the store died under it, or the client has gone before its turn came. */
  #forward(request: StoreRequest, response: ServerResponse): Promise<Answer | null> {
    return this.#line.send(request, this.history, () => !response.destroyed)
  }

  #refuse(kind: FaultKind, answer: Answer, response: ServerResponse): void {
    this.#count(kind)
    respond(response, answer)
  }

  #count(kind: FaultKind): void {
    this.struck.set(kind, (this.struck.get(kind) ?? 0) + 1)
  }

  #noLateRequests(): LateRequests {
    return new LateRequests(async (request) => {
      const answer = await this.#line.send(request, this.history, () => true)
      if (answer?.status === 200) this.#count('lateRequest')
    })
  }

  #connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
    })
  }
}

function respond(response: ServerResponse, answer: Answer | null): void {
  if (answer === null) reset(response)
  else response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.body)
}

/**
 * The client sees ECONNRESET and cannot tell what the store did. Not resetAndDestroy(): on Node 20 a reset that meets the
 * client's own close can leave a handle behind, for which the process spins at its exit.
 */
function reset(response: ServerResponse): void {
  response.socket?.destroy()
}

/** The client has given up, or is dead. */
function closed(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve()
  return new Promise((resolve) => response.once('close', () => resolve()))
}
