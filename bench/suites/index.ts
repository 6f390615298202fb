// The suites by name: how their cases are made at three sizes, and what their figures say in sentences. A suite may hold
// something open (a server, a client) until it is closed. Read next: buffer.ts, ../run.ts.
import type { BenchCase, MeasuredCase } from '../method/benchCase.ts'
import type { Observation } from '../method/benchRun.ts'
import type { RoundOptions } from '../method/rounds.ts'
import * as buffer from './buffer.ts'
import { bufferSummary } from './bufferSummary.ts'
import * as checker from './checker.ts'
import { checkerSummary } from './checkerSummary.ts'
import * as checkpoint from './checkpoint.ts'
import { checkpointSummary } from './checkpointSummary.ts'
import * as flush from './flush.ts'
import { flushSummary } from './flushSummary.ts'
import * as schedules from './schedules.ts'
import { schedulesSummary } from './schedulesSummary.ts'
import * as start from './start.ts'
import { startSummary } from './startSummary.ts'

/** `tiny` is for tests: every case, with next to no work. */
export type SuiteSize = 'full' | 'quick' | 'tiny'

export interface OpenSuite {
  readonly cases: readonly BenchCase[]
  /** What is observed once and has no rate, as sentences. */
  readonly facts?: () => Promise<readonly string[]>
  /** The same as rows, to be set in a table. */
  readonly observed?: () => Promise<readonly Observation[]>
  readonly close: () => Promise<void>
}

export interface Suite {
  readonly name: string
  readonly measures: string
  /** That it keeps busy: itself, and a server of its own. */
  readonly processes: number
  readonly open: (size: SuiteSize, root: string) => Promise<OpenSuite>
  readonly summary: (cases: readonly MeasuredCase[]) => readonly string[]
  /** Where they are not those of all suites. */
  readonly rounds?: Readonly<Record<SuiteSize, Omit<RoundOptions, 'onRound'>>>
}

const nothing = async () => {}
const bySize = <Sizes>(size: SuiteSize, full: Sizes, quick: Sizes, tiny: Sizes): Sizes =>
  size === 'full' ? full : size === 'quick' ? quick : tiny

export const SUITES: readonly Suite[] = [
  {
    name: 'buffer',
    measures: 'HashSet or ListState: add, drain, snapshot, restore',
    processes: 1,
    open: async (size) => ({
      cases: buffer.bufferCases(bySize(size, buffer.FULL, buffer.QUICK, buffer.TINY)),
      close: nothing,
    }),
    summary: bufferSummary,
    rounds: buffer.ROUNDS,
  },
  {
    name: 'checkpoint',
    measures: 'a snapshot of a full buffer: time blocked, bytes, restore, by serialiser',
    processes: 1,
    open: async (size) => ({
      cases: checkpoint.checkpointCases(bySize(size, checkpoint.FULL, checkpoint.QUICK, checkpoint.TINY)),
      close: nothing,
    }),
    summary: checkpointSummary,
  },
  {
    name: 'flush',
    measures: 'from records to a confirmed write: transports, peers, limits',
    processes: 2,
    open: (size, root) => flush.openFlush(bySize(size, flush.FULL, flush.QUICK, flush.TINY), root),
    summary: flushSummary,
    rounds: flush.ROUNDS,
  },
  {
    name: 'checker',
    measures: 'whole searches: one thread, two, and the checkers that are installed',
    processes: 2,
    open: (size, root) => checker.openChecker(bySize(size, checker.FULL, checker.QUICK, checker.TINY), root),
    summary: checkerSummary,
    rounds: checker.ROUNDS,
  },
  {
    name: 'schedules',
    measures: 'random runs of the real pipeline, and who else could choose their order',
    processes: 1,
    open: (size) => schedules.openSchedules(bySize(size, schedules.FULL, schedules.QUICK, schedules.TINY)),
    summary: schedulesSummary,
    rounds: schedules.ROUNDS,
  },
  {
    name: 'start',
    measures: 'what one waits for: the first counterexample, npm start, npm test',
    processes: 2,
    open: async (size, root) => {
      const rows = bySize(size, start.FULL, start.QUICK, start.TINY)
      return { cases: start.startCases(rows, root), facts: async () => start.leftOut(rows), close: nothing }
    },
    summary: startSummary,
    rounds: start.ROUNDS,
  },
]
