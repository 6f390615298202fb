// The words of a table's cell: `holds`, `never` (falls without any fault), `not F2` and so on (falls under each of these
// minimal sets of fault classes), `unknown`, `n/a`. One line for a set; F2 is short for each class that ends an attempt.
// Read next: table.ts.
import { CRASHES } from '../../model/pipeline/bounds.ts'
import type { TableRow } from '../../properties/verify/result.ts'

export function cellLines(row: TableRow | undefined): string[] {
  if (row === undefined) return ['']
  if (row.verdict !== 'falls') return [row.verdict]
  if (row.faults.length === 0 || row.faults.some((set) => set.length === 0)) return ['never']
  return inOrder(everyEnd(row.faults.map((set) => [...set]))).map(
    (set, i) => `${i === 0 ? 'not' : ' or'} ${set.join('+')}`,
  )
}

/** Small sets first, then by name: the same verdict reads the same in every row. */
const inOrder = (sets: readonly (readonly string[])[]) =>
  [...sets].sort((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1))

/** Where a set is there with every class that ends an attempt, one with F2 says it. */
function everyEnd(sets: readonly (readonly string[])[]): (readonly string[])[] {
  const key = (set: readonly string[]) => [...set].sort().join('+')
  const all = new Set(sets.map(key))
  return sets.flatMap((set) => {
    const end = set.find((id) => (CRASHES as readonly string[]).includes(id))
    const as = (other: string) => set.map((id) => (id === end ? other : id))
    if (end === undefined || !CRASHES.every((other) => all.has(key(as(other))))) return [set]
    return end === CRASHES[0] ? [as('F2')] : []
  })
}
