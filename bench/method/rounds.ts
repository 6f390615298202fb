// How everything here is measured: rounds, in each of which every case has its turn, so that what slows the machine for a
// while slows all of them. tinybench times the calls and warms them up; the order rotates from round to round; a round
// beside other work is made again. Read next: statistics.ts, disturbance.ts.
import { Bench } from 'tinybench'
import { type BenchCase, caseLabel, type MeasuredCase, type Timed } from './benchCase.ts'
import { disturbedRounds, fixedWorkMs } from './disturbance.ts'
import { type Summary, summarised } from './statistics.ts'

export interface RoundOptions {
  readonly rounds: number
  /** Before the first round each case is called at least so often, and at least for so long: slow ones fewer times. */
  readonly warmUpCalls: number
  readonly warmUpMs: number
  /** Rounds that may be made again because they were disturbed. */
  readonly repeats: number
  /**
   * A case's turn: as many calls as take about so long, by its turn before, and never fewer than `calls`. The first turn
   * has `calls`. Absent: always `calls`.
   */
  readonly turnMs?: number
  /** No round is begun that would probably end later than this. Absent: all rounds, however long they take. */
  readonly budgetMs?: number
  readonly onRound?: (done: number, total: number) => void
}

export interface Measured {
  readonly cases: readonly MeasuredCase[]
  /** Milliseconds of the fixed work before each round. */
  readonly fixedWork: readonly number[]
}

const NS_PER_MS = 1e6
const SCALE: Readonly<Record<BenchCase['unit'], (one: BenchCase) => number>> = {
  'ns/record': ({ records }) => NS_PER_MS / records,
  'us/record': ({ records }) => 1e3 / records,
  'ns/state': ({ records }) => NS_PER_MS / records,
  'us/schedule': ({ records }) => 1e3 / records,
  ms: () => 1,
}

/** @throws Error where a call did other work than its case says: there is no rate for that. */
export async function measureInRounds(cases: readonly BenchCase[], options: RoundOptions): Promise<Measured> {
  const labels = cases.map(caseLabel)
  const twice = labels.find((label, i) => labels.indexOf(label) !== i)
  if (twice !== undefined) throw new Error(`two cases are called ${twice}`)
  const samples = cases.map((): number[][] => [])
  /** Milliseconds from one call to the next, with what is prepared between them. */
  const paces: number[] = []
  const fixedWork: number[] = []
  fixedWorkMs()
  const total = () => options.rounds + Math.min(options.repeats, disturbedRounds(fixedWork).filter(Boolean).length)
  const budget = new Budget(options.budgetMs)
  for (let round = 0; round < total() && budget.allows(); round++) {
    fixedWork.push(fixedWorkMs())
    for (let place = 0; place < cases.length; place++) {
      const which = (place + round) % cases.length
      const one = cases[which] as BenchCase
      if (one.once === true && round > 0) continue
      const turn = await turnOf(one, callsIn(options.turnMs, one, paces[which]), round === 0 ? options : null)
      paces[which] = turn.ms / turn.samples.length
      samples[which]?.push(turn.samples)
      one.release?.()
      if (one.once !== true) budget.spend(turn.ms)
    }
    budget.endRound()
    options.onRound?.(round + 1, total())
  }
  // What is measured once was so in the first round, which is then kept: ratios are formed within it.
  const hasOnce = cases.some(({ once }) => once === true)
  const kept = hasOnce ? fixedWork.map((_, round) => round) : keptRounds(fixedWork, options.rounds)
  const measured: MeasuredCase[] = []
  for (const [i, one] of cases.entries()) {
    const of = (one.once === true ? [0] : kept).map((round) => samples[i]?.[round] as number[])
    measured.push(await measuredCase(one, of))
  }
  return { cases: measured, fixedWork }
}

/** Of the shortest cases: more would say nothing that these do not. */
export const MAX_CALLS = 300

function callsIn(turnMs: number | undefined, { calls, once }: BenchCase, pace: number | undefined): number {
  if (turnMs === undefined || once === true || pace === undefined) return calls
  return Math.max(calls, Math.min(MAX_CALLS, Math.floor(turnMs / pace)))
}

/** Time left for rounds: a further one takes as long as the longest so far, without warm-up and what is measured once. */
class Budget {
  private readonly end: number
  private longest = 0
  private round = 0

  constructor(budgetMs = Number.POSITIVE_INFINITY) {
    this.end = performance.now() + budgetMs
  }
  spend(ms: number): void {
    this.round += ms
  }
  endRound(): void {
    this.longest = Math.max(this.longest, this.round)
    this.round = 0
  }
  /** The first round always. */
  allows(): boolean {
    return this.longest === 0 || performance.now() + this.longest <= this.end
  }
}

/** The quietest `count` rounds, in their order. */
export function keptRounds(fixedWork: readonly number[], count: number): number[] {
  const quietest = fixedWork.map((_, round) => round).sort((a, b) => (fixedWork[a] ?? 0) - (fixedWork[b] ?? 0))
  return quietest.slice(0, count).sort((a, b) => a - b)
}

interface Turn {
  /** Milliseconds of each call. */
  readonly samples: number[]
  /** Of all of it but the warm-up. */
  readonly ms: number
}

async function turnOf(
  one: BenchCase,
  calls: number,
  warmUp: Pick<RoundOptions, 'warmUpCalls' | 'warmUpMs'> | null,
): Promise<Turn> {
  let began = 0
  const bench = new Bench({
    iterations: calls,
    time: 0,
    warmup: warmUp !== null,
    warmupIterations: warmUp?.warmUpCalls ?? 0,
    warmupTime: warmUp?.warmUpMs ?? 0,
    retainSamples: true,
    throws: true,
    setup: (_task, phase) => {
      if (phase === 'run') began = performance.now()
    },
  })
  const { prepare } = one
  bench.add(
    caseLabel(one),
    async () => {
      const called = bench.now()
      const given = one.call()
      const timed: number | Timed = typeof given === 'number' ? given : await given
      const overriddenDuration = typeof timed === 'number' ? bench.now() - called : timed.ms
      const answer = typeof timed === 'number' ? timed : timed.answer
      if (answer !== one.expected)
        throw new Error(`${caseLabel(one)}: expected a call to give ${one.expected}, got ${answer}`)
      return { overriddenDuration }
    },
    {
      async: true,
      beforeEach: async () => {
        await prepare?.()
      },
    },
  )
  await bench.run()
  const [task] = bench.tasks
  const result = task?.result
  if (result?.state !== 'completed' || result.latency.samples === undefined)
    throw new Error(`${caseLabel(one)}: expected a completed round, got ${result?.state}`)
  return { samples: [...result.latency.samples], ms: performance.now() - began }
}

async function measuredCase(one: BenchCase, rounds: readonly (readonly number[])[]): Promise<MeasuredCase> {
  const scale = SCALE[one.unit](one)
  const all = rounds.flat().map((ms) => ms * scale)
  const { median, spread, p99 }: Summary = summarised(all)
  const msPerCall = median / scale
  const { suite, name, parameters, unit } = one
  return {
    result: {
      suite,
      name,
      parameters,
      median: rounded(median),
      spread: [rounded(spread[0]), rounded(spread[1])],
      p99: rounded(p99),
      unit,
      recordsPerSecond: Math.round((one.records * 1_000) / msPerCall),
      work: { ...one.work, ...(await one.measureWork?.()) },
    },
    rounds: rounds.map((round) => summarised(round).median * scale),
  }
}

/** Four digits: more is noise. */
export const rounded = (value: number): number => Number(value.toPrecision(4))
