// Checkpoint storage whose commits are written down: the judge goes by what the coordinator handed over, not by what the
// storage says it has. And the faults of storing: the coordinator may die in it, before the entry, when the metadata is
// written and is no restore point, or after it, when the checkpoint is complete and nobody hears so.
// Read next: judge.ts, worldSteps.ts (when it dies).
import type { CheckpointStorage, CompletedCheckpoint } from '../../impl/runtime/checkpointStorage.ts'

export type DeathInStore = 'before' | 'after'

export class WatchedStorage implements CheckpointStorage {
  /** In order, savepoints included. */
  readonly handed: CompletedCheckpoint[] = []
  private readonly storage: CheckpointStorage
  private dies: DeathInStore | null = null

  constructor(storage: CheckpointStorage) {
    this.storage = storage
  }

  /** Whoever stores next dies in it: he is not answered. */
  dieInNext(when: DeathInStore): void {
    this.dies = when
  }

  store(checkpoint: CompletedCheckpoint): void | Promise<void> {
    const { dies } = this
    this.dies = null
    if (dies === 'before') return new Promise(() => {})
    this.handed.push(checkpoint)
    const stored = this.storage.store(checkpoint)
    return dies === null ? stored : new Promise(() => {})
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
