// How fast the kernel searches, and whether that holds as a model grows: M and L of the barrier yardstick (L is four
// times as large), and two-phase commit. Repetitions are interleaved, each in its own process; medians are recorded.
// Run: node --import tsx bench/checker.ts [repetitions]

import { spread, writeRecord } from './checkerRecord.ts'
import { type CheckerRun, runYardstick } from './checkerRun.ts'

const NAMES = ['barrier-M', 'barrier-L', 'tpc8'] as const
const repetitions = Number(process.argv[2] ?? 5)
const runs: Record<string, CheckerRun[]> = Object.fromEntries(NAMES.map((name) => [name, []]))

for (let repetition = 1; repetition <= repetitions; repetition++) {
  for (const name of NAMES) {
    const run = runYardstick(name)
    runs[name]?.push(run)
    console.error(`${repetition}/${repetitions} ${name}: ${Math.round(run.states / run.seconds / 1000)} k states/s`)
  }
}

const rows = NAMES.map((name) => {
  const all = runs[name] as CheckerRun[]
  const first = all[0] as CheckerRun
  const of = (measure: (run: CheckerRun) => number) => spread(all.map(measure))
  return {
    name,
    states: first.states,
    transitions: first.transitions,
    depth: first.depth,
    statesPerSecond: of((run) => Math.round(run.states / run.seconds)),
    transitionsPerSecond: of((run) => Math.round(run.transitions / run.seconds)),
    nsPerState: of((run) => Math.round((run.seconds / run.states) * 1e9)),
    nsPerTransition: of((run) => Math.round((run.seconds / run.transitions) * 1e9)),
    bytesPerState: Math.round(first.bytesPerState * 10) / 10,
    peakRssMB: of((run) => run.peakRssMB),
  }
})
/** Per state, within one repetition: near 1 where cost does not grow with the number of states. */
const growth = spread(
  (runs['barrier-L'] as CheckerRun[]).map((large, i) => {
    const medium = runs['barrier-M']?.[i] as CheckerRun
    return large.seconds / large.states / (medium.seconds / medium.states)
  }),
)

for (const { name, states, statesPerSecond, transitionsPerSecond, nsPerState, bytesPerState } of rows) {
  console.log(
    `${name.padEnd(10)} ${states.toLocaleString('en').padStart(10)} states  ${(statesPerSecond.median / 1000).toFixed(0).padStart(5)} k states/s [${(statesPerSecond.least / 1000).toFixed(0)}..${(statesPerSecond.most / 1000).toFixed(0)}]  ${(transitionsPerSecond.median / 1e6).toFixed(1)} M transitions/s  ${nsPerState.median} ns/state  ${bytesPerState} bytes/state`,
  )
}
console.log(
  `cost of a state, L / M: ${growth.median.toFixed(2)} [${growth.least.toFixed(2)}..${growth.most.toFixed(2)}]`,
)
console.log(`written to ${writeRecord('checker', { repetitions, rows, costOfAStateLargeOverMedium: growth })}`)
