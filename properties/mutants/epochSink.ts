// A sink that writes only what a completed checkpoint covers: records of an epoch are kept in list state and written when
// the epoch, or a later one, is notified or restored. Each rule is a method of its own, so that a mutant overrides one.
// It is no design of the catalogue (the staged one is), only the soil for mistakes of two-phase sinks.
// Source followed: Flink's TwoPhaseCommitSinkFunction. Read next: epochRows.ts.
import { DynamoDbSyncSink, type SyncSinkOptions } from '../../impl/sinks/dynamoDbSyncSink.ts'
import type {
  FunctionInitializationContext,
  FunctionSnapshotContext,
  ListState,
  RuntimeContext,
  SinkRecord,
} from '../../impl/sinks/interfaces.ts'
import type { CheckpointId } from '../../model/pipeline/ids.ts'

/** As it stands in list state: one element a record. */
type Kept = SinkRecord & { readonly epoch: number }

export interface Epoch {
  readonly id: number
  readonly records: readonly SinkRecord[]
}

export class EpochSink extends DynamoDbSyncSink {
  /** Of the epoch that no barrier has closed. */
  protected current: SinkRecord[] = []
  /** Closed and not written, oldest first. */
  protected closed: readonly Epoch[] = []
  #state: ListState<Kept> | undefined

  constructor(options: SyncSinkOptions) {
    super({ ...options, flushWhenFull: false, onFinish: 'drop', onClose: 'drop' })
  }

  initializeState({ operatorState }: FunctionInitializationContext): void {
    this.#state = operatorState.listState<Kept>('epochs')
    const epochs = new Map<number, SinkRecord[]>()
    for (const { epoch, ...record } of this.#state.get()) epochs.set(epoch, [...(epochs.get(epoch) ?? []), record])
    this.closed = [...epochs].map(([id, records]) => ({ id, records }))
  }

  /** What a restored checkpoint covers is complete, notified or not. */
  override open(context: RuntimeContext): void | Promise<void> {
    super.open(context)
    return this.commitRestored()
  }

  protected commitRestored(): void | Promise<void> {
    if (this.closed.length > 0) return this.commit(() => true)
  }

  override invoke(record: SinkRecord): void | Promise<void> {
    this.current.push(record)
  }

  snapshotState({ checkpointId }: FunctionSnapshotContext): void | Promise<void> {
    if (this.current.length > 0) this.closed = [...this.closed, { id: checkpointId, records: this.current }]
    this.current = []
    this.#state?.update(
      this.inState().flatMap(({ id, records }) => records.map((record) => ({ ...record, epoch: id }))),
    )
  }

  protected inState(): readonly Epoch[] {
    return this.closed
  }

  notifyCheckpointComplete(id: CheckpointId): void | Promise<void> {
    return this.commit((epoch) => epoch.id <= id)
  }

  /** The epochs that are complete, in order. */
  protected async commit(complete: (epoch: Epoch) => boolean): Promise<void> {
    const due = this.closed.filter(complete)
    this.closed = this.closed.filter((epoch) => !complete(epoch))
    for (const { records } of due) await this.write(records)
  }

  protected async write(records: readonly SinkRecord[]): Promise<void> {
    for (const record of records) this.format.buffer.add(record)
    await this.format.flush()
  }
}
