// What can be wrong with an input, one class each, every message a single line that begins with file and line, as
// compilers write it. All of them stop the job: a row that is skipped in silence would be a loss that no check can see.
// Read next: fileLog.ts, toRecord.ts.

/** Base of all errors of sources. `source` is the path or name of the log. */
export class SourceError extends Error {
  override readonly name: string = 'SourceError'
  readonly source: string

  constructor(source: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.source = source
  }
}

/** The file is not there, may not be read, or is no file that can be read twice. */
export class SourceUnreadableError extends SourceError {
  override readonly name = 'SourceUnreadableError'
}

/** The input is not the one that the position was taken from. */
export class InputChangedError extends SourceError {
  override readonly name = 'InputChangedError'

  constructor(source: string, difference: string) {
    super(
      source,
      `${source}: the input has changed since the checkpoint: ${difference}. ` +
        'Put the old input back (more at its end is fine), or start afresh with a new checkpoint folder',
    )
  }
}

/** A row that is not what its format says, or that no record can be made of. */
export class BadRowError extends SourceError {
  override readonly name = 'BadRowError'
  readonly line: number
  readonly column: string | null

  constructor(source: string, line: number, message: string, column: string | null = null) {
    super(source, `${source}:${line}: ${column === null ? '' : `column '${column}': `}${message}`)
    this.line = line
    this.column = column
  }
}

/** A column that was asked for and that the input does not have. */
export class MissingColumnError extends SourceError {
  override readonly name = 'MissingColumnError'
  readonly column: string

  constructor(source: string, column: string, columns: readonly string[], line?: number) {
    const at = line === undefined ? source : `${source}:${line}`
    super(source, `${at}: there is no column '${column}'; there are: ${columns.join(', ') || 'none'}`)
    this.column = column
  }
}

/** Options that say nothing usable about key and version. */
export class MappingError extends Error {
  override readonly name = 'MappingError'
}
