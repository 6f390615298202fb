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
  const fixedWork: number[] = []
  fixedWorkMs()
  const total = () => options.rounds + Math.min(options.repeats, disturbedRounds(fixedWork).filter(Boolean).length)
  const budget = new Budget(options.budgetMs)
  for (let round = 0; round < total() && budget.allows(); round++) {
    fixedWork.push(fixedWorkMs())
    for (let turn = 0; turn < cases.length; turn++) {
      const which = (turn + round) % cases.length
      const one = cases[which] as BenchCase
      if (one.once === true && round > 0) continue
      const began = performance.now()
      samples[which]?.push(await callsOf(one, round === 0 ? options : null))
      one.release?.()
      if (one.once !== true) budget.spend(performance.now() - began)
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

/** Time left for rounds: a further one takes as long as the longest so far, without what is measured once. */
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

/** Milliseconds of each call of one case in one round. */
async function callsOf(
  one: BenchCase,
  warmUp: Pick<RoundOptions, 'warmUpCalls' | 'warmUpMs'> | null,
): Promise<number[]> {
  const bench = new Bench({
    iterations: one.calls,
    time: 0,
    warmup: warmUp !== null,
    warmupIterations: warmUp?.warmUpCalls ?? 0,
    warmupTime: warmUp?.warmUpMs ?? 0,
    retainSamples: true,
    throws: true,
  })
  const { prepare } = one
  bench.add(
    caseLabel(one),
    async () => {
      const began = bench.now()
      const given = one.call()
      const timed: number | Timed = typeof given === 'number' ? given : await given
      const overriddenDuration = typeof timed === 'number' ? bench.now() - began : timed.ms
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
  return [...result.latency.samples]
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
