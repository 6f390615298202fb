// Mistakes of two-phase sinks, most of them made by Flink's own: each overrides one rule of the epoch sink.
// Read next: epochSink.ts.
import type { FunctionSnapshotContext, SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import { type Epoch, EpochSink } from './epochSink.ts'
import { type Mutant, mutantsOf, type Rows } from './mutant.ts'
import { rightSink } from './settings.ts'
import { sinkOf } from './sinkParts.ts'

/** Writes again what a crash makes it commit twice; shows nothing early. */
const EPOCHS = rightSink(
  'epochs',
  'listStateBuffer',
  { sink: sinkOf(EpochSink) },
  {
    S2: [
      ['F2d', 'F3'],
      ['F2f', 'F3'],
      ['F3', 'F4'],
    ],
    S3: [['F2d'], ['F2f'], ['F3', 'F4']],
    S4: [['F2d'], ['F2f'], ['F3', 'F4']],
    S5: [],
  },
)

const row = (source: string, what: string, sinkClass: typeof EpochSink): Rows[string] => ({
  source,
  what,
  setting: EPOCHS,
  patch: { real: { sink: sinkOf(sinkClass) } },
})

const ROWS: Rows = {
  commitsOnlyTheIdNotified: row(
    'FLINK-21080',
    'an epoch is written when its own id is notified, and one notification was lost',
    class extends EpochSink {
      override notifyCheckpointComplete(id: CheckpointId): Promise<void> {
        return this.commit((epoch) => epoch.id === id)
      }
    },
  ),
  restoredEpochsForgotten: row(
    'FLINK-29512',
    'restored epochs stay under an id that is never notified',
    class extends EpochSink {
      protected override commitRestored(): void {
        this.closed = this.closed.map((epoch) => ({ ...epoch, id: Number.MAX_SAFE_INTEGER }))
      }
    },
  ),
  commitsNextEpochToo: row(
    'FLINK-8132',
    'the notification of an epoch also writes what came after its barrier',
    class extends EpochSink {
      override async notifyCheckpointComplete(id: CheckpointId): Promise<void> {
        await super.notifyCheckpointComplete(id)
        const early = this.current
        this.current = []
        await this.write(early)
      }
    },
  ),
  abortDropsEpoch: row(
    'classic',
    'the epoch of an aborted checkpoint is dropped, not left to the next one',
    class extends EpochSink {
      notifyCheckpointAborted(id: CheckpointId): void {
        this.closed = this.closed.filter((epoch) => epoch.id !== id)
      }
    },
  ),
  lastEpochNeverCommitted: row(
    'FLINK-23473',
    'what is opened after the end of input is committed by nobody',
    class extends EpochSink {
      #ended = false
      override finish(): void {
        this.#ended = true
      }
      override snapshotState(context: FunctionSnapshotContext): void | Promise<void> {
        if (this.#ended) this.current = []
        return super.snapshotState(context)
      }
    },
  ),
  failedCommitDropped: row(
    'FLINK-23896',
    'a commit that fails once is not tried again',
    class extends EpochSink {
      protected override async write(records: readonly SinkRecord[]): Promise<void> {
        for (const record of records) this.format.buffer.add(record)
        if (!(await this.format.flushOnce())) this.format.discard()
      }
    },
  ),
  committedAtSnapshot: row(
    'classic',
    'the epoch is written when its barrier comes, before the checkpoint has all its parts',
    class extends EpochSink {
      override async snapshotState(context: FunctionSnapshotContext): Promise<void> {
        await super.snapshotState(context)
        await this.commit(() => true)
      }
    },
  ),
  uncommittedNotInState: row(
    'classic',
    'only the newest epoch goes into the state, those that wait for a notification do not',
    class extends EpochSink {
      protected override inState(): readonly Epoch[] {
        return this.closed.slice(-1)
      }
    },
  ),
  finalCommitTwice: row(
    'FLINK-24131',
    'the epochs of a notification are written a second time, first to last',
    class extends EpochSink {
      #committed: readonly Epoch[] = []
      protected override async commit(complete: (epoch: Epoch) => boolean): Promise<void> {
        const again = this.#committed
        this.#committed = this.closed.filter(complete)
        for (const { records } of again) await this.write(records)
        await super.commit(complete)
      }
    },
  ),
  epochsInReverse: row(
    'classic',
    'epochs that became complete together are written newest first',
    class extends EpochSink {
      protected override async commit(complete: (epoch: Epoch) => boolean): Promise<void> {
        this.closed = this.closed.toReversed()
        await super.commit(complete)
        this.closed = this.closed.toReversed()
      }
    },
  ),
}

export const EPOCH_MUTANTS: readonly Mutant[] = mutantsOf('sink', ROWS)
