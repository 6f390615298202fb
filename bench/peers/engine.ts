// A checker as the suite sees it: something that searches one of the models in a process of its own and says what it
// counted. The kernel is one of them. Read next: spin.ts, stateright.ts, tlc.ts, ../suites/checker.ts.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface EngineRun {
  readonly states: number
  readonly transitions: number
  /** Steps to the farthest state; absent where the engine does not search level by level. */
  readonly depth?: number
  readonly seconds: number
  /** Of the whole process, 0 where it is not known or says nothing, as a reserved heap does. */
  readonly peakBytes: number
  /** Rows and index alone, where the engine tells. */
  readonly bytesPerState?: number
}

export interface Engine {
  readonly name: string
  readonly model: string
  readonly threads: number
  /** Takes a minute or more: measured once. */
  readonly once?: boolean
  readonly run: () => Promise<EngineRun>
}

/** What an engine needs that may not be there. */
export interface Peer {
  readonly name: string
  /** Null where it is installed; else what is missing and how to get it. */
  readonly missing: () => Promise<string | null>
  /** `folder` is empty, and removed in the end. */
  readonly engines: (models: readonly string[], folder: string) => Promise<readonly Engine[]>
}

const run = promisify(execFile)

/** Longer than any engine takes on a machine that is busy with other things. */
const LONGEST_MS = 300_000

/** Its standard output. @throws Error with the end of what it printed, where it fails or takes too long. */
export async function output(command: string, args: readonly string[], cwd?: string): Promise<string> {
  try {
    const { stdout } = await run(command, [...args], {
      encoding: 'utf8',
      timeout: LONGEST_MS,
      maxBuffer: 1 << 24,
      ...(cwd === undefined ? {} : { cwd }),
    })
    return stdout
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string }
    const said = `${stdout}${stderr}`.trim().split('\n').slice(-5).join('\n')
    throw new Error(`${command} ${args.join(' ')}: ${said || message}`)
  }
}

export const isInstalled = (command: string, argument: string): Promise<boolean> =>
  run(command, [argument]).then(
    () => true,
    () => false,
  )
