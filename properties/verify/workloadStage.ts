// The workloads beside upsert: each design that can carry one is searched under small bounds and run in lockstep with the
// real sink; what falls where upsert does not is executed there too. Rows of the same table, with the workload's name.
// Read next: workloadBounds.ts, expectations.ts (what differs from upsert), table.ts.
import { describeBounds } from '../../model/pipeline/bounds.ts'
import { DESIGNS, type DesignRow } from '../../model/pipeline/sinks/designs.ts'
import { cannotCarry, WORKLOADS, type WorkloadName } from '../../model/pipeline/workloads.ts'
import { faultsUsed } from '../world/failure.ts'
import { Lockstep } from '../world/lockstep.ts'
import { randomSchedule } from '../world/randomRun.ts'
import { runSchedule } from '../world/schedule.ts'
import { stream } from '../world/seeds.ts'
import type { WorldStore } from '../world/store.ts'
import { World } from '../world/world.ts'
import { executeCounterexample } from './counterexample.ts'
import { type ModelStage, searchDesign } from './modelStage.ts'
import type { NamedTrace, TableRow } from './result.ts'
import { shortestOfEach } from './shortest.ts'
import { type CellFinding, designRows, OF_DESIGN, type RandomEvidence } from './table.ts'
import { underWorkloadFaults, workloadBounds, workloadRandom } from './workloadBounds.ts'

export interface WorkloadStage {
  readonly rows: readonly TableRow[]
  readonly stages: readonly ModelStage[]
  readonly traces: readonly NamedTrace[]
}

interface WorkloadStageOptions {
  readonly seed: number
  /** Schedules in lockstep, for each design and workload. */
  readonly runs: number
  readonly left: () => number
  readonly store: WorldStore
  /** Upsert's rows. */
  readonly upsert: readonly TableRow[]
  readonly onDone?: (done: number, total: number) => void
}

export const OTHER_WORKLOADS: readonly WorkloadName[] = WORKLOADS.map(({ name }) => name).filter((n) => n !== 'upsert')

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

export async function workloadStage(options: WorkloadStageOptions): Promise<WorkloadStage> {
  const cells = OTHER_WORKLOADS.flatMap((workload) => DESIGNS.map((design) => ({ workload, design })))
  const rows: TableRow[] = []
  const stages: ModelStage[] = []
  const traces: NamedTrace[] = []
  for (const [at, { workload, design }] of cells.entries()) {
    const reason = cannotCarry(design, workload)
    if (reason === null) {
      const done = await oneDesign(options, design, workload)
      rows.push(...done.rows)
      stages.push(...done.stages)
      traces.push(...done.traces)
    } else rows.push(...OF_DESIGN.map((guarantee) => notApplicable(design, guarantee, workload, reason)))
    options.onDone?.(at + 1, cells.length)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { rows, stages, traces }
}

const notApplicable = ({ name }: DesignRow, guarantee: string, workload: WorkloadName, reason: string): TableRow => ({
  design: name,
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

async function oneDesign(
  options: WorkloadStageOptions,
  { name: design }: DesignRow,
  workload: WorkloadName,
): Promise<WorkloadStage> {
  const clock = () => performance.now()
  const searched = searchDesign(design, workloadBounds(design, workload), { clock, timeMs: options.left() })
  // What is asked of the runtime alone has its own searches.
  const missing = searched.missing.filter((name) => OF_DESIGN.some((id) => name.startsWith(`${id} `)))
  const stage = { ...searched, missing }
  const run = await lockstepRuns(options, design, workload)
  const shortest = shortestOfEach(stage.findings, () => design)
  const fileOf = (guarantee: string) => `${workload}-${design}-${guarantee}.json`
  const found = shortest.map(({ finding, shortest: is }) => ({
    ...finding,
    trace: is ? fileOf(finding.guarantee) : null,
  }))
  const rows = designRows({
    workload,
    stages: [stage],
    wide: [],
    hunted: [],
    findings: [...found, ...run.findings],
    tours: [],
    random: [run.evidence],
    describe: describeBounds,
  })
  const shown = rows.filter((row) => row.trace !== null && differsFromUpsert(row, options.upsert))
  const traces: NamedTrace[] = []
  for (const { finding, shortest: is } of shortest)
    if (is && shown.some(({ guarantee }) => guarantee === finding.guarantee))
      traces.push({ file: fileOf(finding.guarantee), trace: await executeCounterexample(finding, options.store) })
  return { rows: rows.map((row) => (shown.includes(row) ? row : { ...row, trace: null })), stages: [stage], traces }
}

/** Judged by history, and each step compared with the model. */
async function lockstepRuns(
  { seed, runs, store }: WorkloadStageOptions,
  design: string,
  workload: WorkloadName,
): Promise<{ readonly findings: CellFinding[]; readonly evidence: RandomEvidence }> {
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
