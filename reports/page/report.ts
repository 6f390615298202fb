// The page of a run: everything that result.json and the traces say, in one file that opens without a network. Sections are
// pure functions of the outcome; the script in it only filters and steps what stands there already.
// Read next: matrix.ts, evidence.ts, traceSection.ts, legend.ts, browser/main.ts (the script), inlined.ts (how it gets in).
import type { VerifyOutcome } from '../../properties/verify/result.ts'
import { counted } from '../numbers.ts'
import { endLines } from '../verify/summary.ts'
import { evidenceSection } from './evidence.ts'
import { filterForm } from './filterForm.ts'
import { claimsSection, legendSection } from './legend.ts'
import { html, jsonMarkup, Markup } from './markup.ts'
import { matrixSection } from './matrix.ts'
import { drawnTraces, traceData, traceSections } from './traceSection.ts'

export interface Inlined {
  readonly style: string
  readonly script: string
  /** Content-Security-Policy that lets these two run and nothing else, and nothing be fetched. */
  readonly policy: string
}

/** `folder` as a person would type it in the command that replays a trace. */
export function reportPage(outcome: VerifyOutcome, folder: string, written: Date, inlined: Inlined): string {
  const { result } = outcome
  const traces = drawnTraces(outcome)
  const data = Object.fromEntries(traces.map((each) => [each.name, traceData(each)]))
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${inlined.policy}">
<title>sinkproof verify, seed ${result.seed}</title>
<link rel="icon" href="data:,">
<style>${new Markup(inlined.style)}</style>
</head>
<body>
<svg class="patterns" width="0" height="0" aria-hidden="true"><pattern id="applied" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="5"/></pattern></svg>
<a class="skip" href="#table">To the table</a>
<header>
<h1>sinkproof verify</h1>
<p class="run-line">Version ${result.version}, seed ${result.seed}, ${written.toISOString().slice(0, 16).replace('T', ' ')} UTC</p>
${summary(outcome)}
<nav aria-label="Sections"><a href="#table">Table</a> <a href="#counterexamples">Counterexamples</a> <a href="#evidence">Evidence</a> <a href="#claims">Claims</a> <a href="#legend">Legend</a></nav>
</header>
<main>
<section id="table" aria-labelledby="table-title">
<h2 id="table-title">Which design keeps which guarantee</h2>
${filterForm(result.table)}
${matrixSection(result.table)}
</section>
${traceSections(traces, folder)}
${evidenceSection(result)}
${claimsSection(result.claims)}
${legendSection(outcome)}
</main>
<script type="application/json" id="data">${jsonMarkup(data)}</script>
<script>${new Markup(inlined.script)}</script>
</body>
</html>
`
  return page.text
}

function summary(outcome: VerifyOutcome): Markup {
  const { model, real, exit } = outcome.result
  const [end = ''] = endLines(outcome)
  return html`<p class="${exit === 0 ? 'end' : 'end surprise'}">${end}${exit === 0 ? null : ` Exit code ${exit}.`}</p>
${outcome.surprises.length === 0 ? null : html`<ul class="surprises">${outcome.surprises.map((each) => html`<li>${each}</li>`)}</ul>`}
<dl class="figures">
<div><dt>Model</dt><dd>${counted(model.states)} states, ${counted(model.transitions)} transitions, depth ${model.depth}, ${model.exhausted ? 'exhaustive' : 'not exhausted'}</dd></div>
<div><dt>Real sink</dt><dd>${counted(real.transitionsExecuted)} of ${counted(real.transitions)} transitions executed</dd></div>
<div><dt>Random schedules</dt><dd>${counted(real.schedules)} on memory, ${counted(real.dynaliteSchedules)} on dynalite</dd></div>
<div><dt>Earlier failures</dt><dd>${counted(outcome.replayed)} replayed first</dd></div>
</dl>`
}
