// What all rounds together say: the counts, a verdict a design, and what is not as expected, each with the line that
// replays it. Pure. Read next: campaign.ts, ../../reports/crash/lines.ts (what a person sees).
import { RUN_MOMENTS } from '../../impl/runtime/pipelineEvents.ts'
import { FAULTS, type FaultId } from '../../model/pipeline/vocabulary.ts'
import { DAMAGES } from './damage.ts'
import { FAULT_KINDS } from './faultKinds.ts'
import { mayFall } from './judge.ts'
import type { RoundResult } from './round.ts'
import { STORE_KILL_PLACES } from './storeLine.ts'

export type Counts = Readonly<Record<string, number>>

/** `kept`: every round. `lost`: as expected of it. `fell`: a promise was broken. `unseen`: it can lose, and did not yet. */
export type DesignVerdict = 'kept' | 'lost' | 'fell' | 'unseen' | 'not tried'

export interface DesignOutcome {
  readonly design: string
  readonly rounds: number
  readonly kills: number
  readonly records: number
  readonly repeated: number
  readonly lost: number
  /** Rows that are not as the input's, beside the lost ones: stale, where the table of guarantees allows it or not. */
  readonly stale: number
  readonly verdict: DesignVerdict
}

export interface CrashFailure {
  readonly design: string
  readonly round: number
  readonly what: string
  /** To be pasted. */
  readonly replay: string
}

export interface CrashOutcome {
  readonly seed: number
  /** A single round: what needs many is not asked for. */
  readonly isReplay: boolean
  readonly asked: number
  readonly kills: number
  readonly killsByPlace: Counts
  readonly restarts: number
  readonly faults: Counts
  readonly damages: Counts
  readonly diskFull: number
  readonly diskFullHow: 'tmpfs' | 'injected'
  readonly records: number
  readonly writes: number
  readonly repeated: number
  readonly seconds: number
  readonly designs: readonly DesignOutcome[]
  readonly failures: readonly CrashFailure[]
  /** What never came about and so was not tested, a sentence each. */
  readonly neverStruck: readonly string[]
}

export interface Asked {
  readonly seed: number
  readonly designs: readonly string[]
  readonly kills: number
  readonly round: number | null
}

export function outcome(
  { seed, designs, kills: asked, round }: Asked,
  results: readonly RoundResult[],
  diskFullHow: 'tmpfs' | 'injected',
  seconds: number,
): CrashOutcome {
  const killsByPlace = counts(
    [...RUN_MOMENTS, ...STORE_KILL_PLACES],
    results.map(({ kills }) => kills),
  )
  const faults = counts(
    FAULT_KINDS.map(({ name }) => name),
    results.map(({ faults }) => faults),
  )
  const damages = counts(
    DAMAGES,
    results.map(({ damages }) => damages),
  )
  const diskFull = sum(results.map((each) => each.diskFull))
  const never = (what: string, of: Counts) =>
    Object.entries(of).flatMap(([name, count]) => (count === 0 ? [`${what} ${name} never struck`] : []))
  return {
    seed,
    isReplay: round !== null,
    asked,
    kills: total(killsByPlace),
    killsByPlace,
    restarts: sum(results.map(({ restarts }) => restarts)),
    faults,
    damages,
    diskFull,
    diskFullHow,
    records: sum(results.map(({ plan }) => plan.records)),
    writes: sum(results.map(({ writes }) => writes)),
    repeated: sum(results.map(({ repeated }) => repeated)),
    seconds,
    designs: designs.map((design) =>
      designOutcome(
        design,
        results.filter(({ plan }) => plan.design === design),
      ),
    ),
    failures: results.flatMap((result) => failureOf(seed, result)),
    neverStruck: [
      ...never('kill', killsByPlace),
      ...never('fault', faults),
      ...never('damage', damages),
      ...(diskFull === 0 ? ['a full disk never struck'] : []),
    ],
  }
}

function designOutcome(design: string, results: readonly RoundResult[]): DesignOutcome {
  const lost = sum(results.map(({ judgement }) => judgement?.lost.length ?? 0))
  const wrong = sum(results.map(({ judgement }) => judgement?.wrong.length ?? 0))
  const broken = results.some(({ failure, judgement }) => failure !== null || judgement?.verdict === 'fell')
  const verdict = (): DesignVerdict => {
    if (results.length === 0) return 'not tried'
    if (broken) return 'fell'
    if (lost > 0) return 'lost'
    return mayFall(design, 'S1', ALL_CLASSES) ? 'unseen' : 'kept'
  }
  return {
    design,
    rounds: results.length,
    kills: sum(results.flatMap(({ kills }) => [...kills.values()])),
    records: sum(results.map(({ plan }) => plan.records)),
    repeated: sum(results.map(({ repeated }) => repeated)),
    lost,
    stale: Math.max(0, wrong - lost),
    verdict: verdict(),
  }
}

/** Of the table's faults those that a campaign has: F1p, F5, F6 and F7 are others. */
const ALL_CLASSES: ReadonlySet<FaultId> = new Set(
  FAULTS.map(({ id }) => id).filter((id) => ['F1', 'F2d', 'F2f', 'F3', 'F4'].includes(id)),
)

/** None, or the round's one. */
export function failureOf(seed: number, { plan, failure, judgement }: RoundResult): CrashFailure[] {
  const { design, round } = plan
  const fell = judgement?.verdict === 'fell'
  if (failure === null && !fell) return []
  const replay = `npx sinkproof crash --seed ${seed} --design ${design} --round ${round}`
  return [{ design, round, what: failure ?? fallen(judgement), replay }]
}

function fallen(judgement: RoundResult['judgement']): string {
  const { lost = [], wrong = [] } = judgement ?? {}
  const some = (keys: readonly string[]) => `${keys.slice(0, 3).join(', ')}${keys.length > 3 ? ', ...' : ''}`
  return lost.length > 0
    ? `S1: ${lost.length} keys lost (${some(lost)})`
    : `S2: ${wrong.length} rows wrong in the final table (${some(wrong)})`
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
const total = (of: Counts): number => sum(Object.values(of))

/** Every name, struck or not. */
function counts(names: readonly string[], maps: readonly ReadonlyMap<string, number>[]): Counts {
  return Object.fromEntries(names.map((name) => [name, sum(maps.map((map) => map.get(name) ?? 0))]))
}
