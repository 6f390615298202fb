// A file as a replayable log: frames from frameReader.ts, rows by a format, positions by byte. Rows are delivered up to
// the one that cannot be read, and only then the error: the same at every run, wherever chunks happen to end.
// Read next: csv.ts, ndjson.ts (the formats), filePosition.ts.
import { type FileHandle, open } from 'node:fs/promises'
import { checkPosition, type Place, positionAt } from './filePosition.ts'
import { type Frame, FrameReader } from './frameReader.ts'
import type { LogPosition, LogRecord, ReplayableLog, Row } from './replayableLog.ts'
import { SourceUnreadableError } from './sourceErrors.ts'

export interface ReadRow {
  readonly row: Row
  readonly json: string
}

/** How frames become rows. Stateful: a header is read once per open. */
export interface RowFormat {
  readonly name: string
  readonly quotes: boolean
  readonly columns?: readonly string[]
  /** Takes the file's first frame where that is no row (null: the file is empty). Returns whether it was taken. */
  header(frame: Frame | null, source: string): boolean
  /** Rows of the frames in order, as many as can be read, and the error of the first that cannot. */
  rows(frames: readonly Frame[], source: string): { readonly rows: readonly ReadRow[]; readonly error: unknown }
}

export class FileLog implements ReplayableLog {
  readonly name: string
  readonly #format: RowFormat
  #file: FileHandle | null = null
  #reader: FrameReader | null = null
  #frames: readonly Frame[] = []
  #rows: readonly ReadRow[] = []
  #taken = 0
  #error: unknown = null
  #place = { offset: 0, byte: 0, line: 1 }

  constructor(path: string, format: RowFormat) {
    this.name = path
    this.#format = format
  }

  get columns(): readonly string[] {
    return this.#format.columns ?? []
  }

  async open(position?: LogPosition): Promise<void> {
    await this.close()
    this.#file = await openFile(this.name)
    try {
      this.#reader = await this.#start(this.#file, position)
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async next(): Promise<LogRecord | null> {
    if (this.#reader === null) throw new SourceUnreadableError(this.name, `${this.name}: it is not open`)
    if (this.#taken === this.#rows.length) {
      // Thrown again at every call: a row that cannot be read stays so.
      if (this.#error !== null) throw this.#error
      await this.#readBatch(this.#reader)
      if (this.#rows.length === 0 && this.#error !== null) throw this.#error
    }
    const [read, frame] = [this.#rows[this.#taken], this.#frames[this.#taken]]
    if (read === undefined || frame === undefined) return null
    this.#taken += 1
    const { offset } = this.#place
    this.#place = { offset: offset + 1, byte: frame.end, line: frame.nextLine }
    return { offset, line: frame.line, row: read.row, json: read.json }
  }

  async position(): Promise<LogPosition> {
    return this.prove(this.place)
  }

  /** Where the next record begins. Costs nothing, and cannot tell whether the file is still the same: see `prove`. */
  get place(): Place {
    return { format: this.#format.name, ...this.#place }
  }

  /** A place that this log gave out, as a position that can be opened. Takes a read of the file. */
  async prove(place: Place): Promise<LogPosition> {
    if (this.#file === null) throw new SourceUnreadableError(this.name, `${this.name}: it is not open`)
    return positionAt(this.#file, this.name, place)
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = null
    this.#reader = null
    await file?.close()
  }

  async #start(file: FileHandle, position?: LogPosition): Promise<FrameReader> {
    // The start is there without proof; any other position proves itself first, or the header's errors would mislead.
    const restored =
      position === undefined || position.offset === 0
        ? null
        : await checkPosition(file, this.name, this.#format.name, position)
    const reader = new FrameReader(file, this.name, this.#format.quotes)
    const start = await afterByteOrderMark(file)
    reader.seek(start, 1)
    const [first] = await reader.nextBatch()
    const headed = this.#format.header(first ?? null, this.name)
    const begin = first && headed ? { byte: first.end, line: first.nextLine } : { byte: start, line: 1 }
    this.#place = restored ?? { offset: 0, ...begin }
    reader.seek(this.#place.byte, this.#place.line)
    this.#frames = []
    this.#rows = []
    this.#taken = 0
    this.#error = null
    return reader
  }

  async #readBatch(reader: FrameReader): Promise<void> {
    this.#taken = 0
    this.#rows = []
    try {
      this.#frames = await reader.nextBatch()
      const { rows, error } = this.#format.rows(this.#frames, this.name)
      this.#rows = rows
      this.#error = error
    } catch (error) {
      this.#error = error
    }
  }
}

async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle | null = null
  try {
    file = await open(path, 'r')
    if ((await file.stat()).isFile()) return file
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'permission denied' : message
    throw new SourceUnreadableError(path, `${path}: cannot read: ${why}`, { cause })
  }
  await file.close()
  const hint = 'a pipe or a folder cannot be read again after a restart; save it to a file first'
  throw new SourceUnreadableError(path, `${path}: expected a regular file: ${hint}`)
}

async function afterByteOrderMark(file: FileHandle): Promise<number> {
  const start = Buffer.alloc(3)
  const { bytesRead } = await file.read(start, 0, 3, 0)
  return bytesRead === 3 && start.equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0
}
