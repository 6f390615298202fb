// What a verification found, as data: the object that `sinkproof verify --json` prints and result.json holds, and what
// the engine hands over beside it (traces, progress). Reports only format it: nothing in a table is typed by hand.
// Read next: verify.ts (fills it), reports/verify/command.ts (prints it).
import type { FaultId } from '../../model/pipeline/vocabulary.ts'
import type { WorkloadName } from '../../model/pipeline/workloads.ts'
import type { Trace } from '../world/trace.ts'

export type Verdict = 'holds' | 'falls' | 'unknown' | 'n/a'

/** How a verdict was reached: e.g. `exhaustive`, 115879 states, `S=1 N=2 ...`. */
export interface How {
  readonly method: string
  readonly count: number
  readonly bounds: string
}

/** One cell of the truth table. */
export interface TableRow {
  readonly design: string
  readonly guarantee: string
  /** What records do to their rows. */
  readonly workload: WorkloadName
  readonly verdict: Verdict
  /**
   * Falls: every minimal set of classes that suffices; the empty set is no fault at all. Holds: the classes searched, in
   * the mixes that `how` lists.
   */
  readonly faults: readonly (readonly FaultId[])[]
  readonly how: readonly How[]
  /** Why it does not apply. */
  readonly reason?: string
  /** Of the shortest counterexample: its length, and the name of its trace file. */
  readonly steps: number | null
  readonly trace: string | null
  /** Of a failing schedule that random search came upon by itself; null where none was found, or none is looked for. */
  readonly randomTrace: string | null
}

export interface ClaimRow {
  readonly id: string
  readonly verdict: 'true' | 'false' | 'true only if' | 'unknown'
  /** The run that shows it, in a few words. */
  readonly how: string
}

export interface WideRow {
  readonly design: string
  readonly bounds: string
  /** Classes that may strike in it. */
  readonly classes: readonly FaultId[]
  readonly states: number
  readonly transitions: number
  readonly seconds: number
  readonly exhausted: boolean
}

export interface VerifyResult {
  readonly version: string
  readonly seed: number
  readonly model: {
    readonly states: number
    readonly transitions: number
    readonly depth: number
    readonly seconds: number
    readonly exhausted: boolean
    readonly bounds: string
    /** Of --deep: larger searches, reduced, which add to the evidence; one that was cut short decides nothing. */
    readonly wide: readonly WideRow[]
  }
  readonly real: {
    /** Transitions of the model's graphs, and how many of them were executed on the real sinks. */
    readonly transitions: number
    readonly transitionsExecuted: number
    readonly schedules: number
    readonly schedulesPerSecond: number
    readonly dynaliteSchedules: number
  }
  readonly table: readonly TableRow[]
  readonly claims: readonly ClaimRow[]
  /** 0 as expected, 1 a verdict differs from what was expected, 3 budget used up, 4 internal error. */
  readonly exit: number
}

export interface NamedTrace {
  /** File name inside the run folder, e.g. `hashSetTransient-S7.json`. */
  readonly file: string
  readonly trace: Trace
}

export interface VerifyOutcome {
  readonly result: VerifyResult
  readonly traces: readonly NamedTrace[]
  /** Of the table's `randomTrace`. */
  readonly randomTraces: readonly NamedTrace[]
  /** What differs from what was expected, one sentence each; empty where `exit` is 0. */
  readonly surprises: readonly string[]
  /** How often each action was performed and each fault class struck in the random schedules. */
  readonly witnesses: Readonly<Record<string, number>>
  /** The same on dynalite. */
  readonly dynaliteWitnesses: Readonly<Record<string, number>>
  /** Traces of the corpus that were replayed before anything else. */
  readonly replayed: number
}

/** Work under way. `done` counts `unit`s of this stage and never falls; rates are made of it where it is printed. */
export interface VerifyProgress {
  readonly stage: string
  readonly done: number
  readonly total?: number
  readonly unit: string
}

export interface VerifyOptions {
  readonly seed: number
  readonly budgetMs: number
  readonly deep: boolean
  readonly onProgress?: (progress: VerifyProgress) => void
  readonly onFirstCounterexample?: (counterexample: NamedTrace) => void
}
