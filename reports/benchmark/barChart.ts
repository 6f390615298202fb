// A chart as inline SVG: a bar a case from the left edge to its median, on a scale of tens, a line over the middle half of
// all samples, the figure as text beside it. Readable without colour and in print. Made in Node: no browser, no script.
// Read next: charts.ts (what is drawn).
import { scaleLog } from 'd3-scale'
import { html, type Markup } from '../page/markup.ts'
import type { Chart } from './charts.ts'

const WIDTH = 720
const LABELS = 250
const FIGURES = 110
const ROW = 22
const TOP = 24

export function barChart({ title, unit, bars }: Chart): Markup {
  const low = Math.min(...bars.map(({ result }) => result.spread[0]))
  const high = Math.max(...bars.map(({ result }) => result.spread[1]))
  const x = scaleLog()
    .domain([low / 2, high])
    .range([LABELS, WIDTH - FIGURES])
    .clamp(true)
  const height = TOP + bars.length * ROW + 4
  const tens = x.ticks().filter((tick) => Math.log10(tick) % 1 === 0)
  return html`<figure class="chart"><figcaption>${title}, ${unit}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}: ${bars.map(({ label, result }) => `${label} ${figure(result.median)}`).join(', ')} ${unit}">
${tens.map((tick) => html`<line class="grid" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${TOP - 6}" y2="${height}"/><text class="tick" x="${at(x(tick))}" y="${TOP - 10}" text-anchor="middle">${figure(tick)}</text>`)}
${bars.map(({ label, result }, i) => {
  const y = TOP + i * ROW
  const middle = y + ROW / 2 - 2
  return html`<text class="label" x="${LABELS - 8}" y="${middle + 4}" text-anchor="end">${label}</text>
<rect class="bar" x="${LABELS}" y="${y + 2}" width="${at(Math.max(1, x(result.median) - LABELS))}" height="${ROW - 8}"/>
<line class="spread" x1="${at(x(result.spread[0]))}" x2="${at(x(result.spread[1]))}" y1="${middle}" y2="${middle}"/>
<text class="figure" x="${WIDTH - FIGURES + 8}" y="${middle + 4}">${figure(result.median)}</text>`
})}
</svg></figure>`
}

const at = (position: number): string => position.toFixed(1)

export const figure = (value: number): string =>
  value >= 1_000 ? Math.round(value).toLocaleString('en') : value >= 10 ? value.toFixed(0) : value.toPrecision(2)
