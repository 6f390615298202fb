// The filters above the table; their choices are what the table holds. Without a script they are not shown, and the table
// stands there whole. Read next: browser/filters.ts (what they do).
import { FAULTS } from '../../model/pipeline/vocabulary.ts'
import type { TableRow } from '../../properties/verify/result.ts'
import { guaranteeName } from '../verify/calledNames.ts'
import { html, type Markup } from './markup.ts'

export function filterForm(rows: readonly TableRow[]): Markup {
  const distinct = (of: (row: TableRow) => readonly string[]) => [...new Set(rows.flatMap(of))]
  const faults = new Set(rows.flatMap(({ faults: sets }) => sets.flat()))
  return html`<form id="filters" aria-label="Filters" hidden>
${choice(
  'design',
  'Design',
  distinct(({ design }) => [design]).map((each) => [each, each]),
)}
${choice(
  'guarantee',
  'Guarantee',
  distinct(({ guarantee }) => [guarantee]).map((each) => [each, `${each} ${guaranteeName(each)}`]),
)}
${choice(
  'workload',
  'Workload',
  distinct(({ workload }) => [workload]).map((each) => [each, each]),
)}
${choice(
  'fault',
  'Fault class',
  FAULTS.filter(({ id }) => faults.has(id)).map(({ id, what }) => [id, `${id} ${what.split(':')[0]}`]),
)}
${choice(
  'verdict',
  'Verdict',
  distinct(({ verdict }) => [verdict]).map((each) => [each, each]),
)}
<button type="reset">Clear</button>
<output aria-live="polite"></output>
</form>`
}

const choice = (name: string, title: string, options: readonly (readonly [string, string])[]): Markup =>
  html`<div class="field"><label for="by-${name}">${title}</label><select id="by-${name}" name="${name}"><option value="">all</option>${options.map(
    ([value, text]) => html`<option value="${value}">${text}</option>`,
  )}</select></div>`
