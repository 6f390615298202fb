// One thing that is measured: a row of a suite. What it hands back is counted and checked, so that no engine may leave
// the work out and no two rows may do different work under one name. Read next: rounds.ts.

/** What one call does, as counts: records, requests, bytes. Asserted where rates never are. */
export type Work = Readonly<Record<string, number>>

export type Parameters = Readonly<Record<string, string | number>>

/** A call that was timed where it ran, such as a search in another process: its start is not what is measured. */
export interface Timed {
  readonly answer: number
  readonly ms: number
}

export const UNITS = ['ns/record', 'us/record', 'ns/state', 'us/schedule', 'ms'] as const

export interface BenchCase {
  readonly suite: string
  /** Of the design, peer or limit; with the parameters it is unique in its suite. */
  readonly name: string
  readonly parameters: Parameters
  /** Records, states or schedules that one call handles; a time is given for one of them, unless `unit` says ms. */
  readonly records: number
  readonly unit: (typeof UNITS)[number]
  /** Calls in one round. */
  readonly calls: number
  /** Takes part in the first round alone: what takes a minute a call. */
  readonly once?: boolean
  readonly work: Work
  /** Before each call, outside of the measured time. */
  readonly prepare?: () => void | Promise<void>
  /** After the case's turn in a round: lets go of what is large, so that others do not pay for its collection. */
  readonly release?: () => void
  /** The measured call. What it gives back must equal `expected`. */
  readonly call: () => number | Promise<number | Timed>
  readonly expected: number
  /** Figures taken once, beside the times, e.g. bytes a record; they join `work`. */
  readonly measureWork?: () => Work | Promise<Work>
}

export interface BenchResult {
  readonly suite: string
  readonly name: string
  readonly parameters: Parameters
  readonly median: number
  readonly spread: readonly [number, number]
  readonly p99: number
  readonly unit: BenchCase['unit']
  readonly recordsPerSecond: number
  readonly work: Work
}

/** A result with the median of each round, from which ratios are formed; the rounds are not saved. */
export interface MeasuredCase {
  readonly result: BenchResult
  /** Of a case that is measured once, the first round alone. */
  readonly rounds: readonly number[]
}

export const caseLabel = ({ suite, name, parameters }: Pick<BenchCase, 'suite' | 'name' | 'parameters'>): string =>
  `${suite} ${name} ${Object.entries(parameters)
    .map(([field, value]) => `${field}=${value}`)
    .join(' ')}`.trimEnd()
