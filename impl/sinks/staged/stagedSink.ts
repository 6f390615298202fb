// The staged sink over its protocol: writes what is staged, publishes and removes, keeps the manifests in the checkpoint.
// Every call that needs the store blocks the task until it is through. Nothing is lost by that: no reader waits for a
// record before its checkpoint is complete. The manifests are union state: whoever restores sees all of them, publishes
// its share, and knows of every other row in the staging table whether anybody still needs it.
// Read next: epochs.ts (what decides), staged.ts (the design).
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import { BatchWriter } from '../batchWriter.ts'
import type {
  CheckpointedFunction,
  CheckpointListener,
  FunctionInitializationContext,
  FunctionSnapshotContext,
  ListState,
  RuntimeContext,
  SinkFunction,
  SinkRecord,
} from '../interfaces.ts'
import { MAX_BATCH_ITEMS } from '../item.ts'
import { backoffLevels, backoffMs, isRetryable } from '../retry.ts'
import {
  type ClosedEpoch,
  initialStaged,
  type StagedEffect,
  type StagedEvent,
  type StagedState,
  stepStaged,
  type Writer,
} from './epochs.ts'
import { insightOf, type StagedInsight } from './insight.ts'
import type { MakePublisher, Publisher, PublisherOptions } from './publisher.ts'
import { publicationsOf, removingWrites, rowAt, type StagedRecord, stagingWrites } from './stagedRow.ts'
import { isStale, looksAfter } from './staleRows.ts'

export interface StagedSinkOptions extends PublisherOptions {
  /** Records of one staging request, 1 to 25. */
  readonly batchLimit: number
  readonly publisher: MakePublisher
}

interface Task {
  readonly context: RuntimeContext
  readonly staging: BatchWriter<StagedRecord>
  readonly removing: BatchWriter<string>
  readonly publisher: Publisher
}

export class StagedSink implements SinkFunction<SinkRecord>, CheckpointedFunction, CheckpointListener {
  readonly #options: StagedSinkOptions
  #task: Task | null = null
  #state: ListState<ClosedEpoch> | undefined
  /** Of the restored checkpoint, those of other subtasks included. */
  #restored: readonly ClosedEpoch[] = []
  #staged: StagedState<SinkRecord> = initialStaged({ run: 0, attempt: 0, subtask: 0 })
  /** What is being carried out, and the tries of its scan that failed. */
  #effect: StagedEffect<SinkRecord>['type'] | null = null
  #scans = 0

  constructor(options: StagedSinkOptions) {
    const { batchLimit, maxInFlightRequests } = options
    if (!Number.isInteger(batchLimit) || batchLimit < 1 || batchLimit > MAX_BATCH_ITEMS)
      throw new RangeError(`batchLimit: expected 1 to ${MAX_BATCH_ITEMS}, got ${batchLimit}`)
    if (!Number.isInteger(maxInFlightRequests) || maxInFlightRequests < 1)
      throw new RangeError(`maxInFlightRequests: expected an integer of 1 or more, got ${maxInFlightRequests}`)
    if (options.stagingTable === options.table)
      throw new RangeError(
        `stagingTable: expected another table than ${options.table}: readers must not see staged rows`,
      )
    this.#options = options
  }

  initializeState(context: FunctionInitializationContext): void {
    this.#state = context.operatorState.unionListState<ClosedEpoch>('unpublished-epochs')
    this.#restored = [...this.#state.get()]
  }

  open(context: RuntimeContext): void | Promise<void> {
    const { stagingTable, backoff, publisher } = this.#options
    this.#task = {
      context,
      staging: new BatchWriter(context, stagingTable, backoff, stagingWrites),
      removing: new BatchWriter(context, stagingTable, backoff, removingWrites),
      publisher: publisher(context, this.#options),
    }
    const writer = writerOf(context)
    this.#staged = initialStaged(writer)
    const mine = this.#restored.filter(({ subtask }) => looksAfter(writer, context.parallelism, subtask))
    return this.#call({ type: 'open', epochs: mine })
  }

  invoke(record: SinkRecord): void | Promise<void> {
    return this.#call({ type: 'write', record: this.#options.workload.admit(record) })
  }

  snapshotState({ checkpointId }: FunctionSnapshotContext): void | Promise<void> {
    return this.#call({ type: 'checkpoint', id: checkpointId })
  }

  notifyCheckpointComplete(id: CheckpointId): void | Promise<void> {
    return this.#call({ type: 'complete', id })
  }

