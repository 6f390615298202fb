// Rows become records: key, version, id, value. Whoever asks for the latest per key means the row with the highest
// version, and the guarantees S2 and S3 presume that the versions of a key rise along the input. So a version that falls
// is refused by default, with both lines named; it may be let through for sinks that compare versions in the store.
// Read next: mapping.ts, versions.ts, lastSeen.ts.
import type { SinkRecord } from '../../sinks/interfaces.ts'
import { LastSeen } from './lastSeen.ts'
import { columnsOf, type Mapping } from './mapping.ts'
import type { LogRecord, ReplayableLog } from './replayableLog.ts'
import { BadRowError, MissingColumnError } from './sourceErrors.ts'
import { readVersion } from './versions.ts'

/** DynamoDB's limits, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 2048
export const MAX_ITEM_BYTES = 400 * 1024

export interface MapperOptions {
  /** Index of the source; makes ids unique over sources: `<source>/<offset>`. Default 0. */
  readonly source?: number
  /** `refuse` (default): BadRowError. `pass`: for sinks whose writes are conditional on the version. */
  readonly fallingVersions?: 'refuse' | 'pass'
  /** Keys whose last version is kept in memory; default 100,000. */
  readonly rememberedKeys?: number
}

/** Call once after `open`, where the log knows its columns. Throws MissingColumnError listing the columns there are. */
export function checkColumns(log: ReplayableLog, mapping: Mapping): void {
  if (log.columns === undefined || log.columns.length === 0) return
  for (const column of columnsOf(mapping)) {
    if (!log.columns.includes(column)) throw new MissingColumnError(log.name, column, log.columns)
  }
}

export class RecordMapper {
  readonly #name: string
  readonly #mapping: Mapping
  readonly #source: number
  readonly #fallingVersions: 'refuse' | 'pass'
  readonly #lastSeen: LastSeen
  #nextOffset = 0

  /** `name` is the log's, for messages. */
  constructor(name: string, mapping: Mapping, options: MapperOptions = {}) {
    this.#name = name
    this.#mapping = mapping
    this.#source = options.source ?? 0
    this.#fallingVersions = options.fallingVersions ?? 'refuse'
    this.#lastSeen = new LastSeen(options.rememberedKeys)
  }

  /** Keys of which no last version is known any more: contradictions on them may have gone unnoticed. */
  get forgottenKeys(): number {
    return this.#lastSeen.forgotten
  }

  /** Throws BadRowError or MissingColumnError, naming line and column. */
  toRecord(log: LogRecord): SinkRecord {
    // Rewound by a restore: the rows to come have been seen before, and contradict nothing.
    if (log.offset < this.#nextOffset) this.#lastSeen.clear()
    this.#nextOffset = log.offset + 1
    const record = {
      key: this.#key(log),
      version: this.#version(log),
      id: `${this.#source}/${log.offset}`,
      value: log.json,
    }
    this.#checkSize(record, log)
    this.#checkOrder(record, log)
    return record
  }

  #key(log: LogRecord): string {
    const parts = this.#mapping.key.map((column) => this.#keyPart(log, column))
    // Escaped, or ('a|b','c') and ('a','b|c') would be one key. A key of one column stays as it is.
    const key = parts.length === 1 ? parts[0] : parts.map((part) => part.replaceAll(/[\\|]/g, '\\$&')).join('|')
    const bytes = Buffer.byteLength(key as string)
    if (bytes > MAX_KEY_BYTES) {
      const columns = this.#mapping.key.join(', ')
      throw this.#bad(log, `the key is ${bytes} bytes long: expected at most ${MAX_KEY_BYTES}`, columns)
    }
    return key as string
  }

  #keyPart(log: LogRecord, column: string): string {
    const cell = this.#cell(log, column)
    if (cell === '') throw this.#bad(log, 'expected a key, got an empty one', column)
    if (typeof cell === 'boolean') return String(cell)
    if (typeof cell === 'number') {
      if (Math.abs(cell) <= Number.MAX_SAFE_INTEGER) return String(cell)
      throw this.#bad(log, `the number ${cell} has lost digits: write such keys as strings, in quotes`, column)
    }
    if (typeof cell !== 'string') {
      throw this.#bad(
        log,
        `expected a string, number or boolean as key, got ${JSON.stringify(cell)?.slice(0, 40)}`,
        column,
      )
    }
    // Half a character: in UTF-8 all of them become the same replacement, and different keys one.
    if (/\p{Surrogate}/u.test(cell)) throw this.#bad(log, `${JSON.stringify(cell)} is not valid Unicode`, column)
    return cell
  }

  #version(log: LogRecord): number {
    const { version } = this.#mapping
    if (version.type === 'row') return log.offset + 1
    const read = readVersion(this.#cell(log, version.column), version.type)
    if ('problem' in read) throw this.#bad(log, read.problem, version.column)
    return read.version
  }

  #cell(log: LogRecord, column: string): unknown {
    if (Object.hasOwn(log.row, column)) return log.row[column]
    throw new MissingColumnError(this.#name, column, Object.keys(log.row), log.line)
  }

  #checkSize(record: SinkRecord, log: LogRecord): void {
    // Names count too, and a number takes at most 21 bytes.
    const text = `key${record.key}versionid${record.id}value${record.value}`
    const bytes = Buffer.byteLength(text) + 21
    if (bytes <= MAX_ITEM_BYTES) return
    const which = `record ${record.id} (key ${JSON.stringify(record.key.slice(0, 40))})`
    throw this.#bad(log, `${which} is an item of ${bytes} bytes: the store takes at most ${MAX_ITEM_BYTES}`)
  }

  #checkOrder({ key, version }: SinkRecord, log: LogRecord): void {
    if (this.#mapping.version.type === 'row') return
    const { column } = this.#mapping.version
    const { before, now } = this.#lastSeen.exchange(key, version, log.line, log.json)
    if (before === undefined || before.version < version) return
    const shown = JSON.stringify(key.slice(0, 40))
    if (before.version > version) {
      if (this.#fallingVersions === 'pass') return
      const way = 'Sort the input by version, or use --version-type row to take the order of the rows'
      throw this.#bad(
        log,
        `version ${version} of key ${shown} comes after ${before.version} (line ${before.line}). ${way}`,
        column,
      )
    }
    if (before.content !== now.content) {
      const why = `version ${version} of key ${shown} has other content than on line ${before.line}: which is newer?`
      throw this.#bad(log, `${why} Versions must differ where the content does`, column)
    }
  }

  #bad(log: LogRecord, message: string, column: string | null = null): BadRowError {
    return new BadRowError(this.#name, log.line, message, column)
  }
}
