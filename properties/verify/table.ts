// From findings to the truth table: one row for a design and a guarantee; what belongs to the runtime and not to a design
// is in the row of its mode, `aligned`. Nothing here is typed by hand: a cell is what was found.
// Read next: expectations.ts, verify.ts.
import { FAULTS, type FaultId, faultSet } from '../../model/pipeline/vocabulary.ts'
import type { WorkloadName } from '../../model/pipeline/workloads.ts'
import type { Hunted } from './huntStage.ts'
import { minimalSets, type Used } from './minimalSets.ts'
import type { ModelStage } from './modelStage.ts'
import type { How, TableRow, Verdict, WideRow } from './result.ts'
import type { DesignTours } from './tourStage.ts'

export const OF_DESIGN = ['S1', 'S2', 'S3', 'S4', 'S5', 'S7', 'L1', 'L2'] as const
export const OF_RUNTIME = ['S6', 'S8', 'S9', 'S10', 'S11'] as const
export const RUNTIME_ROW = 'aligned'
/** Name of a trace file: of upsert the design comes first. */
export const traceFile = (workload: WorkloadName, row: string, what: string): string =>
  `${workload === 'upsert' ? '' : `${workload}-`}${row}-${what}.json`
const LIVENESS: ReadonlySet<string> = new Set(['L1', 'L2'])

export interface RandomEvidence {
  readonly design: string
  readonly method: 'random memory' | 'random dynalite'
  readonly runs: number
  readonly bounds: string
}

export interface CellFinding extends Used {
  readonly design: string
  readonly guarantee: string
  readonly trace: string | null
}

export interface TableInput {
  readonly workload: WorkloadName
  readonly stages: readonly ModelStage[]
  readonly wide: readonly WideRow[]
  readonly findings: readonly CellFinding[]
  readonly tours: readonly DesignTours[]
  readonly random: readonly RandomEvidence[]
  readonly hunted: readonly Hunted[]
  readonly describe: (bounds: DesignTours['bounds']) => string
}

export function buildTable(input: TableInput): TableRow[] {
  return [...designRows(input), ...OF_RUNTIME.map((guarantee) => cell(input, input.stages, RUNTIME_ROW, guarantee))]
}

/** What belongs to the designs. */
export const designRows = (input: TableInput): TableRow[] =>
  input.stages.flatMap((stage) => OF_DESIGN.map((guarantee) => cell(input, [stage], stage.design, guarantee)))

function cell(input: TableInput, stages: readonly ModelStage[], design: string, guarantee: string): TableRow {
  const designs = new Set(stages.map((stage) => stage.design))
  const found = minimalSets(input.findings.filter((f) => f.guarantee === guarantee && designs.has(f.design)))
  const untested = stages.some(
    (stage) => !stage.exhausted || stage.missing.some((name) => name.startsWith(`${guarantee} `)),
  )
  const verdict: Verdict = found.length > 0 ? 'falls' : untested ? 'unknown' : 'holds'
  // Smallest set first: the one whose trace is kept.
  const shortest = found.find((finding) => finding.trace !== null) ?? found[0] ?? null
  return {
    design,
    guarantee,
    workload: input.workload,
    verdict,
    faults:
      verdict === 'falls'
        ? found.map(({ faults }) => faultSet(faults))
        : verdict === 'holds'
          ? [searchedClasses(stages, guarantee)]
          : [],
    how: evidence(input, stages, designs, guarantee),
    steps: shortest?.steps ?? null,
    trace: shortest?.trace ?? null,
    randomTrace: input.hunted.find((each) => each.design === design && each.guarantee === guarantee)?.file ?? null,
  }
}

/** Fair runs are looked for where the graph is kept. */
const kindsFor = (guarantee: string): readonly string[] =>
  LIVENESS.has(guarantee) ? ['liveness'] : ['safety', 'liveness']

/** Classes that had a budget in a search that looked for it; which of them beside one another, the bounds say. */
function searchedClasses(stages: readonly ModelStage[], guarantee: string): FaultId[] {
  const kinds = kindsFor(guarantee)
  const searched = stages.flatMap((stage) => stage.searches.filter(({ kind }) => kinds.includes(kind)))
  return FAULTS.map(({ id }) => id).filter((id) => searched.some(({ classes }) => classes.includes(id)))
}

function evidence(
  input: TableInput,
  stages: readonly ModelStage[],
  designs: ReadonlySet<string>,
  guarantee: string,
): How[] {
  const kinds = kindsFor(guarantee)
  const searched = stages.flatMap((stage) =>
    stage.searches
      .filter(({ kind }) => kinds.includes(kind))
      .map(
        ({ bounds, result }): How => ({
          method: LIVENESS.has(guarantee) ? 'fair runs' : 'exhaustive',
          count: result.states,
          bounds,
        }),
      ),
  )
  const real: How[] = input.tours
    .filter((tour) => designs.has(tour.design))
    .map((tour) => ({ method: 'every transition', count: tour.executed, bounds: input.describe(tour.bounds) }))
  const random: How[] = input.random
    .filter((each) => designs.has(each.design))
    .map(({ method, runs, bounds }) => ({ method, count: runs, bounds }))
  return merged([...searched, ...(LIVENESS.has(guarantee) ? [] : wide(input, designs)), ...real, ...random])
}

const wide = (input: TableInput, designs: ReadonlySet<string>): How[] =>
  input.wide
    .filter(({ design }) => designs.has(design))
    .map(({ bounds, states, exhausted }) => ({
      method: exhausted ? 'exhaustive, reduced' : 'reduced, cut short',
      count: states,
      bounds,
    }))

/** One entry for a method and bounds, counts added. */
function merged(how: readonly How[]): How[] {
  const byKey = new Map<string, How>()
  for (const each of how) {
    const key = `${each.method} ${each.bounds}`
    byKey.set(key, { ...each, count: each.count + (byKey.get(key)?.count ?? 0) })
  }
  return [...byKey.values()]
}