  notifyCheckpointAborted(id: CheckpointId): void | Promise<void> {
    return this.#call({ type: 'abort', id })
  }

  /** Everything is staged then; it is published with the checkpoint that follows the end of input. */
  finish(): void | Promise<void> {
    return this.#call({ type: 'finish' })
  }

  /** Publishes nothing: what is in a completed checkpoint is published by whoever restores it. */
  close(): void {
    this.#task = null
    this.#staged = initialStaged(this.#staged.writer)
  }

  stagedInsight(): StagedInsight {
    if (this.#task === null || this.#effect === null) return insightOf(this.#staged, null)
    const { staging, removing, publisher } = this.#task
    return insightOf(this.#staged, {
      effect: this.#effect,
      publisher: publisher.insight,
      batch: [...staging.current.map(({ row }) => row), ...removing.current],
      level: Math.max(staging.level, removing.level, this.#scans),
      highest: backoffLevels(this.#options.backoff),
    })
  }

  #call(event: StagedEvent<SinkRecord>): void | Promise<void> {
    const effect = this.#step(event)
    if (effect !== null) return this.#goOn(effect)
  }

  /** Until the call is over: each effect ends with the event that says so. */
  async #goOn(first: StagedEffect<SinkRecord>): Promise<void> {
    let effect: StagedEffect<SinkRecord> | null = first
    while (effect !== null) {
      this.#effect = effect.type
      effect = this.#step(await this.#perform(effect))
    }
    this.#effect = null
  }

  /** A snapshot is of this very moment: it is no effect that the task would wait for. */
  #step(event: StagedEvent<SinkRecord>): Exclude<StagedEffect<SinkRecord>, { type: 'snapshot' }> | null {
    const { state, effect } = stepStaged(this.#options.batchLimit, this.#staged, event)
    this.#staged = state
    if (effect?.type !== 'snapshot') return effect
    this.#state?.update(effect.epochs)
    return null
  }

  async #perform(effect: StagedEffect<SinkRecord>): Promise<StagedEvent<SinkRecord>> {
    const { staging, publisher } = this.#opened()
    switch (effect.type) {
      case 'stage': {
        const { writer, epoch, from, records } = effect
        await staging.write(
          records.map((record, at) => ({ row: rowAt({ ...writer, epoch, number: from + at }), record })),
        )
        staging.forget()
        return { type: 'staged' }
      }
      case 'publish':
        await publisher.publish(effect.epochs.flatMap(publicationsOf))
        return { type: 'published' }
      case 'remove':
        await this.#remove(effect.epochs.flatMap(publicationsOf).map(({ row }) => row))
        return { type: 'removed' }
      case 'discardStale':
        await this.#discardStale()
        return { type: 'discarded' }
      case 'snapshot':
        throw new Error('expected the snapshot to be taken where it came out')
    }
  }

  async #remove(rows: readonly string[]): Promise<void> {
    const { removing } = this.#opened()
    for (let from = 0; from < rows.length; from += MAX_BATCH_ITEMS)
      await removing.write(rows.slice(from, from + MAX_BATCH_ITEMS))
    removing.forget()
  }

  async #discardStale(): Promise<void> {
    const { context } = this.#opened()
    const { stagingTable: TableName } = this.#options
    const writer = writerOf(context)
    let start: Record<string, { S: string }> | undefined
    do {
      const page = await this.#retried(() =>
        context.client.scan({ TableName, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
      )
      const rows = (page.Items ?? []).map(({ pk }) => pk?.S ?? '')
      await this.#remove(rows.filter((row) => isStale(writer, context.parallelism, this.#restored, row)))
      start = page.LastEvaluatedKey as typeof start
    } while (start !== undefined)
  }

  async #retried<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    const { context } = this.#opened()
    for (this.#scans = 0; ; ) {
      try {
        const answer = await send()
        this.#scans = 0
        return answer
      } catch (error) {
        if (!isRetryable(error)) throw error
        this.#scans++
        await context.processingTime.sleep(backoffMs(this.#options.backoff, this.#scans, () => context.random()))
      }
    }
  }

  #opened(): Task {
    if (this.#task === null) throw new Error('expected a sink between open() and close()')
    return this.#task
  }
}

const writerOf = ({ runId: run, attempt, subtaskIndex: subtask }: RuntimeContext): Writer => ({ run, attempt, subtask })
