// A file of rows as the log of a source: rows become records, places become positions that can prove themselves.
// Read next: sources/fileLog.ts, sources/toRecord.ts, pipelineStorage.ts (which asks for the proof).
import type { SinkRecord } from '../sinks/interfaces.ts'
import type { FileLog } from './sources/fileLog.ts'
import type { Place } from './sources/filePosition.ts'
import type { LogPosition } from './sources/replayableLog.ts'
import type { RecordMapper } from './sources/toRecord.ts'
import type { RecordLog } from './sourceTask.ts'

/** A log whose position is cheap to take at every record and made good only when a checkpoint stores it. */
export interface ProvableLog extends RecordLog {
  prove(position: unknown): Promise<unknown>
}

export class FileRecordLog implements ProvableLog {
  readonly #log: FileLog
  readonly #mapper: RecordMapper

  constructor(log: FileLog, mapper: RecordMapper) {
    this.#log = log
    this.#mapper = mapper
  }

  async next(): Promise<SinkRecord | null> {
    const row = await this.#log.next()
    return row === null ? null : this.#mapper.toRecord(row)
  }

  position(): Place {
    return this.#log.place
  }

  prove(position: unknown): Promise<LogPosition> {
    return this.#log.prove(position as Place)
  }

  /** Throws InputChangedError where the file is not the one of the checkpoint. */
  seek(_offset: number, position: unknown): Promise<void> {
    return position === null ? this.#log.open() : this.#log.open(position as LogPosition)
  }

  close(): Promise<void> {
    return this.#log.close()
  }
}
