// One row of the table of modes: both searches, and what fell in them, counted. Read next: modes.ts.
import { checkEventually, Search, type SearchResult } from '../../model/kernel/index.ts'
import { type Bounds, describeBounds } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { type PipelineSpec, pipelineSpec } from '../../model/pipeline/spec.ts'
import { type ModeGuarantee, type ModeRow, OF_MODE } from './modes.ts'

export interface ModeResult {
  readonly row: ModeRow
  readonly fell: readonly ModeGuarantee[]
  /** Put to the test: each situation that matters to it was reached. The others neither fell nor hold. */
  readonly tested: readonly ModeGuarantee[]
  /** Length of the shortest run that breaks it. */
  readonly shortest: Readonly<Partial<Record<ModeGuarantee, number>>>
  readonly states: number
  readonly transitions: number
  readonly exhausted: boolean
  readonly bounds: { readonly safety: string; readonly liveness: string }
  readonly seconds: number
  /** What fell otherwise than expected, and situations that no search of the row reached. */
  readonly surprises: readonly string[]
}

export interface ModeLimits {
  readonly clock: () => number
  readonly timeMs: number
  readonly onStates?: (states: number) => void
}

export function searchMode(row: ModeRow, limits: ModeLimits): ModeResult {
  const shortest = new Map<ModeGuarantee, number>()
  const note = (property: string, steps: number) => {
    const guarantee = OF_MODE.find((each) => each === property)
    if (guarantee !== undefined) shortest.set(guarantee, Math.min(steps, shortest.get(guarantee) ?? steps))
  }
  const results: SearchResult[] = []
  const search = (liveness: boolean) => {
    const spec = specOf(row, liveness ? row.liveness : row.bounds)
    const found = results.reduce((sum, { states }) => sum + states, 0)
    const run = new Search(spec, {
      onViolation: 'collect',
      keepGraph: liveness,
      clock: limits.clock,
      limits: { timeMs: limits.timeMs },
      progressEvery: 100_000,
      onProgress: ({ states }) => limits.onStates?.(found + states),
    })
    run.run()
    const result = run.result()
    results.push(result)
    for (const { property, steps } of result.violations) note(property, steps)
    if (!liveness || !result.exhausted) return
    for (const { property, lassos } of checkEventually(run.graph()))
      for (const { stem, cycle } of lassos) note(property, stem.length + cycle.length)
  }
  search(false)
  search(true)
  const fell = OF_MODE.filter((guarantee) => shortest.has(guarantee))
  const exhausted = results.every((result) => result.exhausted)
  return {
    row,
    fell,
    tested: OF_MODE.filter((guarantee) => wasTested(guarantee, results)),
    shortest: Object.fromEntries(shortest),
    states: results.reduce((sum, { states }) => sum + states, 0),
    transitions: results.reduce((sum, { transitions }) => sum + transitions, 0),
    exhausted,
    bounds: { safety: describeBounds(row.bounds), liveness: describeBounds(row.liveness) },
    seconds: results.reduce((sum, { seconds }) => sum + seconds, 0),
    surprises: exhausted ? surprises(row, fell, results) : [],
  }
}

/** The row's pipeline; fair runs from where the row says. */
function specOf(row: ModeRow, bounds: Bounds): PipelineSpec {
  const spec = pipelineSpec(designNamed(row.design), bounds, row.bug)
  if (row.from === 'the start') return spec
  return {
    ...spec,
    define(s, report) {
      const defined = spec.define(s, report)
      const started = () => s.usedF6 > 0 && s.pending.at(0) !== 0
      const eventually = defined.eventually?.map((each) => ({ ...each, from: () => started() && each.from() }))
      return { ...defined, ...(eventually === undefined ? {} : { eventually }) }
    },
  }
}

const reached = (name: string, results: readonly SearchResult[]): boolean =>
  results.some(({ witnesses }) => (witnesses[name]?.count ?? 0) > 0)

function wasTested(guarantee: ModeGuarantee, results: readonly SearchResult[]): boolean {
  const situations = Object.keys(results[0]?.witnesses ?? {}).filter((name) => name.startsWith(`${guarantee} `))
  return situations.length > 0 && situations.some((name) => reached(name, results))
}

function surprises(row: ModeRow, fell: readonly ModeGuarantee[], results: readonly SearchResult[]): string[] {
  const differs = OF_MODE.filter((guarantee) => fell.includes(guarantee) !== row.falls.includes(guarantee)).map(
    (guarantee) => `${row.name}: ${guarantee} ${fell.includes(guarantee) ? 'falls' : 'holds'}, the other was expected`,
  )
  const needed = Object.keys(results[0]?.witnesses ?? {}).filter((name) => isNeeded(row, name))
  return [
    ...differs,
    ...needed.filter((name) => !reached(name, results)).map((name) => `${row.name}: never reached: ${name}`),
  ]
}

/** A situation counts only where the row's budgets allow it, and where its guarantee is one of the mode's. */
function isNeeded({ bounds, bug }: ModeRow, witness: string): boolean {
  if (bug !== null) return false
  const guarantee = OF_MODE.find((each) => witness.startsWith(`${each} `))
  if (guarantee === undefined) return false
  const aborts = bounds.budgets.F6 !== undefined && bounds.others > 0
  if (guarantee === 'S9' || guarantee === 'S10' || witness.includes('after a crash'))
    return bounds.crashes > 0 && bounds.checkpoints > 0
  if (guarantee === 'S11') return aborts && bounds.checkpoints > 0
  return true
}
