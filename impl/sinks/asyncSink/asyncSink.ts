// Flink's asynchronous DynamoDB sink (AsyncSinkBase, DynamoDbSink) as a sink of this project: the pure writer decides,
// this class carries out: it sends, arms timers, brings answers in as mails, and waits by yielding to the mailbox.
// At a checkpoint nothing is in flight and what is left in the buffer goes into the state: complete is not written.
// Read next: writer.ts, dedupe.ts.
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import type { SinkClient } from '../../store/port.ts'
import type {
  CheckpointedFunction,
  CheckpointListener,
  FunctionInitializationContext,
  FunctionSnapshotContext,
  ListState,
  Mailbox,
  RuntimeContext,
  SinkFunction,
  SinkRecord,
} from '../interfaces.ts'
import { itemBytes, MAX_BATCH_ITEMS } from '../item.ts'
import { UPSERT } from '../workloads.ts'
import type { Sized } from './batching.ts'
import { submitBatch } from './batchRequest.ts'
import type { AsyncSinkWriterConfiguration } from './configuration.ts'
import { type Dedupe, placesSent } from './dedupe.ts'
import { type AsyncSinkInsight, insightOf } from './insight.ts'
import type { Answer, Call, MayLeave, WriterEffect, WriterEvent, WriterRules, WriterState } from './protocol.ts'
import { initialWriter, stepWriter } from './writer.ts'

export interface AsyncSinkOptions {
  readonly table: string
  readonly dedupe: Dedupe
  readonly configuration: AsyncSinkWriterConfiguration
  /** The record as the sink carries it; throws where it can never be written. Absent: as an upsert. */
  readonly admit?: (record: SinkRecord) => SinkRecord
  /** What a design holds back in the buffer; absent: nothing. */
  readonly mayLeave?: MayLeave<SinkRecord>
  /** How a request is made of a batch; absent: as BatchWriteItem. Never rejects. */
  readonly submit?: (client: SinkClient, batch: readonly SinkRecord[]) => Promise<Answer>
}

/** One element of the list state: the whole buffer of a subtask, which a change of parallelism moves as one. */
export interface BufferedRequestState {
  readonly records: readonly SinkRecord[]
}

interface Task {
  readonly context: RuntimeContext
  readonly mailbox: Mailbox
}

export class AsyncSink implements SinkFunction<SinkRecord>, CheckpointedFunction, CheckpointListener {
  readonly #options: AsyncSinkOptions
  readonly #rules: WriterRules<SinkRecord>
  readonly #disarm = new Map<number | 'buffer', () => void>()
  #writer: WriterState<SinkRecord>
  /** Absent before open() and after close(): whatever comes then is nobody's. */
  #task: Task | null = null
  #state: ListState<BufferedRequestState> | undefined
  #taken: { readonly id: CheckpointId; readonly records: readonly SinkRecord[] } | undefined

  constructor(options: AsyncSinkOptions) {
    const { configuration, mayLeave } = options
    const { maxBatchSize } = configuration
    if (maxBatchSize > MAX_BATCH_ITEMS)
      throw new RangeError(`maxBatchSize: expected ${MAX_BATCH_ITEMS} or fewer, got ${maxBatchSize}`)
    this.#options = options
    this.#rules = mayLeave === undefined ? configuration : { ...configuration, mayLeave }
    this.#writer = initialWriter(configuration)
  }

  initializeState(context: FunctionInitializationContext): void {
    this.#state = context.operatorState.listState<BufferedRequestState>('writer_raw_states')
  }

  open(context: RuntimeContext): void {
    if (context.mailbox === undefined) throw new Error('expected a mailbox in the context: answers come in as mails')
    this.#task = { context, mailbox: context.mailbox }
    const restored = this.#state?.get().flatMap(({ records }) => records) ?? []
    this.#step({ type: 'restore', entries: restored.map(sized) })
    this.#throwIfFailed()
  }

  invoke(record: SinkRecord): void | Promise<void> {
    const { admit = UPSERT.admit } = this.#options
    return this.#call({ type: 'write', added: sized(admit(record)) })
  }

