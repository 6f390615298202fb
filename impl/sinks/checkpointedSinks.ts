// What DynamoDbSyncSink becomes at a checkpoint: its buffer copied into ListState, flushed and awaited, flushed and not
// awaited, or flushed when the checkpoint is notified. Four small classes, since the difference is the lesson.
// Read next: designs.ts.
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import { DynamoDbSyncSink } from './dynamoDbSyncSink.ts'
import { restoredRecord, type StoredRecord, storedRecord } from './encodedRecord.ts'
import type {
  CheckpointedFunction,
  CheckpointListener,
  FunctionInitializationContext,
  FunctionSnapshotContext,
  ListState,
} from './interfaces.ts'

/** D2: the buffer is in the checkpoint. The records are written after it completes, or after a restore. */
export class ListStateSink extends DynamoDbSyncSink implements CheckpointedFunction {
  #state: ListState<StoredRecord> | undefined

  initializeState(context: FunctionInitializationContext): void {
    this.#state = context.operatorState.listState<StoredRecord>('buffered-records')
    for (const stored of this.#state.get()) this.format.buffer.add(restoredRecord(stored))
  }

  snapshotState(_context: FunctionSnapshotContext): void {
    this.#state?.update(this.format.buffer.records().map(storedRecord))
  }
}

/** D3: nothing is buffered when the snapshot is taken, so there is nothing to keep. */
export class FlushOnSnapshotSink extends DynamoDbSyncSink implements CheckpointedFunction {
  initializeState(_context: FunctionInitializationContext): void {}

  snapshotState(_context: FunctionSnapshotContext): Promise<void> {
    return this.format.flush()
  }
}

/** D4: the mistake: the snapshot returns while the flush is still under way. */
export class FlushNotAwaitedSink extends DynamoDbSyncSink implements CheckpointedFunction {
  initializeState(_context: FunctionInitializationContext): void {}

  snapshotState(_context: FunctionSnapshotContext): void {
    this.format.flush().catch((error: unknown) => {
      this.context?.fail(error instanceof Error ? error : new Error(String(error)))
    })
  }
}

/** D5: writes only once a checkpoint is known to be complete, and keeps nothing in it. */
export class FlushOnNotifySink extends DynamoDbSyncSink implements CheckpointListener {
  notifyCheckpointComplete(_checkpointId: CheckpointId): Promise<void> {
    return this.format.flush()
  }
}
