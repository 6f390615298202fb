// Checkpoints in a folder, for a program that may be killed at any moment: chk-<id>.json, savepoint-<id>.json, a
// manifest (the job, the run, the newest id: a newest file that is gone is noticed) and a lock. The rename of the file
// is the commit point of the checkpoint; all that follows it may fail without undoing it.
// Read next: checkpointFiles.ts (what is in the files), durableWrite.ts (how they get there), folderLock.ts.
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DamagedCheckpointError, OtherJobError } from './checkpointErrors.ts'
import {
  encodeCheckpoint,
  encodeManifest,
  fileName,
  idsIn,
  MANIFEST_NAME,
  type Manifest,
  readCheckpointFile,
  readManifest,
} from './checkpointFiles.ts'
import { type CheckpointStorage, type CompletedCheckpoint, checkNewId, checkRetained } from './checkpointStorage.ts'
import { type OnWriteStep, removeTemporaries, usable, writeDurably } from './durableWrite.ts'
import { FolderLock } from './folderLock.ts'

export interface FileStorageOptions {
  readonly folder: string
  /** Fingerprint of the job that opens the folder; see CompletedCheckpoint.job. */
  readonly job: string
  /** Completed checkpoints kept, 1 or more; default 2. Savepoints are the user's and always kept. */
  readonly retained?: number
  /** Called within each write of a checkpoint; a test kills here. */
  readonly onStep?: OnWriteStep
  /** Told of a dead process's lock, of remains of a crash, and of what failed after a commit. */
  readonly onWarning?: (message: string) => void
}

export class FileCheckpointStorage implements CheckpointStorage {
  /** Rises by one at every open, kept in the folder: fences what an earlier run may still send. */
  readonly runId: number
  readonly #options: FileStorageOptions
  readonly #retained: number
  readonly #lock: FolderLock
  #manifest: Manifest
  // One write at a time, in the order of the calls.
  #last: Promise<unknown> = Promise.resolve()

  private constructor(options: FileStorageOptions, lock: FolderLock, manifest: Manifest) {
    this.#options = options
    this.#retained = checkRetained(options.retained)
    this.#lock = lock
    this.#manifest = manifest
    this.runId = manifest.runId
  }

  /** Makes the folder if need be, locks it, and counts the run. Throws a CheckpointStorageError of the kind that fits. */
  static async open(options: FileStorageOptions): Promise<FileCheckpointStorage> {
    const { folder, job, onWarning } = options
    checkRetained(options.retained)
    await usable(folder, 'make the folder', () => mkdir(folder, { recursive: true }))
    const lock = await FolderLock.acquire(folder, (pid) =>
      onWarning?.(`${folder}: took over the lock of dead process ${pid}`),
    )
    try {
      const before = await readManifest(folder)
      if (before !== null && before.job !== job) throw new OtherJobError(folder, before.job, job)
      const left = await usable(folder, 'clean up', () => removeTemporaries(folder))
      if (left.length > 0) onWarning?.(`${folder}: removed what a crash left behind: ${left.join(', ')}`)
      const manifest = { ...(before ?? { job, runId: 0, newest: null, highest: 0 }) }
      manifest.runId += 1
      await lock.assertHeld()
      await writeDurably(folder, MANIFEST_NAME, encodeManifest(manifest))
      return new FileCheckpointStorage(options, lock, manifest)
    } catch (error) {
      await lock.release()
      throw error
    }
  }