  prepareSnapshotPreBarrier(id: CheckpointId): void | Promise<void> {
    return this.#call({ type: 'checkpoint', id })
  }

  snapshotState({ checkpointId }: FunctionSnapshotContext): void {
    if (this.#taken?.id !== checkpointId)
      throw new Error(`snapshot ${checkpointId}: expected prepareSnapshotPreBarrier(${checkpointId}) just before`)
    this.#state?.update([{ records: this.#taken.records }])
  }

  /** The writer does nothing with it; but it is a mail, and a wait at the end of input goes on after any mail. */
  notifyCheckpointComplete(_id: CheckpointId): void {
    this.#mail({ type: 'mail' })
  }

  notifyCheckpointAborted(_id: CheckpointId): void {
    this.#mail({ type: 'mail' })
  }

  finish(): void | Promise<void> {
    return this.#call({ type: 'endInput' })
  }

  /** Writes nothing. What was in flight or buffered is in a checkpoint, or comes again from the source. */
  close(): void {
    for (const disarm of this.#disarm.values()) disarm()
    this.#disarm.clear()
    this.#task = null
    this.#writer = initialWriter(this.#options.configuration)
  }

  insight(): AsyncSinkInsight {
    return insightOf(this.#writer, (batch) => placesSent(this.#options.dedupe, batch))
  }

  /** A call of the task: blocked by yielding until the writer has ended it. */
  #call(call: Call<SinkRecord>): void | Promise<void> {
    const { mailbox } = this.#opened()
    this.#step(call)
    this.#throwIfFailed()
    if (this.#writer.waiting.includes(call)) return this.#yieldDuring(call, mailbox)
  }

  async #yieldDuring(call: Call<SinkRecord>, mailbox: Mailbox): Promise<void> {
    while (this.#writer.waiting.includes(call)) {
      await mailbox.yield()
      this.#throwIfFailed()
    }
  }

  /** What never waits. Nobody waits for it either: a failure goes to the task, and to the call that waits, if one does. */
  #mail(event: WriterEvent<SinkRecord>): void {
    if (this.#task !== null) this.#step(event)
  }

  #step(event: WriterEvent<SinkRecord>): void {
    const { state, effects } = stepWriter(this.#rules, this.#writer, event)
    this.#writer = state
    for (const effect of effects) this.#perform(effect)
  }

  #perform(effect: WriterEffect<SinkRecord>): void {
    const { context } = this.#opened()
    switch (effect.type) {
      case 'send':
        void this.#send(effect.request, effect.entries)
        return
      case 'armTimer':
        this.#arm('buffer', effect.afterMs, () => this.#call({ type: 'timer' }))
        return
      case 'armTimeout': {
        const { request } = effect
        this.#arm(request, effect.afterMs, () => this.#mail({ type: 'timeout', request }))
        return
      }
      case 'snapshot':
        this.#taken = { id: effect.id, records: effect.entries.map(({ entry }) => entry) }
        return
      case 'fail':
        context.fail(effect.error)
        return
    }
  }

  async #send(request: number, entries: readonly SinkRecord[]): Promise<void> {
    const { context, mailbox } = this.#opened()
    const { table, dedupe, submit } = this.#options
    const answer = await (submit?.(context.client, entries) ?? submitBatch(context.client, table, dedupe, entries))
    // From here on the answer counts, also where its mail still waits for its turn.
    this.#disarm.get(request)?.()
    this.#disarm.delete(request)
    mailbox.execute(() => this.#mail({ type: 'answer', request, answer }))
  }

  #arm(timer: number | 'buffer', afterMs: number, fired: () => void | Promise<void>): void {
    const disarm = this.#opened().context.processingTime.registerTimer(afterMs, () => {
      this.#disarm.delete(timer)
      return fired()
    })
    this.#disarm.set(timer, disarm)
  }

  #throwIfFailed(): void {
    if (this.#writer.failure !== null) throw this.#writer.failure
  }

  #opened(): Task {
    if (this.#task === null) throw new Error('expected a sink between open() and close()')
    return this.#task
  }
}

const sized = (record: SinkRecord): Sized<SinkRecord> => ({ entry: record, bytes: itemBytes(record) })
