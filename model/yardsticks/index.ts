// The yardsticks: models whose exact counts are known, to hold the kernel to and to measure it on.
// A row is data; tests, the benchmark and the command line iterate over this table.

import type { Spec } from '../kernel/index.ts'
import { barrier } from './barrier.ts'
import { BOUNDS_L, BOUNDS_M } from './barrierBounds.ts'
import { twoPhaseCommit } from './twoPhaseCommit.ts'

export { barrier } from './barrier.ts'
export { type BarrierBounds, BOUNDS_L, BOUNDS_M } from './barrierBounds.ts'
export { twoPhaseCommit } from './twoPhaseCommit.ts'

export interface Yardstick {
  readonly name: string
  readonly spec: Spec
  readonly expected: { readonly states: number; readonly transitions: number; readonly depth: number }
  /** Where the counts come from. */
  readonly source: string
  /** Small enough for every test run; the others are for the benchmark and the command line. */
  readonly inTests: boolean
}

const LAMPORT =
  "Lamport's TwoPhase: states as TLC and Stateright count them; TLC's transitions are one more, the initial state"
const SPIN = 'counted by SPIN 6.5 too (bench/peers/spin.ts)'

const twoPhaseCommits: readonly (readonly [n: number, states: number, transitions: number, depth: number])[] = [
  [3, 288, 1_145, 10],
  [4, 1_568, 8_257, 13],
  [5, 8_832, 58_145, 16],
  [6, 50_816, 402_305, 19],
  [7, 296_448, 2_744_705, 22],
  [8, 1_745_408, 18_507_777, 25],
]

export const yardsticks: readonly Yardstick[] = [
  ...twoPhaseCommits.map(([n, states, transitions, depth]) => ({
    name: `tpc${n}`,
    spec: twoPhaseCommit(n),
    expected: { states, transitions, depth },
    source: LAMPORT,
    inTests: n <= 7,
  })),
  {
    name: 'barrier-M',
    spec: barrier(BOUNDS_M),
    expected: { states: 617_149, transitions: 4_549_783, depth: 37 },
    source: SPIN,
    inTests: true,
  },
  {
    name: 'barrier-L',
    spec: barrier(BOUNDS_L),
    expected: { states: 2_657_639, transitions: 20_325_093, depth: 46 },
    source: SPIN,
    inTests: true,
  },
]
