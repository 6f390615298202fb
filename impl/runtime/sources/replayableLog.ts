// What a source reads from: a sequence of rows that can be read again from any position it once gave out. That is all
// a source needs for its half of exactly-once: after a restart it reads on from the checkpoint's position.
// Read next: memoryLog.ts, fileLog.ts, toRecord.ts.

/** One row: strings in CSV, any JSON value in NDJSON. */
export type Row = Readonly<Record<string, unknown>>

export interface LogRecord {
  /** Number of records before it in the log. */
  readonly offset: number
  /** Line of the file where it begins, from 1; in a log without lines offset + 1. For messages. */
  readonly line: number
  readonly row: Row
  /** The row as JSON text. In NDJSON the line as it stands: numbers that JavaScript would round stay as they were. */
  readonly json: string
}

/** Plain JSON for the checkpoint. All but `offset` is the log's own business. */
export interface LogPosition {
  readonly offset: number
  readonly [field: string]: unknown
}

export interface ReplayableLog {
  /** Where it is from, for messages: a path, or a name. */
  readonly name: string
  /** Number of records, where it is known without reading them. */
  readonly length?: number
  /** Columns, where all rows have the same ones; known after `open`. */
  readonly columns?: readonly string[]
  /**
   * Goes to the start, or to a position that this log gave out before: cheap, and checked to be of the same input.
   * Throws InputChangedError where it is not, SourceUnreadableError where there is nothing to read.
   */
  open(position?: LogPosition): Promise<void>
  /** The next record, or null at the end. Throws BadRowError at a row that cannot be read; again if called again. */
  next(): Promise<LogRecord | null>
  /** Of the next record to be read. Fixed when it is called; takes a read of the file to compute. */
  position(): LogPosition | Promise<LogPosition>
  close(): Promise<void>
}
