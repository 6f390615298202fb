// The flags of `sinkproof run`, checked before anything is opened. Node's own parser and not cac: values are taken as
// they were typed, where cac makes the number 7 of a table named 007.
// Read next: command.ts.
import { parseArgs } from 'node:util'
import { KEY_GROUPS } from '../../impl/runtime/keyGroups.ts'
import { type Mapping, parseMapping } from '../../impl/runtime/sources/mapping.ts'
import type { StopMode } from '../../impl/runtime/stopWithSavepoint.ts'
import { SINK_DESIGNS, type SinkDesign, sinkDesignNamed } from '../../impl/sinks/designs.ts'
import { TRANSPORTS, type Transport } from '../../impl/store/endpoint.ts'
import { UsageError } from '../exit.ts'

export const RUN_HELP = `sinkproof run: the rows of a file into a DynamoDB table, latest version of each key; can be killed and started again

usage: sinkproof run --input FILE --key COLUMN[,COLUMN] --version COLUMN --table T --endpoint URL --checkpoints DIR

  --input FILE          .csv, .tsv (with a header line), .ndjson or .jsonl; UTF-8
  --key COL[,COL]       the columns that make the table's key
  --version COL         the column that says which of two rows of a key is newer
  --version-type TYPE   integer (default), iso (date or time of ISO 8601), row (the later row is the newer)
  --table T             a table with the key "pk" (S)
  --create-table        make the table if it is not there
  --endpoint URL        where DynamoDB is, or "embedded": in this process, where nothing is kept
  --checkpoints DIR     folder of the checkpoints: the next start with the same flags goes on from the newest
  --design D            ${SINK_DESIGNS.map((each) => each.name).join(', ')} (default flushOnSnapshot)
  --parallelism P       subtasks of the sink, 1 to ${KEY_GROUPS} (default 1)
  --checkpoint-every N  a checkpoint after each N records (default 1000)
  --checkpoint-interval MS  instead: a checkpoint every MS milliseconds
  --min-pause MS        at least so long from the end of a checkpoint to the next of the interval (default 0)
  --stop MODE           what Ctrl-C does: suspend (default) or drain, which lets the sink finish() first
  --flush-interval MS   how long a record may wait in the sink's buffer (default 1000)
  --request-timeout MS  how long to wait for an answer before sending again (default 10000)
  --restart-from N      go on from checkpoint or savepoint N, not from the newest; newer ones are set aside
  --transport KIND      sdk (default), sdk-tuned: undici and less middleware, or fast: serialised on entry, no SDK layers
  --json                the summary as one JSON object

Ctrl-C stops with a savepoint (--stop), and the next start goes on from it; a second Ctrl-C ends at once, as kill -9 would.`

export interface RunOptions {
  readonly input: string
  readonly mapping: Mapping
  readonly table: string
  readonly createTable: boolean
  readonly endpoint: string
  readonly checkpoints: string
  readonly design: SinkDesign
  readonly parallelism: number
  /** Null: by the interval. */
  readonly checkpointEvery: number | null
  readonly checkpointIntervalMs?: number
  readonly minPauseMs?: number
  readonly stopMode: StopMode
  readonly flushIntervalMs: number
  readonly requestTimeoutMs: number
  readonly transport: Transport
  /** The explicit choice of a checkpoint or savepoint; null: the newest checkpoint. */
  readonly restartFrom: number | null
  readonly json: boolean
}

const VALUES = [
  'input',
  'key',
  'version',
  'version-type',
  'table',
  'endpoint',
  'checkpoints',
  'design',
  'stop',
  'transport',
] as const
const NUMBERS = [
  'parallelism',
  'checkpoint-every',
  'checkpoint-interval',
  'min-pause',
  'flush-interval',
  'request-timeout',
  'restart-from',
] as const
const SWITCHES = ['create-table', 'json', 'help'] as const
type Name = (typeof VALUES)[number] | (typeof NUMBERS)[number]

