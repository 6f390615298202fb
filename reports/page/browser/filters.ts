// Hides what the filters do not let through: cells, then the rows and columns of which nothing is left, in the table and
// in the evidence. Read next: ../passes.ts (which), main.ts.
import type { Filters } from '../address.ts'
import { type Cell, passes } from '../passes.ts'

const cellOf = ({
  dataset: { design = '', guarantee = '', workload = '', verdict = '', faults = '' },
}: HTMLElement): Cell => ({
  design,
  guarantee,
  workload,
  verdict,
  faults: faults.split(' '),
})

const all = (selector: string, within: ParentNode = document): HTMLElement[] => [
  ...within.querySelectorAll<HTMLElement>(selector),
]

/** How many verdicts are left. */
export function applyFilters(filters: Filters): number {
  for (const row of all('.evidence tbody tr')) row.hidden = !passes(cellOf(row), filters)
  const shown = all('.matrix').reduce((sum, table) => sum + filterTable(table, filters), 0)
  for (const none of all('.none')) none.hidden = shown > 0
  return shown
}

function filterTable(table: HTMLElement, filters: Filters): number {
  const cells = all('td.cell', table)
  const left = cells.filter((cell) => passes(cellOf(cell), filters))
  for (const cell of cells) cell.classList.toggle('out', !left.includes(cell))
  const designs = new Set(left.map(({ dataset }) => dataset.design))
  const guarantees = new Set(left.map(({ dataset }) => dataset.guarantee))
  for (const row of all('tbody tr', table)) row.hidden = !designs.has(row.dataset.design)
  for (const part of all('[data-guarantee]', table)) part.hidden = !guarantees.has(part.dataset.guarantee)
  if (table.parentElement !== null) table.parentElement.hidden = left.length === 0
  return left.length
}
