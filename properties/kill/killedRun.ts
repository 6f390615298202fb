// `sinkproof run` as a process, killed with SIGKILL at an event and started again until it is done.
// The process ends itself at the event (SINKPROOF_KILL), so that no clock and no luck decides where it dies.
// Read next: kill.test.ts, ../crash/round.ts (under faults too), ../../reports/run/killSwitch.ts.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ROOT } from './store.ts'

/** Node's arguments that start `sinkproof run` from its sources. */
const FROM_SOURCES = ['--import', 'tsx', fileURLToPath(new URL('../../reports/run/main.ts', import.meta.url))]
/** Far beyond what any start takes: one that still runs then hangs. */
const HANGS_AFTER_MS = 120_000

export interface RunFlags {
  readonly input: string
  readonly table: string
  readonly endpoint: string
  readonly checkpoints: string
  readonly design: string
  readonly checkpointEvery: number
  readonly parallelism?: number
  readonly requestTimeoutMs?: number
  readonly createTable?: boolean
  /** The explicit choice of an older checkpoint. */
  readonly restartFrom?: number
}

export interface RunEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** It did not end by itself. */
  readonly hung: boolean
}

/** One start of the program. `kill` as in SINKPROOF_KILL: `request:7`; without it nothing kills. */
export async function startRun(
  flags: RunFlags,
  kill?: string,
  program: readonly string[] = FROM_SOURCES,
): Promise<RunEnd> {
  const { SINKPROOF_KILL: _, ...environment } = process.env
  const child = spawn(process.execPath, [...program, ...argumentsOf(flags)], {
    cwd: ROOT,
    env: kill === undefined ? environment : { ...environment, SINKPROOF_KILL: kill },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C at the terminal is for who started it.
    detached: true,
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  // Nobody must outlive whoever started it.
  const end = () => void child.kill('SIGKILL')
  process.once('exit', end)
  let hung = false
  const limit = setTimeout(() => {
    hung = true
    end()
  }, HANGS_AFTER_MS)
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  process.off('exit', end)
  clearTimeout(limit)
  return { code, signal, stdout, stderr, hung }
}

/** Starts it once for each kill and at last without one. Returns how each start ended. */
export async function runThroughKills(flags: RunFlags, kills: readonly string[]): Promise<readonly RunEnd[]> {
  const ends: RunEnd[] = []
  for (const kill of [...kills, undefined]) ends.push(await startRun(flags, kill))
  return ends
}

function argumentsOf(flags: RunFlags): string[] {
  return [
    ...['--input', flags.input, '--key', 'symbol', '--version', 'day', '--table', flags.table],
    ...['--endpoint', flags.endpoint, '--checkpoints', flags.checkpoints, '--design', flags.design],
    ...['--checkpoint-every', String(flags.checkpointEvery), '--parallelism', String(flags.parallelism ?? 1)],
    // No timer: what is buffered at an event depends on counts alone, however slow the machine is.
    ...['--flush-interval', '2000000000', '--json'],
    ...(flags.requestTimeoutMs === undefined ? [] : ['--request-timeout', String(flags.requestTimeoutMs)]),
    ...(flags.restartFrom === undefined ? [] : ['--restart-from', String(flags.restartFrom)]),
    ...(flags.createTable === true ? ['--create-table'] : []),
  ]
}