/** Null: the help was asked for. Throws UsageError, MappingError. */
export function parseRun(argv: readonly string[], environment: NodeJS.ProcessEnv): RunOptions | null {
  const { values, on } = parsed(argv)
  if (on('help')) return null
  const endpoint =
    values.get('endpoint') ?? environment.AWS_ENDPOINT_URL_DYNAMODB ?? environment.AWS_ENDPOINT_URL ?? undefined
  const required = (name: Name, hint: string): string => {
    const value = name === 'endpoint' ? endpoint : values.get(name)
    if (value === undefined || value === '') throw new UsageError(`--${name} is missing: ${hint}`)
    return value
  }
  const input = required('input', 'the file to read')
  const key = required('key', 'the columns that make the key')
  const [version, versionType] = [values.get('version'), values.get('version-type')]
  if (version === undefined && versionType !== 'row')
    throw new UsageError(
      '--version is missing: name the column that says which row is newer, or take --version-type row',
    )
  return {
    input,
    mapping: parseMapping({ key, ...(version === undefined ? {} : { version }), ...(versionType && { versionType }) }),
    table: required('table', 'the table to write to'),
    createTable: on('create-table'),
    endpoint: required('endpoint', 'a URL such as http://127.0.0.1:8000, or "embedded"'),
    checkpoints: required('checkpoints', 'the folder for the checkpoints'),
    design: design(values.get('design') ?? 'flushOnSnapshot'),
    parallelism: whole(values, 'parallelism', 1, 1, KEY_GROUPS),
    ...checkpointing(values),
    flushIntervalMs: whole(values, 'flush-interval', 1_000, 1, LONGEST_MS),
    stopMode: stopMode(values.get('stop') ?? 'suspend'),
    requestTimeoutMs: whole(values, 'request-timeout', 10_000, 1, LONGEST_MS),
    restartFrom: values.has('restart-from') ? whole(values, 'restart-from', 0, 1, Number.MAX_SAFE_INTEGER) : null,
    transport: transport(values.get('transport') ?? 'sdk'),
    json: on('json'),
  }
}

function parsed(argv: readonly string[]): { values: ReadonlyMap<Name, string>; on: (name: string) => boolean } {
  const options = {
    ...Object.fromEntries([...VALUES, ...NUMBERS].map((name) => [name, { type: 'string' as const, multiple: true }])),
    ...Object.fromEntries(SWITCHES.map((name) => [name, { type: 'boolean' as const }])),
  }
  let given: Readonly<Record<string, unknown>>
  try {
    given = parseArgs({ args: [...argv], options, strict: true }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message} (sinkproof run --help says more)`)
  }
  const values = new Map<Name, string>()
  for (const name of [...VALUES, ...NUMBERS]) {
    const all = given[name] as readonly string[] | undefined
    if (all === undefined) continue
    if (all.length > 1) throw new UsageError(`--${name}: expected once, got ${all.length} times`)
    values.set(name, all[0] as string)
  }
  return { values, on: (name) => given[name] === true }
}

/** Longer delays than that, setTimeout takes for 1 ms. */
const LONGEST_MS = 2 ** 31 - 1

function checkpointing(
  values: ReadonlyMap<Name, string>,
): Pick<RunOptions, 'checkpointEvery' | 'checkpointIntervalMs' | 'minPauseMs'> {
  if (!values.has('checkpoint-interval')) {
    if (values.has('min-pause')) throw new UsageError('--min-pause: expected with --checkpoint-interval only')
    return { checkpointEvery: whole(values, 'checkpoint-every', 1_000, 1, Number.MAX_SAFE_INTEGER) }
  }
  if (values.has('checkpoint-every'))
    throw new UsageError('--checkpoint-every and --checkpoint-interval: expected one of the two')
  return {
    checkpointEvery: null,
    checkpointIntervalMs: whole(values, 'checkpoint-interval', 0, 1, LONGEST_MS),
    minPauseMs: whole(values, 'min-pause', 0, 0, LONGEST_MS),
  }
}

function stopMode(given: string): StopMode {
  if (given === 'suspend' || given === 'drain') return given
  throw new UsageError(`--stop: expected suspend or drain, got ${JSON.stringify(given)}`)
}

function transport(given: string): Transport {
  const known = TRANSPORTS.find((each) => each === given)
  if (known !== undefined) return known
  throw new UsageError(`--transport: expected ${TRANSPORTS.join(', ')}, got ${JSON.stringify(given)}`)
}

function design(name: string): SinkDesign {
  try {
    return sinkDesignNamed(name)
  } catch (error) {
    throw new UsageError(`--design: ${(error as Error).message}`)
  }
}

function whole(values: ReadonlyMap<Name, string>, name: Name, fallback: number, from: number, to: number): number {
  const text = values.get(name)
  if (text === undefined) return fallback
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= from && value <= to) return value
  const range = to === Number.MAX_SAFE_INTEGER ? `of ${from} or more` : `from ${from} to ${to}`
  throw new UsageError(`--${name}: expected a whole number ${range}, got ${JSON.stringify(text)}`)
}
