// Suite start: what a person waits for who has just installed the package: the first counterexample on the screen, the
// whole of `npm start`, and `npm test`. Each is the command itself, in processes of its own, from its start on.
// Read next: startSummary.ts.
import { type ChildProcess, spawn } from 'node:child_process'
import type { BenchCase, Timed } from '../method/benchCase.ts'
import type { RoundOptions } from '../method/rounds.ts'

interface Waiting {
  readonly name: string
  readonly command: readonly string[]
  /** What is waited for; absent: the end. */
  readonly until?: RegExp
  /** Beyond this it is ended, and the suite fails: something hangs. */
  readonly longestMs: number
  readonly once?: boolean
}

/** As it heads each counterexample that verify prints. */
export const COUNTEREXAMPLE = /^\S+: S\d+ \(.*\) falls /m

const FIRST: Waiting = {
  name: 'first counterexample',
  command: ['npm', 'start', '--silent'],
  until: COUNTEREXAMPLE,
  longestMs: 120_000,
}
const START: Waiting = { name: 'npm start', command: ['npm', 'start', '--silent'], longestMs: 240_000 }
const TEST: Waiting = { name: 'npm test', command: ['npm', 'test', '--silent'], longestMs: 1_200_000, once: true }

export const FULL: readonly Waiting[] = [FIRST, START, TEST]
/** The others take longer than a quick run may. */
export const QUICK: readonly Waiting[] = [FIRST]
export const TINY: readonly Waiting[] = [
  {
    name: 'a line',
    command: ['node', '-e', 'console.log("x: S1 (y) falls z"); setInterval(() => {}, 1000)'],
    until: COUNTEREXAMPLE,
    longestMs: 60_000,
  },
  { name: 'an end', command: ['node', '-e', ''], longestMs: 60_000 },
]

const COLD = { warmUpCalls: 0, warmUpMs: 0, repeats: 0 }
export const ROUNDS = {
  full: { ...COLD, rounds: 3, budgetMs: 590_000 },
  quick: { ...COLD, rounds: 5, budgetMs: 45_000 },
  tiny: { ...COLD, rounds: 1 },
} satisfies Record<string, Omit<RoundOptions, 'onRound'>>

/** What this size does not run. */
export const leftOut = (rows: readonly Waiting[]): string[] =>
  FULL.filter((row) => !rows.includes(row)).map(({ name }) => `${name} was not measured: left out of this size`)

export const startCases = (rows: readonly Waiting[], root: string): BenchCase[] =>
  rows.map((row) => ({
    suite: 'start',
    name: row.name,
    parameters: {},
    records: 1,
    unit: 'ms',
    calls: 1,
    ...(row.once === true ? { once: true } : {}),
    work: {},
    expected: 1,
    call: () => waited(row, root),
  }))

/** @throws Error where the command fails, ends without what is waited for, or takes too long. */
export function waited({ name, command, until, longestMs }: Omit<Waiting, 'once'>, cwd: string): Promise<Timed> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const began = performance.now()
    // In a group of its own, so that what it has started ends with it.
    const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let end: 'seen' | 'late' | null = null
    const stop = (why: 'seen' | 'late') => {
      end ??= why
      endGroup(child)
    }
    const late = setTimeout(() => stop('late'), longestMs)
    let ms = 0
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (end !== null || until?.test(said) !== true) return
      ms = performance.now() - began
      stop('seen')
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(late)
      const tail = said.trim().split('\n').slice(-5).join('\n')
      if (end === 'seen') resolve({ answer: 1, ms })
      else if (end === 'late') reject(new Error(`${name}: not done after ${longestMs / 1000} s; last:\n${tail}`))
      else if (until !== undefined) reject(new Error(`${name}: expected ${until} before the end, got:\n${tail}`))
      else if (code !== 0) reject(new Error(`${name}: expected exit code 0, got ${code}:\n${tail}`))
      else resolve({ answer: 1, ms: performance.now() - began })
    })
  })
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGTERM')
  } catch {
    // It has ended by itself meanwhile.
  }
}
