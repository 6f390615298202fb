// Checkpoint storage as a running pipeline uses it: positions are proven before they are stored, and the savepoint of a
// stop (it has no other) is named at once as what the next start restores from. As in Flink a savepoint is never
// restored from unless it is named; stopping with one names it here, in one place, before anybody is notified of it.
// Read next: fileCheckpointStorage.ts.
import type { CheckpointStorage, CompletedCheckpoint } from './checkpointStorage.ts'
import type { ProvableLog } from './pipelineLog.ts'

export class PipelineStorage implements CheckpointStorage {
  readonly #storage: CheckpointStorage
  readonly #logs: readonly ProvableLog[]
  readonly #onStored: () => void

  constructor(storage: CheckpointStorage, logs: readonly ProvableLog[], onStored: () => void) {
    this.#storage = storage
    this.#logs = logs
    this.#onStored = onStored
  }

  async store(checkpoint: CompletedCheckpoint): Promise<void> {
    const sources = await Promise.all(
      checkpoint.sources.map(async (source, s) => {
        const log = this.#logs[s]
        return log === undefined ? source : { ...source, position: await log.prove(source.position) }
      }),
    )
    const { checkpointId, kind } = checkpoint
    await this.#storage.store({ ...checkpoint, sources })
    if (kind === 'savepoint') await this.#storage.restartFrom(checkpointId)
    this.#onStored()
  }

  newest(): CompletedCheckpoint | null | Promise<CompletedCheckpoint | null> {
    return this.#storage.newest()
  }

  load(checkpointId: number): CompletedCheckpoint | Promise<CompletedCheckpoint> {
    return this.#storage.load(checkpointId)
  }

  restartFrom(checkpointId: number): CompletedCheckpoint | Promise<CompletedCheckpoint> {
    return this.#storage.restartFrom(checkpointId)
  }

  ids(): readonly number[] | Promise<readonly number[]> {
    return this.#storage.ids()
  }

  highestId(): number | Promise<number> {
    return this.#storage.highestId()
  }
}