  store(checkpoint: CompletedCheckpoint): Promise<void> {
    return this.#inTurn(async () => {
      const { folder, job, onStep } = this.#options
      const { checkpointId, kind } = checkpoint
      const savepoints = await idsIn(folder, 'savepoint')
      const name = fileName(kind, checkpointId)
      checkNewId(join(folder, name), checkpoint, (await this.ids()).at(-1), savepoints.includes(checkpointId))
      if (checkpoint.job !== job) throw new OtherJobError(join(folder, name), job, checkpoint.job)
      await this.#lock.assertHeld()
      await writeDurably(folder, name, encodeCheckpoint(checkpoint), onStep)
      // Committed. What fails from here on is said, but does not undo it.
      await this.#orWarn(`after ${kind} ${checkpointId}`, async () => {
        await this.#remember(kind === 'checkpoint' ? checkpointId : this.#manifest.newest, checkpointId)
        for (const old of (await this.ids()).slice(0, -this.#retained)) {
          await rm(join(folder, fileName('checkpoint', old)), { force: true })
        }
      })
    })
  }

  async newest(): Promise<CompletedCheckpoint | null> {
    const { newest: expected } = this.#manifest
    const newest = (await this.ids()).at(-1)
    if (expected !== null && (newest === undefined || newest < expected)) {
      const path = join(this.#options.folder, fileName('checkpoint', expected))
      throw new DamagedCheckpointError(path, 'missing', `the manifest says that checkpoint ${expected} completed`)
    }
    return newest === undefined ? null : this.#read('checkpoint', newest)
  }

  async load(checkpointId: number): Promise<CompletedCheckpoint> {
    return this.#read((await this.#find(checkpointId)) ?? 'checkpoint', checkpointId)
  }

  restartFrom(checkpointId: number): Promise<CompletedCheckpoint> {
    return this.#inTurn(async () => {
      const { folder, onWarning } = this.#options
      const chosen = await this.load(checkpointId)
      await this.#lock.assertHeld()
      // Newer ones out of the way first: a crash in between is reported as a missing newest, and the choice is made again.
      for (const newer of (await this.ids()).filter((id) => id > checkpointId)) {
        const [from, to] = [fileName('checkpoint', newer), `set-aside-run-${this.runId}-chk-${newer}.json`]
        await usable(join(folder, from), `rename to ${to}`, () => rename(join(folder, from), join(folder, to)))
        onWarning?.(`${folder}: ${from} is not restored from; it is kept as ${to}`)
      }
      if ((await this.#find(checkpointId)) === 'savepoint') {
        await writeDurably(folder, fileName('checkpoint', checkpointId), encodeCheckpoint(chosen))
      }
      await this.#remember(checkpointId, checkpointId)
      return chosen
    })
  }

  ids(): Promise<readonly number[]> {
    return idsIn(this.#options.folder, 'checkpoint')
  }

  async highestId(): Promise<number> {
    const { folder } = this.#options
    const all = [...(await this.ids()), ...(await idsIn(folder, 'savepoint'))]
    return Math.max(this.#manifest.highest, ...all)
  }

  /** Lets another process have the folder. */
  close(): Promise<void> {
    return this.#inTurn(() => this.#lock.release())
  }

  async #find(checkpointId: number): Promise<CompletedCheckpoint['kind'] | null> {
    const { folder } = this.#options
    if ((await this.ids()).includes(checkpointId)) return 'checkpoint'
    return (await idsIn(folder, 'savepoint')).includes(checkpointId) ? 'savepoint' : null
  }

  async #read(kind: CompletedCheckpoint['kind'], checkpointId: number): Promise<CompletedCheckpoint> {
    const { folder, job } = this.#options
    const path = join(folder, fileName(kind, checkpointId))
    const checkpoint = await readCheckpointFile(path)
    if (checkpoint.checkpointId !== checkpointId) {
      throw new DamagedCheckpointError(path, 'content', `it holds checkpoint ${checkpoint.checkpointId}`)
    }
    if (checkpoint.job !== job) throw new OtherJobError(path, checkpoint.job, job)
    return checkpoint
  }

  async #remember(newest: number | null, id: number): Promise<void> {
    const { folder } = this.#options
    const next = { ...this.#manifest, newest, highest: Math.max(await this.highestId(), id) }
    await writeDurably(folder, MANIFEST_NAME, encodeManifest(next))
    this.#manifest = next
  }

  async #orWarn(when: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#options.onWarning?.(`${when}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
