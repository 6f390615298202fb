// A small outcome made by hand, and the model's own shortest trace to go with it: what printing is tested on.
// Read next: verify.test.ts, timeline.test.ts.
import { machine, Search } from '../../model/kernel/index.ts'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { GHOSTS } from '../../model/pipeline/variables.ts'
import { faultSet } from '../../model/pipeline/vocabulary.ts'
import type { TableRow, Verdict, VerifyOutcome } from '../../properties/verify/result.ts'
import { TRACE_FORMAT, TRACE_VERSION, type Trace } from '../../properties/world/trace.ts'
import type { Values } from './names.ts'

/** A death and nothing else: quickly searched, and enough for each guarantee that falls. */
export const DEATH: Bounds = { ...SMALL, others: 0, budgets: { F2d: 1 } }

/** The shortest run of the model in which the guarantee falls. */
export function shortestTrace(design: string, guarantee: string, bounds: Bounds = DEATH): Trace {
  const spec = pipelineSpec(designNamed(design), bounds)
  const search = new Search(spec, { onViolation: 'collect' })
  search.run()
  const found = search.result().violations.find(({ property }) => property === guarantee)
  if (found === undefined) throw new Error(`${design} keeps ${guarantee}`)
  const trace = traceOf(design, bounds, found.root, found.trace())
  return { ...trace, verdict: { guarantee, faults: faultSet(found.classId) } }
}

const ghosts: ReadonlySet<string> = new Set(GHOSTS)

/** A run of the model by the names of its actions. */
export function traceOf(design: string, bounds: Bounds, root: number, names: readonly string[]): Trace {
  const { initial, step } = machine(pipelineSpec(designNamed(design), bounds))
  let state = initial[root] as (typeof initial)[number]
  const actions = names.map((action) => {
    const before = state as Values
    state = step(state, action)
    const changed = Object.entries(state as Values).filter(
      ([name, value]) => String(value) !== String(before[name]) && !ghosts.has(name),
    )
    const changes = Object.fromEntries(
      changed.map(([name, value]) => [name, typeof value === 'number' ? value : [...value]]),
    )
    return { action, changes }
  })
  const configuration = {
    design,
    bounds,
    store: 'memory' as const,
    hashOrder: root === 0 ? (0 as const) : (1 as const),
  }
  return {
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    verdict: null,
    origin: 'test',
    configuration,
    actions,
    repeatsFrom: null,
  }
}

const cell = (design: string, guarantee: string, verdict: Verdict, faults: TableRow['faults'] = []): TableRow => ({
  design,
  guarantee,
  workload: 'upsert',
  verdict,
  faults,
  how: [{ method: 'exhaustive', count: 115_879, bounds: 'S=1 N=2 K=1 B=1 batch=2 capacity=2 crashes<=1 others<=1' }],
  steps: verdict === 'falls' ? 9 : null,
  trace: verdict === 'falls' ? `${design}-${guarantee}.json` : null,
  randomTrace: verdict === 'falls' && guarantee === 'S7' ? `${design}-${guarantee}-random.json` : null,
})

const GUARANTEES = ['S1', 'S2', 'S3', 'S4', 'S5', 'S7', 'L1', 'L2']

export function outcomeFixture(exit = 0): VerifyOutcome {
  const trace = shortestTrace('hashSetTransient', 'S7')
  return {
    result: {
      version: '0.1.0',
      seed: 7,
      model: {
        states: 2_657_639,
        transitions: 20_325_093,
        depth: 46,
        seconds: 3.14,
        exhausted: true,
        bounds: 'S=1',
        wide: [],
      },
      real: {
        transitions: 41_230,
        transitionsExecuted: 41_230,
        schedules: 12_000,
        schedulesPerSecond: 9_100,
        dynaliteSchedules: 600,
      },
      table: [
        ...GUARANTEES.map((guarantee) => cell('flushOnSnapshotKeyed', guarantee, 'holds')),
        cell('hashSetTransient', 'S1', 'falls', [['F2f'], ['F2d']]),
        cell('hashSetTransient', 'S2', 'falls', [
          ['F2d', 'F3'],
          ['F3', 'F4'],
          ['F2f', 'F3'],
        ]),
        cell('hashSetTransient', 'S3', 'falls', [[]]),
        cell('hashSetTransient', 'S4', 'falls', [['F2d'], ['F1', 'F2f'], ['F2f', 'F4']]),
        cell('hashSetTransient', 'S5', 'unknown'),
        cell('hashSetTransient', 'S7', 'falls', [[]]),
        cell('hashSetTransient', 'L1', 'n/a'),
        cell('hashSetTransient', 'L2', 'falls', [['F1p']]),
        cell('aligned', 'S6', 'holds'),
        cell('aligned', 'S10', 'holds'),
      ],
      claims: [
        { id: 'C01', verdict: 'true', how: 'real pipeline' },
        { id: 'C03', verdict: 'true only if', how: 'real pipeline' },
        { id: 'C13', verdict: 'unknown', how: 'real pipeline' },
      ],
      exit,
    },
    traces: [{ file: 'hashSetTransient-S7.json', trace }],
    randomTraces: [{ file: 'hashSetTransient-S7-random.json', trace }],
    surprises: exit === 0 ? [] : ['hashSetTransient S7: expected holds, found falls under no fault'],
    witnesses: { emit: 12_345, apply: 9, F1: 1_200_000 },
    dynaliteWitnesses: { emit: 210, F1: 4 },
    replayed: 3,
  }
}
