// The workloads beside upsert: each design that can carry one is searched under small bounds and run in lockstep with the
// real sink; what falls where upsert does not is executed there too. Rows of the same table, with the workload's name.
// Read next: workloadBounds.ts, expectations.ts (what differs from upsert), table.ts.
import { describeBounds } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { cannotCarry, WORKLOADS, type WorkloadName } from '../../model/pipeline/workloads.ts'
import { faultsUsed } from '../world/failure.ts'
import { Lockstep } from '../world/lockstep.ts'
import { randomSchedule } from '../world/randomRun.ts'
import { runSchedule } from '../world/schedule.ts'
import { stream } from '../world/seeds.ts'
import type { WorldStore } from '../world/store.ts'
import { World } from '../world/world.ts'
import { executeCounterexample } from './counterexample.ts'
import { type Hunted, type HuntOptions, huntStage } from './huntStage.ts'
import { type ModelStage, searchDesign } from './modelStage.ts'
import type { NamedTrace, TableRow } from './result.ts'
import { shortestOfEach } from './shortest.ts'
import { type CellFinding, designRows, OF_DESIGN, type RandomEvidence, traceFile } from './table.ts'
import { underWorkloadFaults, workloadBounds, workloadRandom } from './workloadBounds.ts'

/** A design under a workload: what its searches found, and its schedules in lockstep. */
export interface Carried {
  readonly workload: WorkloadName
  readonly stage: ModelStage
  readonly random: { readonly findings: readonly CellFinding[]; readonly evidence: RandomEvidence }
}

export interface WorkloadRequest {
  readonly seed: number
  /** Schedules in lockstep, for each design and workload. */
  readonly runs: number
  readonly left: () => number
  readonly store: WorldStore
  readonly onDone?: (done: number, total: number) => void
}

const CELLS = WORKLOADS.filter(({ name }) => name !== 'upsert').flatMap(({ name }) =>
  DESIGNS.map((design) => ({ workload: name, design: design.name, reason: cannotCarry(design, name) })),
)

export async function searchWorkloads(request: WorkloadRequest): Promise<Carried[]> {
  const carried: Carried[] = []
  const cells = CELLS.filter(({ reason }) => reason === null)
  for (const { workload, design } of cells) {
    const limits = { clock: () => performance.now(), timeMs: request.left() }
    const searched = searchDesign(design, workloadBounds(design, workload), limits)
    // What is asked of the runtime alone has its own searches.
    const missing = searched.missing.filter((name) => OF_DESIGN.some((id) => name.startsWith(`${id} `)))
    const random = await lockstepRuns(request, design, workload)
    carried.push({ workload, stage: { ...searched, missing }, random })
    request.onDone?.(carried.length, cells.length)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return carried
}

export interface WorkloadRows {
  readonly rows: readonly TableRow[]
  readonly traces: readonly NamedTrace[]
  readonly hunted: readonly Hunted[]
}

/**
 * `upsert`: the rows that theirs are held against. What differs has its shortest counterexample executed, as a trace, and
 * a failing schedule looked for.
 */
export async function workloadRows(
  carried: readonly Carried[],
  upsert: readonly TableRow[],
  hunt: Pick<HuntOptions, 'seed' | 'runs' | 'shrinks'>,
  store: WorldStore,
): Promise<WorkloadRows> {
  const rows: TableRow[] = []
  const traces: NamedTrace[] = []
  const hunted: Hunted[] = []
  for (const { workload, design, reason } of CELLS) {
    const found = carried.find((each) => each.workload === workload && each.stage.design === design)
    if (found === undefined) {
      rows.push(...OF_DESIGN.map((guarantee) => notApplicable(design, guarantee, workload, reason ?? 'not searched')))
      continue
    }
    const shortest = shortestOfEach(found.stage.findings, () => design)
    const fileOf = (guarantee: string) => traceFile(workload, design, guarantee)
    const all = designRows({
      workload,
      stages: [found.stage],
      wide: [],
      findings: [
        ...shortest.map(({ finding, shortest: is }) => ({ ...finding, trace: is ? fileOf(finding.guarantee) : null })),
        ...found.random.findings,
      ],
      tours: [],
      random: [found.random.evidence],
      hunted: [],
      describe: describeBounds,
    })
    const shown = all.filter((row) => row.trace !== null && differsFromUpsert(row, upsert))
    const isShown = ({ guarantee }: { readonly guarantee: string }) => shown.some((row) => row.guarantee === guarantee)
    for (const { finding, shortest: is } of shortest)
      if (is && isShown(finding))
        traces.push({ file: fileOf(finding.guarantee), trace: await executeCounterexample(finding, store) })
    // More records than in the searches: where one has to be lost, luck needs several.
    const findings = found.stage.findings.filter(isShown).map((each) => ({ ...each, bounds: workloadRandom(workload) }))
    const caught = await huntStage({ ...hunt, findings, campaigns: [], onCell: () => {} }, store)
    hunted.push(...caught)
    const random = ({ guarantee }: TableRow) => caught.find((each) => each.guarantee === guarantee)?.file ?? null
    rows.push(...all.map((row) => (isShown(row) ? { ...row, randomTrace: random(row) } : { ...row, trace: null })))
  }
  return { rows, traces, hunted }
}

const notApplicable = (design: string, guarantee: string, workload: WorkloadName, reason: string): TableRow => ({
  design,
  guarantee,
  workload,
  verdict: 'n/a',
  faults: [],
  how: [],
  reason,
  steps: null,
  trace: null,
  randomTrace: null,
})

/** Whether a row of another workload says something else than upsert's does, as far as its fault classes go. */
export function differsFromUpsert(row: TableRow, upsert: readonly TableRow[]): boolean {
  const same = upsert.find(
    ({ design, guarantee, workload }) => workload === 'upsert' && design === row.design && guarantee === row.guarantee,
  )
  if (same === undefined || row.verdict === 'n/a') return false
  const sets = (of: TableRow) => (of.verdict === 'falls' ? spelt(underWorkloadFaults(of.faults)) : '')
  return row.verdict === 'unknown' || sets(row) !== sets(same)
}

const spelt = (sets: readonly (readonly string[])[]): string =>
  sets
    .map((set) => [...set].sort().join('+') || 'none')
    .sort()
    .join(' ')

/** Judged by history, and each step compared with the model. */
async function lockstepRuns(
  { seed, runs, store }: WorkloadRequest,
  design: string,
  workload: WorkloadName,
): Promise<Carried['random']> {
  const bounds = workloadRandom(workload)
  const lockstep = new Lockstep({ design, bounds })
  const findings: CellFinding[] = []
  for (let number = 0; number < runs; number++) {
    const hashOrder = lockstep.walker.roots > 1 ? number % 2 : 0
    const world = new World({ design, bounds, store: store.kind, hashOrder }, store)
    const random = stream(String(seed), 'workloads', design, workload, number)
    const { violations } = await runSchedule(world, randomSchedule(world, 400, random), lockstep)
    for (const { guarantee, step } of violations)
      findings.push({ design, guarantee, faults: faultsUsed(world), steps: step, trace: null })
  }
  return { findings, evidence: { design, method: 'random memory', runs, bounds: describeBounds(bounds) } }
}
