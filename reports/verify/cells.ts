// The words of a table's cell: `holds`, `never` (falls without any fault), `not F2` and so on (falls under each of these
// minimal sets of fault classes), `unknown`, `n/a`. One line for a set; F2 is short for F2d as well as F2f.
// Read next: table.ts.
import type { TableRow } from '../../properties/verify/result.ts'

export function cellLines(row: TableRow | undefined): string[] {
  if (row === undefined) return ['']
  if (row.verdict !== 'falls') return [row.verdict]
  if (row.faults.length === 0 || row.faults.some((set) => set.length === 0)) return ['never']
  return inOrder(bothCrashes(row.faults.map((set) => [...set]))).map(
    (set, i) => `${i === 0 ? 'not' : ' or'} ${set.join('+')}`,
  )
}

/** Small sets first, then by name: the same verdict reads the same in every row. */
const inOrder = (sets: readonly (readonly string[])[]) =>
  [...sets].sort((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1))

/** Where a set is there with death and the same with failover, one with F2 says it. */
function bothCrashes(sets: readonly (readonly string[])[]): (readonly string[])[] {
  const key = (set: readonly string[]) => set.join('+')
  const all = new Set(sets.map(key))
  const other = (set: readonly string[], from: string, to: string) => key(set.map((id) => (id === from ? to : id)))
  return sets.flatMap((set) => {
    if (set.includes('F2f') && !set.includes('F2d') && all.has(other(set, 'F2f', 'F2d'))) return []
    if (set.includes('F2d') && !set.includes('F2f') && all.has(other(set, 'F2d', 'F2f')))
      return [set.map((id) => (id === 'F2d' ? 'F2' : id))]
    return [set]
  })
}
