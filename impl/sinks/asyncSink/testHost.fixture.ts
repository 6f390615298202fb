// The least host that an async sink needs: a client whose requests wait for the test's answer, and a task that runs one
// mail at a time, when it is idle or inside a yield. It is also the description of what a real host must provide.
// Read next: asyncSink.test.ts.
import type { AttributeValue, BatchWriteItemCommandOutput } from '@aws-sdk/client-dynamodb'
import { attempt, checkpointId, subtaskIndex } from '../../../model/pipeline/ids.ts'
import { type OperatorStateSnapshot, SubtaskOperatorState } from '../../runtime/operatorState.ts'
import { VirtualProcessingTime } from '../../runtime/processingTime.ts'
import { onlyBatches } from '../../store/onlyBatches.fixture.ts'
import type { RuntimeContext, SinkRecord } from '../interfaces.ts'
import { AsyncSink, type AsyncSinkOptions } from './asyncSink.ts'
import { DYNAMODB_CONFIGURATION } from './configuration.ts'

type Output = Pick<BatchWriteItemCommandOutput, 'UnprocessedItems'>
type Item = Record<string, AttributeValue>

/** One request at the client; settled by the test. */
export interface HeldRequest {
  readonly items: readonly Item[]
  readonly resolve: (output: Output) => void
  readonly reject: (error: Error) => void
}

export const record = (key: string, version: number): SinkRecord => ({
  key,
  version,
  id: `${key}${version}`,
  value: 'v',
})
export const names = (records: readonly SinkRecord[]): string => records.map(({ id }) => id).join(' ')
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

export const SMALL = {
  ...DYNAMODB_CONFIGURATION,
  maxBatchSize: 3,
  maxInFlightRequests: 2,
  maxBufferedRequests: 6,
  maxTimeInBufferMs: 50,
  requestTimeoutMs: 1_000,
}

export class TestHost {
  readonly sink: AsyncSink
  readonly requests: HeldRequest[] = []
  readonly clock = { nowMs: 0 }
  readonly time = new VirtualProcessingTime(this.clock)
  failure: Error | null = null
  readonly #state = new SubtaskOperatorState()
  readonly #mails: (() => void)[] = []
  /** Waits of the task, the innermost last. */
  readonly #yields: (() => void)[] = []
  #busy = 0

  constructor(options: Partial<AsyncSinkOptions> = {}, restored: readonly OperatorStateSnapshot[] = []) {
    this.sink = new AsyncSink({ table: 'table', dedupe: 'byVersion', configuration: SMALL, ...options })
    this.#state.restore(restored)
    this.sink.initializeState({
      isRestored: restored.length > 0,
      restoredCheckpointId: restored.length > 0 ? checkpointId(1) : null,
      operatorState: this.#state,
    })
    this.sink.open(this.context())
  }

  context(): RuntimeContext {
    return {
      subtaskIndex: subtaskIndex(0),
      parallelism: 1,
      attempt: attempt(0),
      runId: 1,
      client: onlyBatches(
        ({ RequestItems }) =>
          new Promise((resolve, reject) => {
            const items = (RequestItems?.table ?? []).map(({ PutRequest }) => PutRequest?.Item ?? {})
            this.requests.push({ items, resolve, reject })
          }),
      ),
      processingTime: this.time,
      mailbox: {
        execute: (mail) => {
          this.#mails.push(mail)
          this.#pump()
        },
        yield: () => new Promise((resolve) => this.#yields.push(resolve)),
      },
      random: () => 0,
      logger: { info: () => {}, warn: () => {} },
      fail: (error) => {
        this.failure ??= error
      },
    }
  }

  /** The ids sent in each request so far. */
  get sent(): readonly string[] {
    return this.requests.map(({ items }) => items.map(({ id }) => id?.S).join(' '))
  }

  get blocked(): boolean {
    return this.#busy > 0
  }

  write(...records: readonly SinkRecord[]): Promise<void> {
    return records.reduce((before, each) => before.then(() => this.#run(() => this.sink.invoke(each))), settle())
  }

  /** Settles with the state, once the wait is over. */
  async checkpoint(id: number): Promise<OperatorStateSnapshot> {
    await this.#run(() => this.sink.prepareSnapshotPreBarrier(checkpointId(id)))
    this.sink.snapshotState({ checkpointId: checkpointId(id), operatorState: this.#state })
    return this.#state.snapshot()
  }

  /** As a mail: of an idle task, or inside its wait. */
  fireTimer(): Promise<void> {
    return this.#mail(() => this.time.fireTimer())
  }

  notify(id: number): Promise<void> {
    return this.#mail(() => this.sink.notifyCheckpointComplete(checkpointId(id)))
  }

  finish(): Promise<void> {
    return this.#run(() => this.sink.finish())
  }

  async answer(request: number, output: Output | Error): Promise<void> {
    const held = this.requests[request]
    if (held === undefined) throw new RangeError(`expected a request below ${this.requests.length}, got ${request}`)
    if (output instanceof Error) held.reject(output)
    else held.resolve(output)
    await settle()
  }

  /** Hands these items of the request back, spelled anew as a store may: only the key is what it was. */
  unprocessed(request: number, ...keys: readonly string[]): Promise<void> {
    return this.answer(request, {
      UnprocessedItems: { table: keys.map((key) => ({ PutRequest: { Item: { pk: { S: key } } } })) },
    })
  }

  async #run(call: () => void | Promise<void>): Promise<void> {
    if (this.#busy > 0) throw new Error('expected an idle task')
    this.#busy++
    try {
      await call()
    } finally {
      this.#busy--
    }
  }

  async #mail(mail: () => void | Promise<void>): Promise<void> {
    const wakes = this.#busy > 0 ? this.#yields.pop() : undefined
    this.#busy++
    try {
      await mail()
    } finally {
      this.#busy--
      wakes?.()
    }
  }

  #pump(): void {
    if (this.#busy > 0 && this.#yields.length === 0) return
    const mail = this.#mails.shift()
    if (mail === undefined) return
    const wakes = this.#yields.pop()
    mail()
    wakes?.()
    setImmediate(() => this.#pump())
  }
}
