// What an exhaustive search of the model says of a design and a guarantee: the minimal sets of fault classes under
// which it falls, and the steps of the shortest counterexample. Searches are shared between claims.
// Read next: ../../model/pipeline/guarantees.ts.
import { type SearchResult, search, type Violation } from '../../model/kernel/index.ts'
import { type Bounds, describeMode, SMALL } from '../../model/pipeline/bounds.ts'
import type { BugName } from '../../model/pipeline/bugs.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { faultSet } from '../../model/pipeline/vocabulary.ts'
import type { Evidence } from './evidence.ts'

/** One record, one crash of either kind, one other fault: a refusal or a lost notification. */
export const ONE_RECORD: Partial<Bounds> = { records: 1, budgets: { F1: 1, F2d: 1, F2f: 1, F5: 1 } }
export const ONE_DEATH: Partial<Bounds> = { records: 1, crashes: 1, others: 0, budgets: { F2d: 1 } }
export const NO_FAULTS: Partial<Bounds> = { budgets: {}, crashes: 0, others: 0 }
/** Two channels into the sink, so that barriers have to be aligned. */
export const TWO_SOURCES: Partial<Bounds> = { ...NO_FAULTS, sources: 2, records: 1 }

const known = new Map<string, SearchResult>()

/** Sets of fault classes that suffice to break the guarantee, e.g. `F2d` or `F1+F2f`; `no fault`; none where it holds. */
export function fallsUnder(
  evidence: Evidence,
  design: string,
  guarantee: string,
  over: Partial<Bounds>,
  bug: BugName | null = null,
): string[] {
  return minimalSets(violations(evidence, design, over, bug).filter(({ property }) => property === guarantee))
}

/** Every guarantee that falls. */
export function allThatFalls(evidence: Evidence, design: string, over: Partial<Bounds>): string[] {
  return fallen(violations(evidence, design, over, null))
}

/** Guarantees with their minimal sets, e.g. `S4 under F2d or F2f`. */
export function fallen(found: readonly Violation[]): string[] {
  const guarantees = [...new Set(found.map(({ property }) => property))].sort()
  return guarantees.map((guarantee) => {
    const sets = minimalSets(found.filter(({ property }) => property === guarantee))
    return `${guarantee} under ${sets.join(' or ')}`
  })
}

function minimalSets(found: readonly Violation[]): string[] {
  const classes = found.map(({ classId }) => classId)
  const minimal = classes.filter((a) => !classes.some((b) => b !== a && (b & a) === b))
  return minimal.map((bits) => faultSet(bits).join('+') || 'no fault').sort()
}

/** Steps to the first violation. Throws where there is none. */
export function shortest(evidence: Evidence, design: string, guarantee: string, over: Partial<Bounds>): string[] {
  const found = violations(evidence, design, over, null)
  const [first, ...rest] = found.filter(({ property }) => property === guarantee)
  if (first === undefined) throw new Error(`expected ${guarantee} to fall for ${design}, it holds`)
  return rest.reduce((best, each) => (each.steps < best.steps ? each : best), first).trace()
}

function violations(evidence: Evidence, design: string, over: Partial<Bounds>, bug: BugName | null) {
  const bounds = { ...SMALL, ...over }
  const name = JSON.stringify([design, bounds, bug])
  const result = known.get(name) ?? search(pipelineSpec(designNamed(design), bounds, bug), { onViolation: 'collect' })
  known.set(name, result)
  if (!result.exhausted) throw new Error(`${design}: the search was cut short`)
  const planted = bug === null ? '' : ` with ${bug} planted`
  evidence.searched(`${design}${describeMode(bounds)}${planted} ${result.states.toLocaleString('en')} states`)
  return result.violations
}
