// The main job: every design searched in the model, its counterexamples executed on the real pipeline, every transition
// of a smaller graph executed there too, random schedules on memory and on dynalite, the claims; then the table of all
// of it, compared with what is expected. Model and real pipeline must agree: a disagreement is exit 4.
// Read next: modelStage.ts, counterexample.ts, realStage.ts, huntStage.ts, table.ts, expectations.ts.
import { type Bounds, describeBounds, SMALL } from '../../model/pipeline/bounds.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { CLAIMS } from '../claims/index.ts'
import { readCorpus } from '../world/corpus.ts'
import { replay } from '../world/replay.ts'
import { memoryWorldStore } from '../world/store.ts'
import { boundsFor, DEEP_BOUNDS, DEFAULT_BOUNDS, type StageBounds } from './bounds.ts'
import { executeCounterexample } from './counterexample.ts'
import { dynaliteStage } from './dynaliteStage.ts'
import { huntStage } from './huntStage.ts'
import { type Finding, type ModelStage, searchDesign } from './modelStage.ts'
import { added } from './randomStage.ts'
import { type RunReal, runReal } from './realStage.ts'
import type { ClaimRow, NamedTrace, VerifyOptions, VerifyOutcome, VerifyProgress } from './result.ts'
import { shortestOfEach } from './shortest.ts'
import { contradictions, surprises, wideSurprise } from './surprises.ts'
import { buildTable, type CellFinding, OF_RUNTIME, RUNTIME_ROW, traceFile } from './table.ts'
import { runWide, type WideSearch } from './wideStage.ts'
import { searchWorkloads, workloadRows } from './workloadStage.ts'

export interface VerifyStages {
  /** Folder of traces that are replayed first. */
  readonly corpus?: string
  readonly bounds?: StageBounds
  readonly real?: RunReal
  /** Takes its share of the wide searches beside this thread. */
  readonly wideBeside?: typeof runWide
  readonly version: string
}

export async function verify(options: VerifyOptions, stages: VerifyStages): Promise<VerifyOutcome> {
  const bounds = stages.bounds ?? (options.deep ? DEEP_BOUNDS : DEFAULT_BOUNDS)
  const began = performance.now()
  const left = () => Math.max(1_000, options.budgetMs - (performance.now() - began))
  const progress = (stage: string, unit: string, done: number, total?: number) =>
    options.onProgress?.({ stage, unit, done, ...(total === undefined ? {} : { total }) })
  const traces = new Map<string, NamedTrace>()
  const store = memoryWorldStore()

  const corpus = stages.corpus === undefined ? [] : readCorpus(stages.corpus)
  const forgotten: string[] = []
  for (const { name, trace } of corpus)
    if (!(await replay(trace, 'memory')).confirmed) forgotten.push(`${name}: a trace of the corpus does not replay`)
  const first = await firstCounterexample(store)
  if (first !== null) {
    traces.set(first.file, first)
    options.onFirstCounterexample?.(first)
  }
  const running = (stages.real ?? runReal)({ bounds, seed: options.seed }, (each) => options.onProgress?.(each))
  // A failure while searches still run is reported where the results are awaited.
  running.catch(() => {})

  const modelled: ModelStage[] = []
  for (const { name } of DESIGNS) {
    const before = modelled.flatMap((stage) => stage.searches).reduce((sum, { result }) => sum + result.states, 0)
    const onStates = (states: number) => progress('model', 'states', before + states)
    modelled.push(
      searchDesign(name, boundsFor(bounds, name), { clock: () => performance.now(), timeMs: left(), onStates }),
    )
    await new Promise((resolve) => setImmediate(resolve))
  }
  const findings: CellFinding[] = []
  for (const { finding, shortest } of shortestOfEach(
    modelled.flatMap((stage) => stage.findings),
    cellOf,
  )) {
    const file = traceFile('upsert', cellOf(finding), finding.guarantee)
    if (shortest) traces.set(file, { file, trace: await executeCounterexample(finding, store) })
    findings.push({ ...finding, trace: shortest ? file : null })
  }
  progress('counterexamples', 'traces', traces.size)

  const workloads = await searchWorkloads({
    seed: options.seed,
    runs: bounds.workloadSchedules,
    left,
    store,
    onDone: (done, total) => progress('workloads', 'designs', done, total),
  })
  const claims = await runClaims(progress)
  const dynalite = await dynaliteStage(bounds, options.seed, (done, of) =>
    progress('dynalite schedules', 'schedules', done, of),
  )
  const { random, tours } = await running
  for (const found of [...random.findings, ...dynalite.findings]) findings.push({ ...found, trace: null })
  const hunt = { seed: options.seed, runs: bounds.huntRuns, shrinks: options.deep }
  const hunted = await huntStage(
    {
      ...hunt,
      findings: modelled.flatMap((stage) => stage.findings),
      campaigns: random.findings,
      onCell: (done, of) => progress('random counterexamples', 'cells', done, of),
    },
    store,
  )

  const wide = await wideStage(bounds.wide, stages.wideBeside, left(), (each) => options.onProgress?.(each))
  const beyond = wide.flatMap(({ unexpected }) => unexpected)
  for (const finding of beyond) {
    const file = traceFile('upsert', cellOf(finding), `${finding.guarantee}-wide`)
    if (!traces.has(file)) traces.set(file, { file, trace: await executeCounterexample(finding, store) })
  }

  const upsert = buildTable({
    workload: 'upsert',
    stages: modelled,
    wide,
    findings,
    tours,
    random: [...random.evidence, ...dynalite.evidence],
    hunted,
    describe: describeBounds,
  })
  const others = await workloadRows(workloads, upsert, hunt, store)
  for (const named of others.traces) traces.set(named.file, named)
  const table = [...upsert, ...others.rows]
  const everything = [
    ...modelled,
    ...workloads.map(({ stage, workload }) => ({ ...stage, design: `${stage.design} (${workload})` })),
  ]
  const searches = everything.flatMap((stage) => stage.searches)
  const exhausted = searches.every(({ result }) => result.exhausted)
  const unexpected = exhausted
    ? [...forgotten, ...surprises({ table, claims, modelled: everything, random, dynalite, tours })]
    : [...forgotten, ...contradictions(table)]
  unexpected.push(...beyond.map(wideSurprise))
  const sum = (of: (search: (typeof searches)[number]) => number) =>
    searches.reduce((total, search) => total + of(search), 0)
  return {
    result: {
      version: stages.version,
      seed: options.seed,
      model: {
        states: sum(({ result }) => result.states),
        transitions: sum(({ result }) => result.transitions),
        depth: Math.max(...searches.map(({ result }) => result.depth)),
        seconds: sum(({ result }) => result.seconds),
        exhausted,
        bounds: [...new Set(searches.map(({ kind, bounds: text }) => `${kind}: ${text}`))].join('; '),
        wide: wide.map(({ unexpected: _, ...search }) => search),
      },
      real: {
        transitions: tours.reduce((total, tour) => total + tour.transitions, 0),
        transitionsExecuted: tours.reduce((total, tour) => total + tour.executed, 0),
        schedules: random.schedules,
        schedulesPerSecond: random.schedulesPerSecond,
        dynaliteSchedules: dynalite.schedules,
      },
      table,
      claims,
      exit: unexpected.length > 0 ? 1 : exhausted ? 0 : 3,
    },
    traces: [...traces.values()],
    randomTraces: [...hunted, ...others.hunted],
    surprises: unexpected,
    witnesses: Object.values(random.witnesses).reduce(added, {}),
    dynaliteWitnesses: dynalite.witnesses,
    replayed: corpus.length,
  }
}

