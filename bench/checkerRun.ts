// One measured search in a process of its own: JIT warm-up included, nothing left over from another model.
// Run by checker.ts and peers/spin.ts as `node --import tsx bench/checkerRun.ts <yardstick>`; prints one line of JSON.

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { search } from '../model/kernel/index.ts'
import { yardsticks } from '../model/yardsticks/index.ts'

export interface CheckerRun {
  readonly states: number
  readonly transitions: number
  readonly depth: number
  readonly seconds: number
  readonly bytesPerState: number
  readonly peakRssMB: number
}

/** Runs a yardstick in a new process. @throws Error where its counts are not the known ones. */
export function runYardstick(name: string): CheckerRun {
  const expected = yardsticks.find((row) => row.name === name)?.expected
  if (expected === undefined) {
    throw new Error(`expected one of ${yardsticks.map((row) => row.name).join(', ')}, got '${name}'`)
  }
  const out = execFileSync(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), name], {
    encoding: 'utf8',
  })
  const run = JSON.parse(out) as CheckerRun
  const counts = `${run.states} states, ${run.transitions} transitions, depth ${run.depth}`
  const known = `${expected.states} states, ${expected.transitions} transitions, depth ${expected.depth}`
  if (counts !== known) throw new Error(`${name}: expected ${known}, got ${counts}: a wrong search has no rate`)
  return run
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const spec = yardsticks.find((row) => row.name === process.argv[2])?.spec
  if (spec === undefined) throw new Error(`expected the name of a yardstick, got '${process.argv[2]}'`)
  const { states, transitions, depth, seconds, bytesPerState } = search(spec, { clock: () => performance.now() })
  const peakRssMB = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(JSON.stringify({ states, transitions, depth, seconds, bytesPerState, peakRssMB }))
}
