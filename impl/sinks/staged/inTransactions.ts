// Publishes with TransactWriteItems, for endpoints that have it: up to 100 records, of one key no more than one, become
// visible at once. An epoch that needs more becomes visible in that many steps. Costs twice the write capacity.
// Read next: transaction.ts (what decides), publisher.ts (the interface), perItem.ts (where there are no transactions).
import type { CancellationReason } from '@aws-sdk/client-dynamodb'
import type { FenceEvent } from '../fenced/fence.ts'
import { sendRead, storedOf } from '../fenced/fencedWrite.ts'
import { fencedRequest } from '../fenced/rowRequest.ts'
import type { RuntimeContext, SinkRecord } from '../interfaces.ts'
import { itemBytes } from '../item.ts'
import { backoffMs, isRetryable } from '../retry.ts'
import { loadStaged, publishError } from './loading.ts'
import type { MakePublisher, Publisher, PublisherInsight, PublisherOptions } from './publisher.ts'
import { isThere, type Publication, toPublish } from './publishing.ts'
import {
  groupsOf,
  MAX_TRANSACT_BYTES,
  type StagedRow,
  startTransaction,
  stepTransaction,
  type TransactionEvent,
  type TransactionState,
} from './transaction.ts'

export const inTransactions: MakePublisher = (context, options) => new TransactionPublisher(context, options)

type Rows = readonly StagedRow<SinkRecord>[]

class TransactionPublisher implements Publisher {
  readonly #context: RuntimeContext
  readonly #options: PublisherOptions
  #publishing: readonly Publication[] = []

  constructor(context: RuntimeContext, options: PublisherOptions) {
    this.#context = context
    this.#options = options
  }

  get insight(): PublisherInsight | null {
    return this.#publishing.length === 0 ? null : { publishing: this.#publishing, request: 'transact', level: 0 }
  }

  async publish(publications: readonly Publication[]): Promise<void> {
    const groups = groupsOf(toPublish(this.#options.workload, publications))
    this.#publishing = groups.flat()
    for (const group of groups) {
      for (const rows of bySize(await this.#loadAll(group))) await this.#publishTogether(rows)
      this.#publishing = this.#publishing.filter((each) => !group.includes(each))
    }
  }

  async #publishTogether(rows: Rows): Promise<void> {
    let state = startTransaction(rows)
    while (state.next !== 'done') {
      if (state.failure !== null) throw publishError(state.failure.publication, state.failure.why)
      state = stepTransaction(state, await this.#perform(state))
    }
  }

  async #perform(state: TransactionState<SinkRecord>): Promise<TransactionEvent> {
    const { client } = this.#context
    if (state.next === 'pause') {
      await this.#pause(state.level)
      return { type: 'awake' }
    }
    if (state.next === 'read') {
      const answers = await Promise.all(
        state.unknown.map(({ publication }) => sendRead(client, this.#options, publication.key)),
      )
      return answers.some(({ type }) => type === 'failed') ? { type: 'failed' } : { type: 'found', answers }
    }
    return this.#transact(state.rows)
  }

  async #transact(rows: Rows): Promise<TransactionEvent> {
    const { table, workload } = this.#options
    const TransactItems = rows.map(({ loaded }) => fencedRequest(table, workload.toRow(loaded.record)))
    try {
      await this.#context.client.transactWriteItems({ TransactItems })
      return { type: 'committed' }
    } catch (error) {
      const { name, CancellationReasons } = error as Error & { CancellationReasons?: readonly CancellationReason[] }
      if (name === 'TransactionCanceledException' && CancellationReasons !== undefined)
        return { type: 'cancelled', answers: CancellationReasons.map((reason) => this.#answer(reason, rows)) }
      if (PASSING.has(name) || isRetryable(error)) return { type: 'failed' }
      if (name === 'UnknownOperationException')
        throw new Error(
          'expected an endpoint with TransactWriteItems, this one has none: publish one record a request (perItem)',
          { cause: error },
        )
      throw error
    }
  }

  /** @throws Error for a reason that no other try can mend. */
  #answer({ Code, Message, Item }: CancellationReason, rows: Rows): FenceEvent | null {
    if (Code === undefined || PASSING_REASONS.has(Code)) return null
    if (Code !== 'ConditionalCheckFailed')
      throw new Error(
        `transaction cancelled for ${Code}: ${Message} (records ${rows.map(({ publication }) => publication.id).join(', ')})`,
      )
    return Item === undefined
      ? { type: 'refused' }
      : { type: 'refused', stored: storedOf(this.#options.workload, Item) }
  }

  /** What is still staged. What is not must be in the table, at its version or a newer one. */
  async #loadAll(group: readonly Publication[]): Promise<Rows> {
    const { maxInFlightRequests } = this.#options
    const found: StagedRow<SinkRecord>[] = []
    for (let from = 0; from < group.length; from += maxInFlightRequests) {
      const loaded = await Promise.all(group.slice(from, from + maxInFlightRequests).map((each) => this.#load(each)))
      found.push(...loaded.filter((row) => row !== null))
    }
    return found
  }

  async #load(publication: Publication): Promise<StagedRow<SinkRecord> | null> {
    const { client } = this.#context
    for (let level = 1; ; level++) {
      try {
        const loaded = await loadStaged(client, this.#options, publication.row)
        if (loaded !== null) return { publication, loaded }
        const answer = await sendRead(client, this.#options, publication.key)
        if (answer.type === 'found') {
          if (isThere(publication, answer.stored)) return null
          throw publishError(publication, 'lost')
        }
      } catch (error) {
        if (!isRetryable(error)) throw error
      }
      await this.#pause(level)
    }
  }

  #pause(level: number): Promise<void> {
    const { processingTime } = this.#context
    return processingTime.sleep(backoffMs(this.#options.backoff, level, () => this.#context.random()))
  }
}

/** Another transaction is at the same rows, or the one before this try is not over. */
const PASSING = new Set(['TransactionConflictException', 'TransactionInProgressException'])
const PASSING_REASONS = new Set(['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])

function bySize(rows: Rows): readonly Rows[] {
  const parts: StagedRow<SinkRecord>[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const row of rows) {
    const size = itemBytes(row.loaded.record)
    if (bytes + size > MAX_TRANSACT_BYTES) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)?.push(row)
    bytes += size
  }
  return parts
}
