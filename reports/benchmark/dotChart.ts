// A chart as inline SVG: a row a case with its name and median as text, below them on a scale of tens a dot at the median,
// a thick line over the middle half of all samples and a tick at the 99th percentile. Places are percentages, so that text
// keeps its size from a phone to paper. No colour carries anything; no browser and no script makes it.
// Read next: charts.ts (what is drawn), lineChart.ts.
import { scaleLog } from 'd3-scale'
import { html, type Markup } from '../page/markup.ts'
import type { Chart } from './charts.ts'
import { figure } from './figures.ts'

const ROW = 36
const TOP = 22
/** Percent of the width that the scale takes. */
const PLOT: [number, number] = [2, 98]

export function dotChart({ title, unit, marks }: Chart): Markup {
  const values = marks.flatMap(({ result: { spread, p99, median } }) => [...spread, p99, median])
  const x = scaleLog()
    .domain([Math.min(...values), Math.max(...values)])
    .range(PLOT)
    .nice()
  const height = TOP + marks.length * ROW + 4
  const tens = x.ticks().filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6))
  const said = marks.map(({ label, result }) => `${label} ${figure(result.median)}`).join(', ')
  return html`<figure class="chart"><figcaption>${title}, ${unit}</figcaption>
<svg width="100%" height="${height}" role="img" aria-label="${title}, ${unit}: ${said}"><title>${title}</title>
${tens.map((tick, i) => html`<line class="grid" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${TOP - 4}" y2="${height}"/><text class="tick" x="${at(x(tick))}" y="${TOP - 8}" text-anchor="${anchor(i, tens.length)}">${figure(tick)}</text>`)}
${marks.map(({ label, result: { median, spread, p99 } }, i) => {
  const top = TOP + i * ROW
  const y = top + 25
  return html`<g class="mark"><text class="label" x="0" y="${top + 14}">${label}</text><text class="value" x="100%" y="${top + 14}" text-anchor="end">${figure(median)}</text>
<line class="rail" x1="${at(PLOT[0])}" x2="${at(PLOT[1])}" y1="${y}" y2="${y}"/><line class="tail" x1="${at(x(spread[0]))}" x2="${at(x(p99))}" y1="${y}" y2="${y}"/><line class="tail" x1="${at(x(p99))}" x2="${at(x(p99))}" y1="${y - 4}" y2="${y + 4}"/>
<line class="half" x1="${at(x(spread[0]))}" x2="${at(x(spread[1]))}" y1="${y}" y2="${y}"/><circle class="dot" cx="${at(x(median))}" cy="${y}" r="4.5"/></g>`
})}
</svg></figure>`
}

export const at = (percent: number): string => `${percent.toFixed(2)}%`

/** The first and the last tick stay inside. */
export const anchor = (i: number, count: number): 'start' | 'middle' | 'end' =>
  i === 0 ? 'start' : i === count - 1 ? 'end' : 'middle'
