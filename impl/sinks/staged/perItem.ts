// Publishes with one conditional request a record: works on every endpoint. A reader may see a part of an epoch while it
// is being published, but never a record of one that is not complete.
// Read next: publishing.ts (what decides), publisher.ts (what it is to the sink).
import { sendRead, sendWrite } from '../fenced/fencedWrite.ts'
import type { RuntimeContext, SinkRecord } from '../interfaces.ts'
import { backoffMs, isRetryable } from '../retry.ts'
import { loadStaged, publishError } from './loading.ts'
import type { MakePublisher, Publisher, PublisherInsight, PublisherOptions } from './publisher.ts'
import {
  type Publication,
  type PublishEffect,
  type PublishEvent,
  type PublishState,
  type PublishStep,
  startPublishing,
  stepPublishing,
  toPublish,
} from './publishing.ts'

type Send = Extract<PublishEffect<SinkRecord>, { type: 'send' }>

export const perItem: MakePublisher = (context, options) => new PerItemPublisher(context, options)

class PerItemPublisher implements Publisher {
  readonly #context: RuntimeContext
  readonly #options: PublisherOptions
  #state: PublishState<SinkRecord> = { waiting: [], inFlight: [], failed: false }

  constructor(context: RuntimeContext, options: PublisherOptions) {
    this.#context = context
    this.#options = options
  }

  get insight(): PublisherInsight | null {
    const { inFlight, waiting } = this.#state
    const [oldest] = inFlight
    if (oldest === undefined) return null
    const publishing = [...inFlight.map(({ publication }) => publication), ...waiting]
    return { publishing, request: oldest.request, level: oldest.level }
  }

  publish(publications: readonly Publication[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const { maxInFlightRequests, workload } = this.#options
      const happen = (event: PublishEvent<SinkRecord>) => take(stepPublishing(maxInFlightRequests, this.#state, event))
      const take = ({ state, effects }: PublishStep<SinkRecord>): void => {
        this.#state = state
        for (const effect of effects) {
          if (effect.type === 'send') this.#send(effect).then(happen).catch(reject)
          else if (effect.type === 'pause')
            this.#pause(effect.level)
              .then(() => happen({ type: 'awake', row: effect.row }))
              .catch(reject)
          else if (effect.type === 'done') resolve()
          else reject(publishError(effect.publication, effect.why))
        }
      }
      take(startPublishing(maxInFlightRequests, toPublish(workload, publications)))
    })
  }

  async #send({ request, publication, record }: Send): Promise<PublishEvent<SinkRecord>> {
    const { client } = this.#context
    const { row, key } = publication
    if (request === 'load') return this.#load(row)
    const answer =
      request === 'write'
        ? sendWrite(client, this.#options, record as SinkRecord)
        : sendRead(client, this.#options, key)
    return { type: 'fence', row, event: await answer }
  }

  async #load(row: string): Promise<PublishEvent<SinkRecord>> {
    try {
      return { type: 'loaded', row, loaded: await loadStaged(this.#context.client, this.#options, row) }
    } catch (error) {
      if (!isRetryable(error)) throw error
      return { type: 'fence', row, event: { type: 'failed' } }
    }
  }

  #pause(level: number): Promise<void> {
    const { processingTime } = this.#context
    return processingTime.sleep(backoffMs(this.#options.backoff, level, () => this.#context.random()))
  }
}
