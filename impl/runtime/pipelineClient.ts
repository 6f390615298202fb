// The store's client as one attempt of a task has it: its requests are counted, and it can be cut off. After that no call
// of it ever settles: what belongs to a dead attempt must hear nothing more, whatever the store still answers.
// Read next: embeddedHost.ts (who cuts off), ../store/sdkClient.ts.
import { isRetryable } from '../sinks/retry.ts'
import type { SinkClient } from '../store/port.ts'
import type { OnRunEvent } from './pipelineEvents.ts'

type Input = Parameters<SinkClient['batchWriteItem']>[0]
type Answer = Awaited<ReturnType<SinkClient['batchWriteItem']>>

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

  batchWriteItem(input: Input): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#cut) return
      const answered = this.#client.batchWriteItem(input)
      this.#onEvent('request')
      answered.then(
        (answer) => {
          if (this.#cut) return
          this.#count(input, answer)
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

  cutOff(): void {
    this.#cut = true
    this.#client.destroy()
  }

  destroy(): void {
    this.#client.destroy()
  }

  #count(input: Input, answer: Answer): void {
    this.#onEvent('answer')
    const unprocessed = writes(answer.UnprocessedItems)
    if (unprocessed > 0) this.#onEvent('retry')
    for (let row = writes(input.RequestItems) - unprocessed; row > 0; row--) this.#onEvent('row')
  }
}

const writes = (tables: Readonly<Record<string, readonly unknown[]>> | undefined): number =>
  Object.values(tables ?? {}).reduce((sum, requests) => sum + requests.length, 0)
