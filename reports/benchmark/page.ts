// The benchmark as one self-contained page: answers first, where the time of a write goes, then for each suite its charts,
// what clients do in trouble, and every figure with spread and 99th percentile. No script, nothing fetched; readable on a
// phone and on paper. Read next: dotChart.ts, lineChart.ts, answers.ts, style.css, markdown.ts.
import { readFileSync } from 'node:fs'
import type { BenchResult } from '../../bench/method/benchCase.ts'
import { breakable, html, Markup } from '../page/markup.ts'
import { answers } from './answers.ts'
import { type Budget, budgets, shareText } from './budget.ts'
import { chartsOf } from './charts.ts'
import { dotChart } from './dotChart.ts'
import { factsOf } from './facts.ts'
import { figure, type PublishedSuite, parametersText } from './figures.ts'
import { growthOf } from './growth.ts'
import { lineChart } from './lineChart.ts'
import { budgetCaption, measuredAt } from './markdown.ts'

export function benchmarkPage(suites: readonly PublishedSuite[]): string {
  const style = new Markup(readFileSync(new URL('./style.css', import.meta.url), 'utf8'))
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>sinkproof: what it costs</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1>What it costs</h1>
${answers(suites).map(({ question, text }) => html`<h2>${question}</h2><p>${text}</p>`)}
${budgets(suites).map(budgetTable)}
<p class="key">In the charts a dot is the median, the thick line the middle half of all samples, the tick the 99th percentile. Scales go by tens.</p>
${suites.map(suiteSection)}
</main>
</body>
</html>
`.text
}

function suiteSection(published: PublishedSuite): Markup {
  const { suite, measures, run } = published
  const head = html`<h2>${suite}</h2><p>${measures}. ${measuredAt(published)}</p>`
  if (run === null) return html`<section>${head}</section>`
  return html`<section id="${suite}">${head}
${growthOf(published).map(lineChart)}
${chartsOf(published).map(dotChart)}
${factsTable(published)}
<details><summary>What the figures say</summary><ul>${run.said.flatMap(({ lines }) => lines.map((sentence) => html`<li>${sentence}</li>`))}</ul></details>
<details><summary>Every figure</summary>${figuresTable(published.suite, run.results)}</details>
</section>`
}

/** A bar cut into its parts, each named with its share: no part is told by colour alone. */
const budgetTable = (budget: Budget): Markup => html`<table class="budget"><caption>${budgetCaption(budget)}</caption>
${budget.parts.map(({ part, micros, share }) => html`<tr><th scope="row">${part}</th><td>${figure(micros)} us</td><td>${shareText(share)}</td><td class="share"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="bar" width="${(100 * share).toFixed(2)}" height="10"/></svg></td></tr>`)}
</table>`

/** On a narrow page each cell is a line that begins with the name of its column. */
function factsTable(published: PublishedSuite): Markup | null {
  const facts = factsOf(published)
  if (facts === null) return null
  const { caption, columns, rows } = facts
  return html`<table class="facts"><caption>${caption}</caption><thead><tr><th scope="col">client</th>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(({ name, cells }) => html`<tr><th scope="row">${name}</th>${cells.map((cell, i) => html`<td data-about="${columns[i] ?? ''}">${cell}</td>`)}</tr>`)}</tbody></table>`
}

function figuresTable(suite: string, results: readonly BenchResult[]): Markup {
  const value = (number: number) => html`<data value="${number}">${figure(number)}</data>`
  return html`<table class="figures"><caption>${suite}: every case</caption><thead><tr><th scope="col">case</th><th scope="col">median</th><th scope="col">half of all</th><th scope="col">p99</th><th scope="col">records/s</th></tr></thead>
<tbody>${results.map(
    ({ name, parameters, median, spread, p99, unit, recordsPerSecond }) =>
      html`<tr><th scope="row">${breakable(name)} <span>${parametersText(parameters)}</span></th><td>${value(median)} ${unit}</td><td>${value(spread[0])}-${value(spread[1])}</td><td>${value(p99)}</td><td>${value(recordsPerSecond)}</td></tr>`,
  )}</tbody></table>`
}
