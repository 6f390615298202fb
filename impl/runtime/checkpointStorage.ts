// Where completed checkpoints live. Storing one is its commit point: before it the checkpoint does not exist, after it
// the checkpoint is what a restart restores from, notified or not (facts/flink.md 1.8). The one in memory is synchronous,
// for the model's world; the one in files is for a program that may be killed.
// Read next: fileCheckpointStorage.ts.
import type { SinkRecord } from '../sinks/interfaces.ts'
import { CheckpointStorageError, DamagedCheckpointError } from './checkpointErrors.ts'
import type { OperatorStateSnapshot } from './operatorState.ts'

export interface SourceState {
  /** Records read before the cut. */
  readonly offset: number
  /** The log's own position at that offset, so that a restart need not read from the start. JSON. */
  readonly position?: unknown
  readonly finished: boolean
}

/** What a barrier overtook in one keyed channel, in the order in which it was sent. */
export interface ChannelState {
  readonly source: number
  /** The one that acknowledged it; a restore routes by key. */
  readonly subtask: number
  readonly records: readonly SinkRecord[]
}

/** Plain JSON. Never changed after it was handed over. */
export interface CompletedCheckpoint {
  readonly checkpointId: number
  readonly runId: number
  readonly attempt: number
  readonly parallelism: number
  readonly sources: readonly SourceState[]
  /** One per subtask of the sink. */
  readonly operatorState: readonly OperatorStateSnapshot[]
  /** Of an unaligned checkpoint, old subtask after old subtask; absent where no barrier overtook anything. */
  readonly channels?: readonly ChannelState[]
  /** As in Flink a savepoint is stored but never restored from unless it is named. */
  readonly kind: 'checkpoint' | 'savepoint'
  /** Fingerprint of the job, best a JSON object (input, key, table, design): then an error can name what differs. */
  readonly job: string
  readonly createdAtMs: number
}

export interface CheckpointStorage {
  /** Commits. The id of a checkpoint must be above all stored before (Flink: additions are strictly rising). */
  store(checkpoint: CompletedCheckpoint): void | Promise<void>
  /** What a restart restores from: the newest checkpoint, no savepoint. Null: start afresh. Throws where it is damaged. */
  newest(): CompletedCheckpoint | null | Promise<CompletedCheckpoint | null>
  /** The named checkpoint or savepoint, whatever the state of the others. */
  load(checkpointId: number): CompletedCheckpoint | Promise<CompletedCheckpoint>
  /** The explicit choice of a checkpoint or savepoint: it becomes the newest, and newer checkpoints are set aside. */
  restartFrom(checkpointId: number): CompletedCheckpoint | Promise<CompletedCheckpoint>
  /** Ids of the checkpoints (no savepoints) there are, rising. */
  ids(): readonly number[] | Promise<readonly number[]>
  /** Highest id that was ever stored, 0 for none. New ids start above it. */
  highestId(): number | Promise<number>
}

/** Keeps the newest `retained` checkpoints and all savepoints. `damage` is the fault F9. */
export class MemoryCheckpointStorage implements CheckpointStorage {
  readonly #retained: number
  readonly #checkpoints = new Map<number, CompletedCheckpoint>()
  readonly #savepoints = new Map<number, CompletedCheckpoint>()
  readonly #damaged = new Set<number>()
  #highest = 0

  constructor(options: { readonly retained?: number } = {}) {
    this.#retained = checkRetained(options.retained)
  }

  store(checkpoint: CompletedCheckpoint): void {
    const { checkpointId, kind } = checkpoint
    const place = `memory, ${kind} ${checkpointId}`
    checkNewId(place, checkpoint, this.ids().at(-1), this.#savepoints.has(checkpointId))
    if (kind === 'savepoint') this.#savepoints.set(checkpointId, checkpoint)
    else {
      this.#checkpoints.set(checkpointId, checkpoint)
      for (const old of this.ids().slice(0, -this.#retained)) this.#checkpoints.delete(old)
    }
    this.#highest = Math.max(this.#highest, checkpointId)
  }

  newest(): CompletedCheckpoint | null {
    const newest = this.ids().at(-1)
    return newest === undefined ? null : this.load(newest)
  }

  load(checkpointId: number): CompletedCheckpoint {
    const place = `memory, checkpoint ${checkpointId}`
    if (this.#damaged.has(checkpointId)) throw new DamagedCheckpointError(place, 'checksum', 'it was torn')
    const found = this.#checkpoints.get(checkpointId) ?? this.#savepoints.get(checkpointId)
    if (found === undefined) throw new DamagedCheckpointError(place, 'missing', 'it is not there')
    return found
  }

  restartFrom(checkpointId: number): CompletedCheckpoint {
    const chosen = this.load(checkpointId)
    for (const newer of this.ids()) if (newer > checkpointId) this.#checkpoints.delete(newer)
    this.#checkpoints.set(checkpointId, chosen)
    return chosen
  }

  /** The explicit choice of a start without any: no checkpoint is restored from any more. */
  setAllAside(): void {
    this.#checkpoints.clear()
  }

  ids(): readonly number[] {
    return [...this.#checkpoints.keys()].sort((left, right) => left - right)
  }

  highestId(): number {
    return this.#highest
  }

  /** From now on reading this checkpoint or savepoint fails. */
  damage(checkpointId: number): void {
    this.#damaged.add(checkpointId)
  }
}

export function checkRetained(retained = 2): number {
  if (Number.isInteger(retained) && retained >= 1) return retained
  throw new RangeError(`expected 1 or more checkpoints to keep, got ${retained}`)
}

/** Throws CheckpointStorageError: an id that goes back, or that a savepoint has, would overwrite what someone relies on. */
export function checkNewId(
  place: string,
  checkpoint: CompletedCheckpoint,
  newest: number | undefined,
  savepointExists: boolean,
): void {
  const { checkpointId: id, kind } = checkpoint
  if (!Number.isSafeInteger(id) || id < 1) {
    throw new CheckpointStorageError(place, `${place}: expected an id of 1 or more, got ${id}`)
  }
  if (kind === 'savepoint' && savepointExists) {
    throw new CheckpointStorageError(place, `${place}: there is a savepoint of this id already; it is not overwritten`)
  }
  if (kind === 'checkpoint' && newest !== undefined && id <= newest) {
    throw new CheckpointStorageError(place, `${place}: expected an id above ${newest}, the newest stored, got ${id}`)
  }
}
