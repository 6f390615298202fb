// Checkpoint storage whose commits are written down: the judge goes by what the coordinator handed over, not by what the
// storage says it has. And the faults of storing: the coordinator may die in it, before the entry, when the metadata is
// written and is no restore point, or after it, when the checkpoint is complete and nobody hears so; and what is stored
// may be damaged, which whoever restores is told.
// Read next: judge.ts, worldSteps.ts (when it dies).
import type {
  CheckpointStorage,
  CompletedCheckpoint,
  MemoryCheckpointStorage,
} from '../../impl/runtime/checkpointStorage.ts'

export type DeathInStore = 'before' | 'after'

export class WatchedStorage implements CheckpointStorage {
  /** In order, savepoints included. */
  readonly handed: CompletedCheckpoint[] = []
  /** What a restart was told to start from, where somebody chose; null: without any. */
  chosen: CompletedCheckpoint | null = null
  /** The savepoint of a stop is named at once as what the next start is from, before anybody is told of it. */
  namesSavepoints = false
  private readonly damaged = new Set<number>()
  private readonly storage: MemoryCheckpointStorage
  private dies: DeathInStore | null = null

  constructor(storage: MemoryCheckpointStorage) {
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
    if (this.namesSavepoints && checkpoint.kind === 'savepoint') this.restartFrom(checkpoint.checkpointId)
    return dies === null ? stored : new Promise(() => {})
  }
  damage(checkpointId: number): void {
    this.damaged.add(checkpointId)
    this.storage.damage(checkpointId)
  }
  isDamaged(checkpointId: number | undefined): boolean {
    return checkpointId !== undefined && this.damaged.has(checkpointId)
  }
  setAllAside(): void {
    this.storage.setAllAside()
    this.chosen = null
  }
  /** Restore points, the newest first, damaged or not: for who watches, where whoever restores may be refused. */
  look(): readonly CompletedCheckpoint[] {
    const found = this.ids().map((id) => this.handed.find(({ checkpointId }) => checkpointId === id))
    return found.flatMap((checkpoint) => (checkpoint === undefined ? [] : [checkpoint])).reverse()
  }
  newest(): CompletedCheckpoint | null | Promise<CompletedCheckpoint | null> {
    return this.storage.newest()
  }
  load(checkpointId: number): CompletedCheckpoint | Promise<CompletedCheckpoint> {
    return this.storage.load(checkpointId)
  }
  restartFrom(checkpointId: number): CompletedCheckpoint {
    this.chosen = this.storage.restartFrom(checkpointId)
    return this.chosen
  }
  ids(): readonly number[] {
    return this.storage.ids()
  }
  highestId(): number {
    return this.storage.highestId()
  }
}