/** Every search once, here and in the thread beside where there is one. */
async function wideStage(
  bounds: readonly Bounds[],
  beside: typeof runWide | undefined,
  timeMs: number,
  onProgress: (progress: VerifyProgress) => void,
): Promise<readonly WideSearch[]> {
  if (bounds.length === 0) return []
  const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const threads = beside === undefined ? 1 : 2
  const request = { bounds, next, threads, deadlineMs: Date.now() + timeMs }
  const other = beside?.(request, onProgress)
  // A failure while this thread still searches is reported where the results are awaited.
  other?.catch(() => {})
  const own = await runWide(request, onProgress)
  return [...own, ...((await other) ?? [])]
}

/** The notes' own sink, no fault: the answer a reader waits for, before anything large is searched. */
async function firstCounterexample(store: ReturnType<typeof memoryWorldStore>): Promise<NamedTrace | null> {
  const none: Bounds = { ...SMALL, crashes: 0, others: 0, budgets: {} }
  const { findings } = searchDesign(
    'hashSetTransient',
    { fair: [none], poisoned: none, safety: [] },
    { clock: () => performance.now(), timeMs: 10_000 },
  )
  const finding = findings.find(({ guarantee }) => guarantee === 'S7')
  if (finding === undefined) return null
  return { file: 'hashSetTransient-S7.json', trace: await executeCounterexample(finding, store) }
}

const cellOf = ({ design, guarantee }: Finding): string =>
  (OF_RUNTIME as readonly string[]).includes(guarantee) ? RUNTIME_ROW : design

async function runClaims(
  progress: (stage: string, unit: string, done: number, total?: number) => void,
): Promise<ClaimRow[]> {
  const rows: ClaimRow[] = []
  for (const claim of CLAIMS) {
    const { shown, how } = await claim.run()
    rows.push({ id: claim.id, verdict: shown ? claim.verdict : 'unknown', how })
    progress('claims', 'claims', rows.length, CLAIMS.length)
  }
  return rows
}
