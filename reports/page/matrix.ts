// The truth table: designs down, guarantees across. Guarantees that the same rows are judged by stand in one table. A cell
// has the words of the terminal's table, and leads to its evidence and to its counterexample.
// Read next: ../verify/cells.ts (a cell's words), evidence.ts.
import type { TableRow } from '../../properties/verify/result.ts'
import { WORKLOAD_FAULTS } from '../../properties/verify/workloadBounds.ts'
import { guaranteeName } from '../verify/calledNames.ts'
import { cellLines } from '../verify/cells.ts'
import { groupsOf, KEY } from '../verify/table.ts'
import { breakable, html, type Markup } from './markup.ts'
import { traceLink, traceName } from './traceSection.ts'

export function matrixSection(table: readonly TableRow[]): Markup {
  const workloads = [...new Set(table.map(({ workload }) => workload))]
  return html`${workloads.map((workload) =>
    matrices(
      table.filter((row) => row.workload === workload),
      workload,
    ),
  )}
<p class="key">${KEY.map(({ term, means }) => html`<b>${term}</b>: ${means}. `)}</p>
<p class="none" role="status" hidden>No verdict passes these filters.</p>`
}

/** Of a workload; upsert needs no name. */
function matrices(rows: readonly TableRow[], workload: string): Markup {
  const others =
    workload === 'upsert' ? null : html`<caption>${workload}: under ${WORKLOAD_FAULTS.join(', ')}</caption>`
  return html`${groupsOf(rows).map(
    ({
      designs,
      guarantees,
    }) => html`<div class="scroll" role="region" aria-label="Truth table, ${workload}, ${guarantees.join(' ')}" tabindex="0">
<table class="matrix">
${others}
<thead><tr><th scope="col">design</th>${guarantees.map((id) => html`<th scope="col" data-guarantee="${id}"><a href="#guarantee-${id}">${id}</a> <span>${guaranteeName(id)}</span></th>`)}</tr></thead>
<tbody>${designs.map(
      (design) => html`
<tr data-design="${design}"><th scope="row">${breakable(design)}</th>${guarantees.map((guarantee) =>
        cell(rows.find((row) => row.design === design && row.guarantee === guarantee)),
      )}</tr>`,
    )}
</tbody>
</table>
</div>`,
  )}`
}

/** The place of a cell's evidence. */
export const evidenceId = ({ design, guarantee, workload }: TableRow): string =>
  `evidence-${design}-${guarantee}${workload === 'upsert' ? '' : `-${workload}`}`

/** What the filters look at. */
export const filtered = ({ design, guarantee, workload, verdict, faults }: TableRow): Markup =>
  html`data-design="${design}" data-guarantee="${guarantee}" data-workload="${workload}" data-verdict="${verdict}" data-faults="${[...new Set(faults.flat())].join(' ')}"`

function cell(row: TableRow | undefined): Markup {
  if (row === undefined) return html`<td></td>`
  const lines = cellLines(row)
  return html`<td class="cell ${row.verdict === 'n/a' ? 'na' : row.verdict}" ${filtered(row)}><a class="verdict" href="#${evidenceId(row)}">${lines.map((line, i) => html`${i === 0 ? null : html`<br>`}${line.trim()}`)}</a>${
    row.trace === null
      ? null
      : html`<a class="trace" href="${traceLink(traceName(row.trace))}" aria-label="Counterexample of ${row.design} ${row.guarantee}, ${row.steps ?? 0} steps">${row.steps ?? 0} steps</a>`
  }</td>`
}
