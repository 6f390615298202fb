// The fault layer between clients and a store: every request waits here until the world decides its fate.
// It adds what no local DynamoDB ever does (unprocessed items, throttling, torn batches, lost answers, writes that land
// after their sender is dead) and it makes the order of arrivals at the store and of answers the world's own choice.
// Works above a memory store without the SDK (client) and below the real SDK client (handler); same requests, same names.
// Read next: gateOutcome.ts (what an outcome does), gateRequest.ts, drain.ts (when nothing moves any more).
import type { HttpHandler } from '@smithy/protocol-http'
import { type AppliedWrite, AppliedWrites, type KeyNames } from './appliedWrites.ts'
import { type Outcome, type Plan, planOutcome } from './gateOutcome.ts'
import { type Caller, type GateRequest, PendingRequest } from './gateRequest.ts'
import type { DynamoDbPort, SinkClient } from './port.ts'
import { fromWire, toWire } from './portWire.ts'
import { smithyHandler } from './smithyHandler.ts'
import { connectionReset, requestTimeout } from './storeError.ts'
import {
  errorName,
  type WireBackend,
  type WireObject,
  type WireOperation,
  type WireRequest,
  type WireResponse,
} from './wire.ts'

export type { AppliedWrite } from './appliedWrites.ts'
export type { Outcome, RefusalName } from './gateOutcome.ts'
export type { GateItem, GateRequest } from './gateRequest.ts'

/** What a client at the gate can do. Table operations are set-up, done on the backend itself. */
export type GateClient = SinkClient & Pick<DynamoDbPort, 'deleteItem'>

export interface GateOptions {
  /** Names of the key attributes, hash first. Default `['pk']`. */
  readonly keyAttributes?: KeyNames
}

export class StoreGate {
  private readonly keys: KeyNames
  private readonly writes: AppliedWrites
  private readonly live: PendingRequest[] = []
  private readonly undead: PendingRequest[] = []
  private readonly dead = new Set<string>()
  private arrivals = 0
  private onTheWay = 0
  private hung = 0

  constructor(backend: WireBackend, options: GateOptions = {}) {
    this.keys = options.keyAttributes ?? ['pk']
    this.writes = new AppliedWrites(backend, this.keys)
  }

  /** No answer delivered yet, in order of arrival. */
  get requests(): readonly GateRequest[] {
    return this.live
  }

  /** Sent, not applied, nobody waits for them. */
  get zombies(): readonly GateRequest[] {
    return this.undead
  }

  get history(): readonly AppliedWrite[] {
    return this.writes.history
  }

  /** Requests inside the backend, and those on their way to or from the gate that were counted by `underway`. */
  get busy(): number {
    return this.writes.busy + this.onTheWay
  }

  /** For clients that need ticks between a call and the gate, or between the gate and a promise (gateSdkClient.ts). */
  underway(change: 1 | -1): void {
    this.onTheWay += change
  }

  /** Sends of clients that had been cut off. */
  get hungSends(): number {
    return this.hung
  }

  /** A client at port level: no SDK. What it is given is copied, what it returns is the caller's own. */
  client(label: string): GateClient {
    const call =
      (operation: WireOperation) =>
      (input: object): Promise<never> =>
        new Promise((resolve, reject) => {
          this.arrive(label, { operation, input: toWire(input) as WireObject }, portCaller(resolve, reject))
        })
    return {
      batchWriteItem: call('BatchWriteItem'),
      putItem: call('PutItem'),
      updateItem: call('UpdateItem'),
      transactWriteItems: call('TransactWriteItems'),
      deleteItem: call('DeleteItem'),
      getItem: call('GetItem'),
      scan: call('Scan'),
      destroy: () => {},
    }
  }

  /** A request handler for any SDK client; sdkGateClient (gateSdkClient.ts) is the one whose way here is counted. */
  handler(label: string): HttpHandler {
    return smithyHandler(
      (request) =>
        new Promise((resolve, reject) => {
          this.arrive(label, request, { answer: resolve, fail: reject })
        }),
    )
  }

  /** Fixes the outcome. Returns undefined on a synchronous backend; otherwise resolves when the backend has answered. */
  apply(request: GateRequest, outcome: Outcome): void | Promise<void> {
    return this.execute(this.claim(request, this.live, 'apply', 'sent'), outcome)
  }

  /** Delivers the outcome that `apply` fixed. */
  respond(request: GateRequest): void {
    const pending = this.claim(request, this.live, 'respond', 'applied')
    remove(this.live, pending)
    pending.caller?.answer(pending.response as WireResponse)
  }

