// A log in memory: for the model's world, for tests, and for the examples.
// Read next: fileLog.ts.
import type { LogPosition, LogRecord, ReplayableLog, Row } from './replayableLog.ts'
import { InputChangedError } from './sourceErrors.ts'

export class MemoryLog implements ReplayableLog {
  readonly name: string
  readonly length: number
  readonly #rows: readonly Row[]
  #offset = 0

  constructor(rows: readonly Row[], name = 'memory') {
    this.#rows = rows
    this.name = name
    this.length = rows.length
  }

  async open(position: LogPosition = { offset: 0 }): Promise<void> {
    const { offset } = position
    if (!Number.isInteger(offset) || offset < 0 || offset > this.length) {
      throw new InputChangedError(this.name, `it has ${this.length} records, and the position is behind ${offset}`)
    }
    this.#offset = offset
  }

  async next(): Promise<LogRecord | null> {
    const row = this.#rows[this.#offset]
    if (row === undefined) return null
    const offset = this.#offset++
    return { offset, line: offset + 1, row, json: JSON.stringify(row) }
  }

  position(): LogPosition {
    return { offset: this.#offset }
  }

  async close(): Promise<void> {}
}
