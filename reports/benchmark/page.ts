// The benchmark as one self-contained page: answers first, then a chart a group of figures. No script, nothing fetched.
// Read next: barChart.ts, answers.ts, markdown.ts (every figure as text).
import { html, Markup } from '../page/markup.ts'
import { answers, budget, type Share } from './answers.ts'
import { barChart, figure } from './barChart.ts'
import { chartsOf } from './charts.ts'
import type { PublishedSuite } from './figures.ts'
import { measuredAt } from './markdown.ts'

export function benchmarkPage(suites: readonly PublishedSuite[]): string {
  const shares = budget(suites)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>sinkproof: what it costs</title>
<link rel="icon" href="data:,">
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<h1>What it costs</h1>
${answers(suites).map(({ question, text }) => html`<h2>${question}</h2><p>${text}</p>`)}
${shares === null ? null : [budgetTable('Through the SDK, a record of 200 B', shares.sdk), budgetTable('On the fast transport', shares.fast)]}
${suites.map(suiteSection)}
</main>
</body>
</html>
`.text
}

function suiteSection(published: PublishedSuite): Markup {
  const { suite, measures, run } = published
  return html`<section><h2>${suite}</h2><p>${measures}. ${measuredAt(published)}</p>
${chartsOf(published).map(barChart)}
${run === null ? null : html`<details><summary>What the figures say</summary><ul>${run.said.flatMap(({ lines }) => lines.map((sentence) => html`<li>${sentence}</li>`))}</ul></details>`}
</section>`
}

/** A bar cut into its parts, each named with its share: no part is told by colour alone. */
function budgetTable(title: string, shares: readonly Share[]): Markup {
  const total = shares.reduce((sum, { micros }) => sum + micros, 0)
  return html`<table class="budget"><caption>${title}: ${figure(total)} us</caption>
${shares.map(
  ({ part, micros }) =>
    html`<tr><th scope="row">${part}</th><td>${figure(micros)} us</td><td>${((100 * micros) / total).toFixed(1)} %</td><td class="share"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="bar" width="${((100 * micros) / total).toFixed(2)}" height="10"/></svg></td></tr>`,
)}
</table>`
}

const STYLE = `
:root { --ink: #1c2024; --paper: #fff; --soft: #61676e; --bar: #7aa5c9; --line: #d5d9dd }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7ea; --paper: #15181b; --soft: #9aa1a8; --bar: #3f6f96; --line: #363b40 } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
h1 { font-size: 1.7rem } h2 { font-size: 1.2rem; margin-top: 2rem }
.chart { margin: 1.5rem 0; overflow-x: auto } figcaption, caption { color: var(--soft); text-align: left; font-size: .9rem }
.chart svg { min-width: 36rem; width: 100%; font: 12px system-ui, sans-serif }
text { fill: var(--ink) } .tick { fill: var(--soft) } .grid { stroke: var(--line) }
.bar { fill: var(--bar) } .spread { stroke: var(--ink); stroke-width: 2 }
.budget { border-collapse: collapse; width: 100%; margin: 1rem 0 } .budget th { font-weight: normal; text-align: left }
.budget th, .budget td { padding: .15rem .5rem .15rem 0; border-bottom: 1px solid var(--line) } .share { width: 35% }
.share svg { width: 100%; height: .8rem; display: block } li { margin: .2rem 0 }
`
