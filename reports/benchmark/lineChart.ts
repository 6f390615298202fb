// Growth as inline SVG: number of records against the cost of one, both on scales of tens, a line a kind, the middle half
// of all samples upright at each point. Lines are told apart by the shape of their points and by their dashes; the legend
// has both, and the first and last cost as text. Segments, not a path: places are percentages (dotChart.ts says why).
// Read next: growth.ts (what is drawn).
import { scaleLog } from 'd3-scale'
import { html, Markup } from '../page/markup.ts'
import { anchor, at } from './dotChart.ts'
import { figure } from './figures.ts'
import type { Line, LineChart } from './growth.ts'

const HEIGHT = 300
const TOP = 18
const BOTTOM = HEIGHT - 22
/** Percent of the width, beside the ticks of the costs. */
const PLOT: [number, number] = [14, 97]

/** Around (0, 0), as large as each other to the eye. */
const SHAPES = [
  '<circle r="4"/>',
  '<rect x="-3.6" y="-3.6" width="7.2" height="7.2"/>',
  '<path d="M0-5 4.6 3.4H-4.6Z"/>',
  '<path d="M0-5.2 5.2 0 0 5.2-5.2 0Z"/>',
  '<path class="open" d="M-4-4 4 4M-4 4 4-4"/>',
  '<path class="open" d="M-5 0H5M0-5V5"/>',
].map((shape) => new Markup(shape))
const DASHES = ['none', '6 3', '2 3', '9 3 2 3', '12 4', '1 5']
const pick = <Value>(values: readonly Value[], i: number): Value => values[i % values.length] as Value

export function lineChart({ title, unit, lines }: LineChart): Markup {
  const points = lines.flatMap((line) => line.points)
  const counts = points.map(({ records }) => records)
  const costs = points.flatMap(({ result: { spread, median } }) => [...spread, median])
  const x = scaleLog()
    .domain([Math.min(...counts), Math.max(...counts)])
    .range(PLOT)
  const y = scaleLog()
    .domain([Math.min(...costs), Math.max(...costs)])
    .range([BOTTOM, TOP])
    .nice()
  const columns = [...new Set(counts)].sort((a, b) => a - b)
  const rows = y.ticks().filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6))
  return html`<figure class="chart lines"><figcaption>${title}, ${unit}</figcaption>
<svg width="100%" height="${HEIGHT}" role="img" aria-label="${title}, ${unit}: ${lines.map(said).join('; ')}"><title>${title}</title>
${rows.map((tick) => html`<line class="grid" x1="${at(PLOT[0])}" x2="${at(PLOT[1])}" y1="${px(y(tick))}" y2="${px(y(tick))}"/><text class="tick" x="0" y="${px(y(tick) + 4)}">${figure(tick)}</text>`)}
${columns.map((tick, i) => html`<line class="grid" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${TOP}" y2="${BOTTOM}"/><text class="tick" x="${at(x(tick))}" y="${HEIGHT - 4}" text-anchor="${i === 0 ? 'middle' : anchor(i, columns.length)}">${tick.toLocaleString('en')}</text>`)}
${lines.map(
  (line, i) => html`<g class="line">
${line.points.slice(1).map(({ records, result }, before) => {
  const from = line.points[before] as (typeof line.points)[number]
  return html`<line class="segment" stroke-dasharray="${pick(DASHES, i)}" x1="${at(x(from.records))}" y1="${px(y(from.result.median))}" x2="${at(x(records))}" y2="${px(y(result.median))}"/>`
})}
${line.points.map(({ records, result: { median, spread } }) => html`<line class="half" x1="${at(x(records))}" x2="${at(x(records))}" y1="${px(y(spread[0]))}" y2="${px(y(spread[1]))}"/><svg class="point" x="${at(x(records))}" y="${px(y(median))}" overflow="visible">${pick(SHAPES, i)}</svg>`)}
</g>`,
)}
</svg>
<ul class="legend">${lines.map((line, i) => html`<li><svg width="44" height="14" aria-hidden="true"><line class="segment" stroke-dasharray="${pick(DASHES, i)}" x1="0" x2="44" y1="7" y2="7"/><svg class="point" x="22" y="7" overflow="visible">${pick(SHAPES, i)}</svg></svg> ${said(line)}</li>`)}</ul></figure>`
}

const px = (position: number): string => position.toFixed(1)

/** `HashSetBuffer 120 to 340`: of the fewest and of the most records. */
function said({ label, points }: Line): string {
  const [first, last] = [points[0], points.at(-1)]
  return `${label} ${figure(first?.result.median ?? 0)} to ${figure(last?.result.median ?? 0)}`
}
