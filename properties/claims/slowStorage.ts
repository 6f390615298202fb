// Checkpoint storage in memory that writes and answers when it is told to: what lies between the coordinator's `complete`
// and the notifications. Read next: completion.ts, completionCrashes.ts.
import { type CheckpointStorage, MemoryCheckpointStorage } from '../../impl/runtime/checkpointStorage.ts'

export class SlowStorage implements CheckpointStorage {
  /** From now on it is as quick as memory. */
  quick = false
  write = (): void => {}
  answer = (): void => {}
  readonly #memory = new MemoryCheckpointStorage()

  store(checkpoint: Parameters<CheckpointStorage['store']>[0]): void | Promise<void> {
    if (this.quick) return this.#memory.store(checkpoint)
    return new Promise((resolve) => {
      this.write = () => this.#memory.store(checkpoint)
      this.answer = resolve
    })
  }
  newest = () => this.#memory.newest()
  load = (id: number) => this.#memory.load(id)
  restartFrom = (id: number) => this.#memory.restartFrom(id)
  ids = () => this.#memory.ids()
  highestId = () => this.#memory.highestId()
}
