// NDJSON: one JSON object a line. Blank lines are passed over. The line itself is kept as the row's JSON: numbers that
// JavaScript cannot hold are not rounded on their way to the store.
// Read next: fileLog.ts.
import { FileLog, type ReadRow, type RowFormat } from './fileLog.ts'
import type { Frame } from './frameReader.ts'
import type { Row } from './replayableLog.ts'
import { BadRowError } from './sourceErrors.ts'
import { frameText } from './utf8.ts'

export const ndjsonLog = (path: string): FileLog => new FileLog(path, ndjson)

const ndjson: RowFormat = {
  name: 'ndjson',
  quotes: false,
  header: () => false,
  rows(frames, source) {
    const rows: ReadRow[] = []
    try {
      for (const frame of frames) rows.push(readRow(frame, source))
    } catch (error) {
      return { rows, error }
    }
    return { rows, error: null }
  },
}

function readRow(frame: Frame, source: string): ReadRow {
  const json = frameText(frame, source).trim()
  let row: unknown
  try {
    row = JSON.parse(json)
  } catch (cause) {
    const why = (cause as Error).message
    throw new BadRowError(source, frame.line, `expected one JSON object on the line, got ${excerpt(json)} (${why})`)
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new BadRowError(source, frame.line, `expected one JSON object on the line, got ${excerpt(json)}`)
  }
  return { row: row as Row, json }
}

const excerpt = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text)
