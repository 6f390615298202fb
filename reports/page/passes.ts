// Which verdicts the filters let through. A verdict passes a fault class where the class is in one of its sets: it falls
// under it, or holds under it. Pure, so that Node can test it. Read next: browser/filters.ts (hides the others).
import type { Filters } from './address.ts'

export interface Cell {
  readonly design: string
  readonly guarantee: string
  readonly workload: string
  readonly verdict: string
  readonly faults: readonly string[]
}

export const passes = (cell: Cell, { design, guarantee, workload, fault, verdict }: Filters): boolean =>
  (design === undefined || cell.design === design) &&
  (guarantee === undefined || cell.guarantee === guarantee) &&
  (workload === undefined || cell.workload === workload) &&
  (verdict === undefined || cell.verdict === verdict) &&
  (fault === undefined || cell.faults.includes(fault))
