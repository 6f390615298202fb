// CSV with a header line (RFC 4180, by csv-parse): rows are objects of strings. Quoted fields may hold commas, quotes
// and line ends; LF and CRLF both end a line; blank lines are passed over; every row has as many fields as the header.
// Read next: fileLog.ts.
import { type CsvError, parse } from 'csv-parse/sync'
import { FileLog, type ReadRow, type RowFormat } from './fileLog.ts'
import type { Frame } from './frameReader.ts'
import { BadRowError, SourceUnreadableError } from './sourceErrors.ts'
import { frameText } from './utf8.ts'

export interface CsvOptions {
  /** One character; default ','. */
  readonly delimiter?: string
}

export const csvLog = (path: string, options: CsvOptions = {}): FileLog =>
  new FileLog(path, new CsvFormat(options.delimiter ?? ','))

class CsvFormat implements RowFormat {
  readonly name: string
  readonly quotes = true
  readonly #delimiter: string
  #columns: readonly string[] = []

  constructor(delimiter: string) {
    if (delimiter.length !== 1 || '"\r\n'.includes(delimiter)) {
      throw new RangeError(
        `expected a delimiter of one character, no quote and no line end, got ${JSON.stringify(delimiter)}`,
      )
    }
    this.#delimiter = delimiter
    // In the position: read on with another delimiter, the same bytes are other rows.
    this.name = delimiter === ',' ? 'csv' : `csv ${JSON.stringify(delimiter)}`
  }

  get columns(): readonly string[] {
    return this.#columns
  }

  header(frame: Frame | null, source: string): boolean {
    if (frame === null) throw new SourceUnreadableError(source, `${source}: expected a header line, got an empty file`)
    const text = frameText(frame, source)
    if (/\r(?!\n)/.test(text)) {
      throw new BadRowError(source, frame.line, 'expected lines that end in LF or CRLF, got CR alone. Convert it first')
    }
    const columns = this.#fields(frame, text, source)
    const repeated = columns.find((name, index) => columns.indexOf(name) < index)
    if (repeated !== undefined) throw new BadRowError(source, frame.line, 'the header names it twice', repeated)
    if (columns.includes('')) throw new BadRowError(source, frame.line, 'the header has a column without a name', '')
    this.#columns = columns
    return true
  }

  rows(frames: readonly Frame[], source: string): { rows: ReadRow[]; error: unknown } {
    const rows: ReadRow[] = []
    try {
      const texts = frames.map((frame) => frameText(frame, source))
      const all = this.#parse(texts.join('\n'))
      if (all.length === frames.length && all.every((fields) => fields.length === this.#columns.length)) {
        return { rows: all.map((fields) => this.#row(fields)), error: null }
      }
    } catch {
      // One of them is bad: which, and what was before it, is found one by one.
    }
    try {
      for (const frame of frames) rows.push(this.#row(this.#checkedFields(frame, source)))
    } catch (error) {
      return { rows, error }
    }
    return { rows, error: null }
  }

  #checkedFields(frame: Frame, source: string): string[] {
    const fields = this.#fields(frame, frameText(frame, source), source)
    const { length } = this.#columns
    if (fields.length === length) return fields
    const expected = `${length} ${length === 1 ? 'field' : 'fields'} (${this.#columns.join(', ')})`
    throw new BadRowError(source, frame.line, `expected ${expected} as in the header, got ${fields.length}`)
  }

  #fields(frame: Frame, text: string, source: string): string[] {
    try {
      const [fields] = this.#parse(text)
      if (fields !== undefined) return fields
    } catch (cause) {
      const { code } = cause as CsvError
      const why = MEANINGS[code as string] ?? (cause as Error).message
      throw new BadRowError(source, frame.line, why)
    }
    throw new BadRowError(source, frame.line, 'expected a row of fields')
  }

  #parse(text: string): string[][] {
    // The field count is checked above, where the message can name the columns.
    return parse(text, { delimiter: this.#delimiter, record_delimiter: ['\r\n', '\n'], relax_column_count: true })
  }

  #row(fields: readonly string[]): ReadRow {
    // fromEntries defines own properties: a column named __proto__ stays a column.
    const row = Object.fromEntries(fields.map((field, index) => [this.#columns[index], field]))
    return { row, json: JSON.stringify(row) }
  }
}

const MEANINGS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that opens in this row is never closed',
  INVALID_OPENING_QUOTE: 'a quote inside an unquoted field: put the field in quotes and double the quotes in it',
  CSV_INVALID_CLOSING_QUOTE: 'text behind a closing quote: double the quotes inside a quoted field',
}
