// The model's part: each design searched exhaustively, safety and liveness, with and without an item refused for ever.
// A violation is filed under the set of fault classes its run used, so one search gives every minimal set.
// Read next: counterexample.ts (which runs each finding on the real pipeline).
import { checkEventually, Search, type SearchResult } from '../../model/kernel/index.ts'
import { type Bounds, classesOf, describeBounds } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import type { FaultId } from '../../model/pipeline/vocabulary.ts'
import type { DesignBounds } from './bounds.ts'

export interface Finding {
  readonly design: string
  readonly guarantee: string
  /** Bit set of the fault classes used. */
  readonly faults: number
  /** Of a lasso: up to the end of its first round. */
  readonly steps: number
  readonly bounds: Bounds
  readonly hashOrder: number
  readonly actions: readonly string[]
  /** Of a lasso: number of actions before the part that repeats; null for a finite counterexample. */
  readonly repeatsFrom: number | null
}

export interface ModelStage {
  readonly design: string
  readonly findings: readonly Finding[]
  readonly searches: readonly {
    readonly kind: 'safety' | 'liveness'
    readonly bounds: string
    /** Classes with a budget in it. */
    readonly classes: readonly FaultId[]
    readonly result: SearchResult
  }[]
  readonly exhausted: boolean
  /** Situations that no search of this design reached: what they put to the test has not been tested. */
  readonly missing: readonly string[]
}

export interface SearchLimits {
  readonly clock: () => number
  /** Of each search; one that is cut short is not exhausted and gives no verdict. */
  readonly timeMs: number
  /** States found so far, over all searches of the design. */
  readonly onStates?: (states: number) => void
}

export function searchDesign(
  design: string,
  stage: Pick<DesignBounds, 'fair' | 'poisoned' | 'safety'>,
  limits: SearchLimits,
): ModelStage {
  const findings: Finding[] = []
  const searches: ModelStage['searches'][number][] = []
  const reached = new Set<string>()
  const named = new Set<string>()
  const run = (kind: 'safety' | 'liveness', bounds: Bounds) => {
    const done = searches.reduce((sum, { result }) => sum + result.states, 0)
    const search = new Search(pipelineSpec(designNamed(design), bounds), {
      onViolation: 'collect',
      clock: limits.clock,
      keepGraph: kind === 'liveness',
      limits: { timeMs: limits.timeMs },
      progressEvery: 50_000,
      onProgress: ({ states }) => limits.onStates?.(done + states),
    })
    search.run()
    const result = search.result()
    searches.push({ kind, bounds: describeBounds(bounds), classes: classesOf(bounds), result })
    for (const [name, { count }] of Object.entries(result.witnesses)) {
      named.add(name)
      if (count > 0) reached.add(name)
    }
    for (const { property, classId, steps, root, trace } of result.violations)
      findings.push({
        design,
        guarantee: property,
        faults: classId,
        steps,
        bounds,
        hashOrder: root,
        actions: trace(),
        repeatsFrom: null,
      })
    if (kind === 'safety' || !result.exhausted) return
    for (const { property, lassos } of checkEventually(search.graph()))
      for (const { classId, root, stem, cycle } of lassos) {
        const actions = [...stem, ...cycle]
        const repeatsFrom = stem.length
        findings.push({
          design,
          guarantee: property,
          faults: classId,
          steps: actions.length,
          bounds,
          hashOrder: root,
          actions,
          repeatsFrom,
        })
      }
  }
  for (const bounds of stage.fair) run('liveness', bounds)
  run('liveness', { ...stage.poisoned, poison: 1 })
  for (const bounds of stage.safety) run('safety', bounds)
  return {
    design,
    findings,
    searches,
    exhausted: searches.every(({ result }) => result.exhausted),
    missing: [...named].filter((name) => !reached.has(name)),
  }
}
