// Which columns make a record's key and its version: the options --key, --version and --version-type, checked once.
// Read next: toRecord.ts.
import { MappingError } from './sourceErrors.ts'

export type VersionType = 'integer' | 'iso' | 'row'

export interface Mapping {
  /** One column or more; their values, joined, are the key. */
  readonly key: readonly string[]
  readonly version:
    | { readonly type: 'integer' | 'iso'; readonly column: string }
    /** The place in the input: the later row is the newer. A column may be named, and must be there; it is not read. */
    | { readonly type: 'row'; readonly column?: string }
}

export interface MappingOptions {
  /** `COL[,COL]`; a comma or backslash that belongs to a name is written `\,` or `\\`. */
  readonly key: string
  readonly version?: string
  /** Default: `integer` where a version column is named, else `row`. */
  readonly versionType?: string
}

/** Throws MappingError: what was expected, what came. */
export function parseMapping(options: MappingOptions): Mapping {
  const key = splitColumns(options.key)
  if (key.includes('')) throw new MappingError(`expected --key COL[,COL], got '${options.key}'`)
  const repeated = key.find((column, index) => key.indexOf(column) < index)
  if (repeated !== undefined) throw new MappingError(`expected each column once in --key, got '${repeated}' twice`)
  const type = options.versionType ?? (options.version === undefined ? 'row' : 'integer')
  if (type === 'row') {
    return { key, version: options.version === undefined ? { type } : { type, column: options.version } }
  }
  if (type !== 'integer' && type !== 'iso') {
    throw new MappingError(`expected --version-type integer, iso or row, got '${type}'`)
  }
  if (!options.version) throw new MappingError(`--version-type ${type} needs a column: name it with --version COL`)
  return { key, version: { type, column: options.version } }
}

/** The columns that must be there: those it reads, and one that is named though the order of the rows decides. */
export const columnsOf = ({ key, version }: Mapping): readonly string[] =>
  version.column === undefined ? key : [...key, version.column]

function splitColumns(text: string): string[] {
  const columns = ['']
  for (const [part] of text.matchAll(/\\[\\,]|,|[^,\\]+|\\/g)) {
    if (part === ',') columns.push('')
    else columns.push(columns.pop() + (part === '\\,' || part === '\\\\' ? part.slice(1) : part))
  }
  return columns
}
