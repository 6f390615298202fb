// The kernel against SPIN, the reference among explicit-state checkers, on the same model: exact both, side by side,
// repetitions interleaved in one run, both state counts checked. The ratio is formed within a repetition, because the
// machine may be busy. Where SPIN or gcc is missing there is nothing to compare, and that is said, not failed.
// Run: node --import tsx bench/peers/spin.ts [repetitions]

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BOUNDS_L } from '../../model/yardsticks/index.ts'
import { spread, writeRecord } from '../checkerRecord.ts'
import { type CheckerRun, runYardstick } from '../checkerRun.ts'
import { promela } from './promela.ts'

const COMPILE = ['-O2', '-DSAFETY', '-DNOREDUCE', '-o', 'pan', 'pan.c']
const RUN = ['-m100000', '-w22']

interface SpinRun {
  readonly states: number
  readonly transitions: number
  readonly seconds: number
  readonly memoryMB: number
}

const missing = ['spin', 'gcc'].filter((tool) => !isInstalled(tool))
if (missing.length > 0) {
  console.log(`skipped: ${missing.join(' and ')} not found. Debian: apt-get install -y spin gcc libc6-dev`)
} else compare(Number(process.argv[2] ?? 5))

function isInstalled(tool: string): boolean {
  try {
    execFileSync(tool, [tool === 'spin' ? '-V' : '--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function compare(repetitions: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'sinkproof-spin-'))
  try {
    const run = (command: string, args: readonly string[]) =>
      execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    writeFileSync(join(folder, 'barrier.pml'), promela(BOUNDS_L))
    run('spin', ['-a', 'barrier.pml'])
    run('gcc', COMPILE)
    const kernel: CheckerRun[] = []
    const spin: SpinRun[] = []
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      kernel.push(runYardstick('barrier-L')) // checks its own counts
      spin.push(checked(parsed(run('./pan', RUN)), kernel.at(-1) as CheckerRun))
      const [ours, theirs] = [kernel.at(-1) as CheckerRun, spin.at(-1) as SpinRun]
      console.error(
        `${repetition}/${repetitions} kernel ${ours.seconds.toFixed(2)} s, SPIN ${theirs.seconds.toFixed(2)} s, ratio ${(theirs.seconds / ours.seconds).toFixed(2)}`,
      )
    }
    report(run('spin', ['-V']).trim(), kernel, spin)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function parsed(output: string): SpinRun {
  const number = (pattern: RegExp, what: string): number => {
    const found = pattern.exec(output)?.[1]
    if (found === undefined) throw new Error(`SPIN: expected a line with ${what}, got:\n${output}`)
    return Number(found)
  }
  if (/errors: [1-9]/.test(output)) throw new Error(`SPIN: expected no error in this model, got:\n${output}`)
  return {
    states: number(/(\d+) states, stored/, 'the states stored'),
    transitions: number(/(\d+) transitions/, 'the transitions'),
    seconds: number(/elapsed time ([\d.]+) seconds/, 'the elapsed time'),
    memoryMB: number(/([\d.]+)\s+total actual memory usage/, 'the memory used'),
  }
}

/** SPIN counts the initial state as one transition more. */
function checked(spin: SpinRun, kernel: CheckerRun): SpinRun {
  if (spin.states === kernel.states && spin.transitions === kernel.transitions + 1) return spin
  throw new Error(
    `expected the same model: SPIN has ${spin.states} states and ${spin.transitions} transitions, the kernel ${kernel.states} and ${kernel.transitions}`,
  )
}

function report(version: string, kernel: readonly CheckerRun[], spin: readonly SpinRun[]): void {
  const { states, transitions, bytesPerState } = kernel[0] as CheckerRun
  const rate = (runs: readonly { states: number; seconds: number }[]) =>
    spread(runs.map((run) => Math.round(run.states / run.seconds)))
  const ratio = spread(spin.map(({ seconds }, i) => seconds / (kernel[i] as CheckerRun).seconds))
  const spinBytesPerState = Math.round(((spin[0] as SpinRun).memoryMB * 2 ** 20) / states)
  const line = (name: string, { median, least, most }: ReturnType<typeof spread>, bytes: string) =>
    console.log(
      `${name.padEnd(22)} ${(median / 1000).toFixed(0).padStart(5)} k states/s [${(least / 1000).toFixed(0)}..${(most / 1000).toFixed(0)}]  ${bytes}`,
    )
  console.log(
    `barrier L: ${states.toLocaleString('en')} states and ${transitions.toLocaleString('en')} transitions in both`,
  )
  line('kernel, breadth-first', rate(kernel), `${bytesPerState.toFixed(1)} bytes/state (rows and index)`)
  line('SPIN, depth-first', rate(spin), `${spinBytesPerState} bytes/state (its own total)`)
  console.log(`kernel / SPIN: ${ratio.median.toFixed(2)} [${ratio.least.toFixed(2)}..${ratio.most.toFixed(2)}]`)
  const record = {
    model: 'barrier L',
    states,
    transitions,
    repetitions: kernel.length,
    kernel: { statesPerSecond: rate(kernel), bytesPerState, seconds: kernel.map(({ seconds }) => seconds) },
    spin: {
      version,
      compile: `gcc ${COMPILE.join(' ')}`,
      run: `./pan ${RUN.join(' ')}`,
      statesPerSecond: rate(spin),
      bytesPerState: spinBytesPerState,
      seconds: spin.map(({ seconds }) => seconds),
    },
    kernelOverSpin: ratio,
  }
  console.log(`written to ${writeRecord('peers-spin', record)}`)
}
