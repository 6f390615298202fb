// The store's client as one attempt of a task has it: its requests are counted, and it can be cut off. After that no call
// of it ever settles: what belongs to a dead attempt must hear nothing more, whatever the store still answers.
// Read next: embeddedHost.ts (who cuts off), ../store/sdkClient.ts.
import { isRetryable } from '../sinks/retry.ts'
import type { SinkClient } from '../store/port.ts'
import type { OnRunEvent } from './pipelineEvents.ts'

export class RunClient implements SinkClient {
  readonly #client: SinkClient
  readonly #onEvent: OnRunEvent
  readonly #onTrouble: (error: Error) => void
  #cut = false

  /** `onTrouble` hears of errors that the sink will retry. */
  constructor(client: SinkClient, onEvent: OnRunEvent, onTrouble: (error: Error) => void) {
    this.#client = client
    this.#onEvent = onEvent
    this.#onTrouble = onTrouble
  }

  batchWriteItem: SinkClient['batchWriteItem'] = (input) =>
    this.#call(
      () => this.#client.batchWriteItem(input),
      ({ UnprocessedItems }) => {
        const unprocessed = writes(UnprocessedItems)
        if (unprocessed > 0) this.#onEvent('retry')
        this.#rows(writes(input.RequestItems) - unprocessed)
      },
    )

  putItem: SinkClient['putItem'] = (input) =>
    this.#call(
      () => this.#client.putItem(input),
      () => this.#rows(1),
    )

  updateItem: SinkClient['updateItem'] = (input) =>
    this.#call(
      () => this.#client.updateItem(input),
      () => this.#rows(1),
    )

  transactWriteItems: SinkClient['transactWriteItems'] = (input) =>
    this.#call(
      () => this.#client.transactWriteItems(input),
      () => this.#rows(input.TransactItems?.length ?? 0),
    )

  getItem: SinkClient['getItem'] = (input) => this.#call(() => this.#client.getItem(input))

  scan: SinkClient['scan'] = (input) => this.#call(() => this.#client.scan(input))

  cutOff(): void {
    this.#cut = true
    this.#client.destroy()
  }

  destroy(): void {
    this.#client.destroy()
  }

  #call<Answer>(send: () => Promise<Answer>, count: (answer: Answer) => void = () => {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#cut) return
      const answered = send()
      this.#onEvent('request')
      answered.then(
        (answer) => {
          if (this.#cut) return
          this.#onEvent('answer')
          count(answer)
          resolve(answer)
        },
        (error: unknown) => {
          if (this.#cut) return
          if (isRetryable(error)) {
            this.#onEvent('retry')
            this.#onTrouble(error as Error)
          }
          reject(error as Error)
        },
      )
    })
  }

  #rows(written: number): void {
    for (let row = written; row > 0; row--) this.#onEvent('row')
  }
}

const writes = (tables: Readonly<Record<string, readonly unknown[]>> | undefined): number =>
  Object.values(tables ?? {}).reduce((sum, requests) => sum + requests.length, 0)
