// How each verdict was reached: one row a cell, one column a method, a count under bounds that are named by a letter. The
// methods are those the result has. Read next: matrix.ts, legend.ts (what the bounds are).
import type { How, TableRow, VerifyResult } from '../../properties/verify/result.ts'
import { counted } from '../numbers.ts'
import { guaranteeName } from '../verify/calledNames.ts'
import { breakable, html, type Markup } from './markup.ts'
import { evidenceId, filtered } from './matrix.ts'
import { traceLink, traceName } from './traceSection.ts'

/** What a method counts; a new one counts itself. */
export const UNITS: Readonly<Record<string, string>> = {
  exhaustive: 'states',
  'fair runs': 'states',
  'exhaustive, reduced': 'states',
  'reduced, cut short': 'states',
  'every transition': 'transitions',
  'random memory': 'runs',
  'random dynalite': 'runs',
}

export const methodsOf = (rows: readonly TableRow[]): string[] => [
  ...new Set(rows.flatMap(({ how }) => how.map(({ method }) => method))),
]

/** Every bounds text of the result, in the order in which it comes up; its letter is its place. */
export const boundsOf = (rows: readonly TableRow[]): string[] => [
  ...new Set(rows.flatMap(({ how }) => how.map(({ bounds }) => bounds))),
]

export const letterOf = (place: number): string =>
  place < 26 ? String.fromCharCode(97 + place) : `${letterOf(Math.floor(place / 26) - 1)}${letterOf(place % 26)}`

export function evidenceSection({ table, seed }: VerifyResult): Markup {
  const methods = methodsOf(table)
  const bounds = boundsOf(table)
  return html`<section id="evidence" aria-labelledby="evidence-title">
<h2 id="evidence-title">How each verdict was reached</h2>
<p>Random schedules are those of seed ${seed}. A letter in brackets names the bounds, listed below the table; beyond them nothing is claimed.</p>
<div class="scroll" role="region" aria-label="Evidence" tabindex="0">
<table class="evidence">
<thead><tr><th scope="col">design</th><th scope="col">guarantee</th><th scope="col">workload</th><th scope="col">verdict</th><th scope="col">minimal fault sets</th>${methods.map(
    (method) =>
      html`<th scope="col" class="count">${method}${UNITS[method] === undefined ? null : html`<br><span>${UNITS[method]}</span>`}</th>`,
  )}<th scope="col">counterexample</th></tr></thead>
<tbody>${table.map(
    (row) => html`
<tr id="${evidenceId(row)}" ${filtered(row)}><th scope="row">${breakable(row.design)}</th><td title="${guaranteeName(row.guarantee)}">${row.guarantee}</td><td>${row.workload}</td><td class="${row.verdict === 'n/a' ? 'na' : row.verdict}">${row.verdict}</td><td>${sets(row)}</td>${methods.map(
      (method) => html`<td class="count">${counts(row.how, method, bounds)}</td>`,
    )}<td>${row.trace === null ? null : html`<a href="${traceLink(traceName(row.trace))}">${row.steps ?? 0} steps</a>`}</td></tr>`,
  )}
</tbody>
</table>
</div>
<h3>Bounds</h3>
<p>S sources with N records and K keys each, B checkpoints; batch and capacity in records; crashes and other faults in one run.</p>
<ol class="bounds">${bounds.map((each) => html`<li><code>${each}</code></li>`)}</ol>
</section>`
}

const counts = (how: readonly How[], method: string, bounds: readonly string[]): Markup[] =>
  how
    .filter((each) => each.method === method)
    .map((each) => html`<div>${counted(each.count)} <i>(${letterOf(bounds.indexOf(each.bounds))})</i></div>`)

/** A set a line, as the terminal has them; what a verdict that holds was put to is said by their number. */
function sets({ verdict, faults, reason }: TableRow): Markup[] {
  if (reason !== undefined) return [html`<div>${reason}</div>`]
  if (verdict === 'holds') return [html`<div>under ${faults.flat().join(' ')}, in the mixes of these searches</div>`]
  if (verdict !== 'falls') return []
  return faults.map((set) => html`<div>${set.length === 0 ? 'no fault' : set.join('+')}</div>`)
}
