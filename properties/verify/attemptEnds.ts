// The classes that end an attempt in other ways than a plain crash, each in a small search of its own beside those of the
// table: code updates end it as a failover does, the coordinator's death as any death does, and a damaged checkpoint is
// seen by a restore alone. What falls is what falls under the class it is like, or it is a surprise.
// Read next: attemptEnds.test.ts, expectations.ts.
import { checkEventually, Search } from '../../model/kernel/index.ts'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { type FaultId, faultSet } from '../../model/pipeline/vocabulary.ts'
import { EXPECTED } from './expectations.ts'
import { minimalSets, type Used } from './minimalSets.ts'

export interface AttemptEnd {
  readonly fault: FaultId
  /** The class under which the same must fall; null: nothing falls that does not fall without it. */
  readonly like: FaultId | null
  readonly bounds: Bounds
}

const TIGHT: Bounds = { ...SMALL, capacity: 1, others: 1 }

/** Beside each what its twin needs in company: a refusal while close() writes, a request that lands late. */
export const ATTEMPT_ENDS: readonly AttemptEnd[] = [
  { fault: 'F8', like: 'F2f', bounds: { ...TIGHT, budgets: { F1: 1, F3: 1, F8: 1 } } },
  { fault: 'F9', like: null, bounds: { ...TIGHT, others: 2, budgets: { F2d: 1, F3: 1, F9: 1 } } },
  { fault: 'F10', like: 'F2d', bounds: { ...TIGHT, budgets: { F3: 1, F10: 1 } } },
]

export interface EndSearch {
  /** By guarantee, the minimal sets that have the class in them, and that no set of the table explains: `F3+F8`. */
  readonly falls: Readonly<Record<string, readonly string[]>>
  readonly exhausted: boolean
}

export function searchEnd(design: string, { fault, bounds }: AttemptEnd): EndSearch {
  const search = new Search(pipelineSpec(designNamed(design), bounds), { onViolation: 'collect', keepGraph: true })
  search.run()
  const { violations, exhausted } = search.result()
  const found = new Map<string, Used[]>()
  const note = (guarantee: string, faults: number, steps: number) =>
    found.set(guarantee, [...(found.get(guarantee) ?? []), { faults, steps }])
  for (const { property, classId, steps } of violations) note(property, classId, steps)
  for (const { property, lassos } of checkEventually(search.graph()))
    for (const { classId, stem, cycle } of lassos) note(property, classId, stem.length + cycle.length)
  // The table's bounds are larger: what falls there without the class does so here, found or not.
  const explained = (guarantee: string, ids: readonly FaultId[]) =>
    (EXPECTED[design]?.[guarantee] ?? []).some((set) => set.every((id) => ids.includes(id)))
  const sets = [...found].map(([guarantee, all]) => {
    const having = minimalSets(all).map(({ faults }) => faultSet(faults))
    const own = having.filter((ids) => ids.includes(fault) && !explained(guarantee, ids))
    return [guarantee, spelled(own)] as const
  })
  return { falls: Object.fromEntries(sets.filter(([, of]) => of.length > 0)), exhausted }
}

const spelled = (sets: readonly (readonly FaultId[])[]): string[] => sets.map((ids) => [...ids].sort().join('+')).sort()

/** What is expected of the class it is like, as far as the classes beside it have a budget here. */
export function expectedEnd(design: string, { fault, like, bounds }: AttemptEnd): EndSearch['falls'] {
  if (like === null) return {}
  const budgeted = (id: FaultId) => id === like || (id !== 'F1p' && (bounds.budgets[id] ?? 0) > 0)
  const rows = Object.entries(EXPECTED[design] ?? {}).map(([guarantee, sets]) => {
    const these = sets.filter((set) => set.includes(like) && set.every(budgeted))
    return [guarantee, spelled(these.map((set) => set.map((id) => (id === like ? fault : id))))] as const
  })
  return Object.fromEntries(rows.filter(([, sets]) => sets.length > 0))
}