  /** The answer is lost on the way: the client sees a reset connection. */
  loseResponse(request: GateRequest): void {
    const pending = this.claim(request, this.live, 'loseResponse', 'applied')
    remove(this.live, pending)
    pending.caller?.fail(connectionReset())
  }

  /** The client gives up; the request stays behind as a zombie. */
  timeout(request: GateRequest): void {
    const pending = this.claim(request, this.live, 'timeout', 'sent')
    this.bury(pending)?.fail(requestTimeout())
  }

  /** The client's process is dead: none of its calls settles any more, its unapplied requests become zombies. */
  cutOff(label: string): void {
    this.dead.add(label)
    for (const pending of this.live.filter(({ client }) => client === label)) {
      // One inside an asynchronous backend is past recall: it will be applied, and vanishes like those that were.
      if (pending.phase === 'sent' && !pending.applying) this.bury(pending)
      else remove(this.live, pending)
    }
  }

  applyZombie(request: GateRequest): void | Promise<void> {
    const pending = this.claim(request, this.undead, 'applyZombie', 'sent')
    remove(this.undead, pending)
    return this.execute(pending, { kind: 'ok' })
  }

  dropZombie(request: GateRequest): void {
    remove(this.undead, this.claim(request, this.undead, 'dropZombie', 'sent'))
  }

  /** Forgets everything, dead clients too. The backend's tables are the caller's to reset. */
  reset(): void {
    if (this.busy > 0) {
      throw new Error(
        `reset with ${this.writes.busy} requests inside the backend and ${this.onTheWay} on their way; quiesce first`,
      )
    }
    this.live.length = 0
    this.undead.length = 0
    this.writes.history.length = 0
    this.dead.clear()
    this.arrivals = 0
    this.hung = 0
  }

  private arrive(label: string, wire: WireRequest, caller: Caller): void {
    if (this.dead.has(label)) {
      this.hung++
      return
    }
    this.arrivals++
    this.live.push(new PendingRequest(this.arrivals, label, wire, this.keys[0], caller))
  }

  /** Checks that `request` is where the call needs it. */
  private claim(
    request: GateRequest,
    among: readonly PendingRequest[],
    call: string,
    phase: GateRequest['phase'],
  ): PendingRequest {
    const pending = request as PendingRequest
    if (!among.includes(pending)) {
      const place = among === this.live ? 'live request' : 'zombie'
      throw new Error(
        `${call}: expected a ${place} of this gate, got ${describe(request)}, which was answered, lost, ` +
          'timed out, cut off or dropped, or belongs to another gate or to the time before reset',
      )
    }
    if (pending.applying || pending.phase !== phase) {
      const fix = phase === 'applied' ? 'apply it (and await that) first' : 'it can be applied only once'
      throw new Error(`${call}: expected a request that is ${phase}, got ${pending.describe()}; ${fix}`)
    }
    return pending
  }

  /** Makes a zombie of a live request and returns who waited for it. */
  private bury(pending: PendingRequest): Caller | null {
    const { caller } = pending
    pending.caller = null
    remove(this.live, pending)
    this.undead.push(pending)
    return caller
  }

  private execute(pending: PendingRequest, outcome: Outcome): void | Promise<void> {
    const plan = planOutcome(pending, outcome, this.keys)
    if (plan.wire === null) {
      this.settle(pending, plan, null)
      return
    }
    const answer = this.writes.execute(pending, plan.wire, plan.written)
    if (!(answer instanceof Promise)) {
      this.settle(pending, plan, answer)
      return
    }
    pending.applying = true
    return answer
      .then((real) => this.settle(pending, plan, real))
      .finally(() => {
        pending.applying = false
      })
  }

  /** `real` is the backend's answer, null where nothing was sent to it. */
  private settle(pending: PendingRequest, plan: Plan, real: WireResponse | null): void {
    const refusedByStore = real !== null && real.status >= 400
    pending.response = refusedByStore ? real : ((plan.response ?? real) as WireResponse)
    pending.answer = refusedByStore ? 'refused' : plan.answer
    pending.unprocessed = refusedByStore ? [] : plan.unprocessed
    pending.error = errorName(pending.response)
    pending.phase = 'applied'
  }
}

function portCaller(resolve: (output: never) => void, reject: (error: unknown) => void): Caller {
  return {
    answer: (response) => {
      try {
        resolve(fromWire(response) as never)
      } catch (error) {
        reject(error)
      }
    },
    fail: reject,
  }
}

function remove(list: PendingRequest[], pending: PendingRequest): void {
  list.splice(list.indexOf(pending), 1)
}

function describe(request: unknown): string {
  return request instanceof PendingRequest ? request.describe() : JSON.stringify(request)
}
