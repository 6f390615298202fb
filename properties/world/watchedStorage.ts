// Checkpoint storage whose commits are written down: the judge goes by what the coordinator handed over, not by what the
// storage says it has. Read next: judge.ts.
import type { CheckpointStorage, CompletedCheckpoint } from '../../impl/runtime/checkpointStorage.ts'

export class WatchedStorage implements CheckpointStorage {
  /** In order, savepoints included. */
  readonly handed: CompletedCheckpoint[] = []
  private readonly storage: CheckpointStorage

  constructor(storage: CheckpointStorage) {
    this.storage = storage
  }

  store(checkpoint: CompletedCheckpoint): void | Promise<void> {
    this.handed.push(checkpoint)
    return this.storage.store(checkpoint)
  }
  newest(): CompletedCheckpoint | null | Promise<CompletedCheckpoint | null> {
    return this.storage.newest()
  }
  load(checkpointId: number): CompletedCheckpoint | Promise<CompletedCheckpoint> {
    return this.storage.load(checkpointId)
  }
  restartFrom(checkpointId: number): CompletedCheckpoint | Promise<CompletedCheckpoint> {
    return this.storage.restartFrom(checkpointId)
  }
  ids(): readonly number[] | Promise<readonly number[]> {
    return this.storage.ids()
  }
  highestId(): number | Promise<number> {
    return this.storage.highestId()
  }
}
