// What the words of the page stand for: claims with their conditions, fault classes, guarantees, how often everything
// happened in the random schedules. All of it from the catalogues. Read next: report.ts.
import { ACTIONS, FAULTS } from '../../model/pipeline/vocabulary.ts'
import { CLAIMS } from '../../properties/claims/index.ts'
import { GUARANTEES } from '../../properties/guarantees/catalogue.ts'
import type { ClaimRow, VerifyOutcome } from '../../properties/verify/result.ts'
import { counted } from '../numbers.ts'
import { html, type Markup } from './markup.ts'

export function claimsSection(claims: readonly ClaimRow[]): Markup {
  return html`<section id="claims" aria-labelledby="claims-title">
<h2 id="claims-title">What the notes say, sentence by sentence</h2>
<div class="scroll" role="region" aria-label="Claims" tabindex="0">
<table>
<thead><tr><th scope="col">id</th><th scope="col">claim</th><th scope="col">verdict</th><th scope="col">if, or instead</th><th scope="col">shown by</th></tr></thead>
<tbody>${claims.map(({ id, verdict, how }) => {
    const claim = CLAIMS.find((each) => each.id === id)
    return html`
<tr><th scope="row">${id}</th><td class="prose">${claim?.title ?? ''}</td><td>${verdict}</td><td class="prose">${claim?.condition ?? ''}</td><td class="prose">${how}</td></tr>`
  })}
</tbody>
</table>
</div>
</section>`
}

export function legendSection({ result, witnesses }: VerifyOutcome): Markup {
  const used = new Set(result.table.map(({ guarantee }) => guarantee))
  const times = (name: string) => html`<td class="count">${counted(witnesses[name] ?? 0)}</td>`
  return html`<section id="legend" aria-labelledby="legend-title">
<h2 id="legend-title">Legend</h2>
<h3>Guarantees</h3>
<dl class="guarantees">${GUARANTEES.filter(({ id }) => used.has(id)).map(
    ({ id, name, statement, why, breaks }) => html`
<div id="guarantee-${id}"><dt>${id} ${name}</dt><dd>${statement}<br><span class="reason">Why: ${why}. Broken by: ${breaks}.</span></dd></div>`,
  )}
</dl>
<p>Quiescent: all input taken, the last checkpoint notified, nothing under way.</p>
<h3>Fault classes, and how often each struck in the random schedules</h3>
<div class="scroll" role="region" aria-label="Fault classes" tabindex="0"><table>
<thead><tr><th scope="col">class</th><th scope="col">what it is</th><th scope="col" class="count">times</th></tr></thead>
<tbody>${FAULTS.map(({ id, what }) => html`<tr><th scope="row">${id}</th><td class="prose">${what}</td>${times(id)}</tr>`)}</tbody>
</table></div>
<h3>Actions, and how often each was performed there</h3>
<div class="scroll" role="region" aria-label="Actions" tabindex="0"><table>
<thead><tr><th scope="col">action</th><th scope="col">of</th><th scope="col">what it is</th><th scope="col" class="count">times</th></tr></thead>
<tbody>${ACTIONS.map(({ name, who, what }) => html`<tr><th scope="row">${name}</th><td>${who}</td><td class="prose">${what}</td>${times(name)}</tr>`)}</tbody>
</table></div>
</section>`
}
