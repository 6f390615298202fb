// A source task: hands out the records of a replayable log in order, answers a trigger with its position and a barrier.
// What the log is (memory, NDJSON, CSV) is behind RecordLog; this is only the protocol's side of it.
// Read next: job.ts.
import type { CheckpointId } from '../../model/pipeline/ids.ts'
import type { SinkRecord } from '../sinks/interfaces.ts'
import type { SourceState } from './checkpointStorage.ts'
import type { SnapshotKind } from './coordination/kinds.ts'
import {
  RUNNING_TASK,
  type StoppingTask,
  type StoppingTaskEffect,
  type StoppingTaskEvent,
  stepStoppingTask,
} from './stopWithSavepoint.ts'

export interface RecordLog {
  /** The next record, or null at the end of the log. */
  next(): SinkRecord | null | Promise<SinkRecord | null>
  /** Where the log stands, as JSON, to come back to with `seek`. */
  position(): unknown
  seek(offset: number, position: unknown): void | Promise<void>
  close?(): void | Promise<void>
}

/** A log that is an array: the world's sources, and tests. */
export class MemoryLog implements RecordLog {
  readonly #records: readonly SinkRecord[]
  #at = 0

  constructor(records: readonly SinkRecord[]) {
    this.#records = records
  }

  next(): SinkRecord | null {
    return this.#records[this.#at++] ?? null
  }

  position(): null {
    return null
  }

  seek(offset: number): void {
    this.#at = offset
  }
}

/** What the coordinator tells a source to start, and when it did. */
export interface Trigger {
  readonly id: CheckpointId
  readonly kind: SnapshotKind
  readonly atMs: number
}

export class SourceTask {
  readonly task: number
  readonly log: RecordLog
  /** Records emitted in this attempt's line of history. */
  offset = 0
  ended = false
  /** A checkpoint this source was told to start and has not. */
  triggered: Trigger | null = null
  /** True where the abort of that checkpoint is on its way here too: it may overtake the trigger. */
  cancelled = false
  stopping: StoppingTask = RUNNING_TASK
  /** The record after the offset; null at the end of the log, undefined while it is not known. */
  ahead: SinkRecord | null | undefined
  #position: unknown = null
  /** Asked for the record ahead: from then on the log may stand behind it, whether the record has arrived or not. */
  #asked = false
  /** Counts restores: a read that was asked for before one belongs to nobody. */
  #restores = 0

  constructor(task: number, log: RecordLog) {
    this.task = task
    this.log = log
  }

  /** Reads one record ahead. */
  prepare(): void | Promise<void> {
    if (this.ahead !== undefined) return
    this.#position = this.log.position()
    this.#asked = true
    const next = this.log.next()
    if (!(next instanceof Promise)) {
      this.ahead = next
      return
    }
    const asked = this.#restores
    return next.then((record) => {
      if (asked === this.#restores) this.ahead = record
    })
  }

  take(): SinkRecord {
    const record = this.ahead
    if (record === null || record === undefined)
      throw new Error(`expected a record at offset ${this.offset} of source ${this.task}`)
    this.ahead = undefined
    this.#asked = false
    this.offset++
    return record
  }

  /** Position of the next record, not of the one read ahead of it. */
  state(): SourceState {
    const position = this.#asked ? this.#position : this.log.position()
    return { offset: this.offset, position, finished: this.ended }
  }

  /** The coordinator starts a checkpoint. */
  tellTrigger(trigger: Trigger): void {
    this.triggered = trigger
    this.cancelled = false
  }

  /** The coordinator gave a checkpoint up. Returns what that means for a stop: it may fail the task. */
  toldAborted(id: CheckpointId): readonly StoppingTaskEffect[] {
    if (this.triggered?.id === id) this.cancelled = true
    return this.stop({ type: 'abort', id })
  }

  /** Returns what is to be done, in order. */
  stop(event: StoppingTaskEvent): readonly StoppingTaskEffect[] {
    const { state, effects } = stepStoppingTask(this.stopping, event)
    this.stopping = state
    return effects
  }

  /** Hands out records, or may yet find that there are no more. */
  get isReading(): boolean {
    return this.stopping.phase === 'Running'
  }

  /** The trigger has been taken, or its attempt is over. */
  forgetTrigger(): void {
    this.triggered = null
    this.cancelled = false
  }

  /** Back to a checkpoint, or to the start of the log. */
  restore(state: SourceState | null): void | Promise<void> {
    this.offset = state?.offset ?? 0
    this.ended = false
    this.stopping = RUNNING_TASK
    this.forgetTrigger()
    this.ahead = undefined
    this.#asked = false
    this.#restores++
    return this.log.seek(this.offset, state?.position ?? null)
  }
}
