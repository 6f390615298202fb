// `sinkproof run` as a process, killed with SIGKILL at an event and started again until it is done.
// The process ends itself at the event (SINKPROOF_KILL), so that no clock and no luck decides where it dies.
// Read next: kill.test.ts, campaign.ts, ../../reports/run/killSwitch.ts.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ROOT } from './store.ts'

const PROGRAM = fileURLToPath(new URL('../../reports/run/main.ts', import.meta.url))

export interface RunFlags {
  readonly input: string
  readonly table: string
  readonly endpoint: string
  readonly checkpoints: string
  readonly design: string
  readonly checkpointEvery: number
  readonly parallelism?: number
}

export interface RunEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** One start of the program. `kill` as in SINKPROOF_KILL: `request:7`; without it nothing kills. */
export async function startRun(flags: RunFlags, kill?: string): Promise<RunEnd> {
  const { SINKPROOF_KILL: _, ...environment } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, ...argumentsOf(flags)], {
    cwd: ROOT,
    env: kill === undefined ? environment : { ...environment, SINKPROOF_KILL: kill },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, stdout, stderr }
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
  ]
}
