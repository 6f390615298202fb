// A diagram as SVG. What a thing is shows in its shape and its text, colour only repeats it: circles are tasks, squares the
// coordinator, diamonds with a class's name faults; late requests are dashed and say so; ends of attempts are crossed out.
// Read next: geometry.ts (where), ../diagram/diagram.ts (what).
import type { Arrow, Diagram, DiagramEvent, Point, Span } from '../diagram/diagram.ts'
import type { Lane } from '../diagram/lanes.ts'
import { type Geometry, geometryOf, HEAD } from './geometry.ts'
import { html, type Markup } from './markup.ts'

export interface DiagramTexts {
  /** Unique in the page. */
  readonly id: string
  readonly title: string
  readonly description: string
  /** The action from which the run repeats for ever. */
  readonly repeatsFrom: number | null
}

export function diagramSvg(diagram: Diagram, { id, title, description, repeatsFrom }: DiagramTexts): Markup {
  const g = geometryOf(diagram)
  const { lanes, events, arrows, spans, steps } = diagram
  const ends = new Set(events.filter(({ lane }) => lane === null).map(({ step }) => step))
  return html`<svg class="diagram" role="img" aria-labelledby="${id}-title ${id}-description" width="${g.width}" height="${g.height}" viewBox="0 0 ${g.width} ${g.height}">
<title id="${id}-title">${title}</title><desc id="${id}-description">${description}</desc>
${rows(events, g)}
<g class="lanes">${lanes.map((lane) => laneMarkup(lane, steps, g))}</g>
<g class="spans">${spans.map((span) => spanMarkup(span, ends, g))}</g>
${events.map(
  (event) =>
    html`<g class="at" data-step="${event.step}">${arrows
      .filter(({ to }) => to.step === event.step)
      .map((arrow) => arrowMarkup(arrow, steps, g))}${eventMarkup(event, lanes, g)}</g>`,
)}
${lanes.map((lane) => deathMarkup(lane, g))}
${repeatsFrom === null ? null : repeats(repeatsFrom + 1, steps, g)}
</svg>`
}

const rows = (events: readonly DiagramEvent[], g: Geometry): Markup =>
  html`<g class="rows">${events.map(
    ({ step }) =>
      html`<g class="row" data-step="${step}"><rect x="0" y="${g.top(step)}" width="${g.width}" height="${g.rowHeight(step)}"/><text x="22" y="${g.y(step) + 4}">${step}</text><path class="now" d="M2 ${g.y(step) - 5}l8 5l-8 5z"/></g>`,
  )}</g>`

function laneMarkup(lane: Lane, steps: number, g: Geometry): Markup {
  const x = g.x(lane.id)
  const over = lane.died === null ? '' : `, dead at ${lane.died}`
  const under = lane.attempt === null ? '' : `attempt ${lane.attempt}`
  const [from, to] = [lane.from === 0 ? HEAD : g.y(lane.from), lane.died === null ? g.height : g.y(lane.died)]
  const failed = lane.failed === null ? null : g.y(lane.failed)
  const waits = lane.kind === 'channel' || lane.kind === 'requests'
  return html`<g class="lane ${lane.kind}"><text class="head" x="${x}" y="16">${lane.title}</text><text class="sub" x="${x}" y="31">${under}</text>${
    over === '' ? null : html`<text class="sub dead" x="${x}" y="44">${over.slice(2)}</text>`
  }${
    waits
      ? html`<line class="waits" x1="${x}" y1="${HEAD}" x2="${x}" y2="${g.y(steps)}"/>`
      : html`<line x1="${x}" y1="${from}" x2="${x}" y2="${failed ?? to}"/>${
          failed === null ? null : html`<line class="closing" x1="${x}" y1="${failed}" x2="${x}" y2="${to}"/>`
        }`
  }</g>`
}

function deathMarkup(lane: Lane, g: Geometry): Markup | null {
  if (lane.died === null) return null
  const [x, y] = [g.x(lane.id), g.y(lane.died)]
  return html`<g class="death"><path d="M${x - 7} ${y - 7}l14 14m0 -14l-14 14"/><text class="label falls beside" x="${x + 11}" y="${y - 4}">dead</text></g>`
}

/** What goes with an attempt need not say so: the row across does. */
function spanMarkup(span: Span, ends: ReadonlySet<number>, g: Geometry): Markup {
  const x = g.slotX(span.lane, span.slot)
  const [top, bottom] = [
    g.y(span.from),
    span.fate === 'open' ? g.top(span.until) + g.rowHeight(span.until) : g.y(span.until),
  ]
  const left = x - g.slotWidth / 2
  const late = span.late === null ? null : g.y(span.late)
  const split = span.applied !== null && span.applied > span.from ? g.y(span.applied) : null
  return html`<g class="span ${span.carries} at" data-step="${span.from}"><rect class="box" x="${left}" y="${top}" width="${g.slotWidth}" height="${Math.max(6, (late ?? bottom) - top)}" rx="4"/>${
    late === null
      ? null
      : html`<rect class="box late" x="${left}" y="${late}" width="${g.slotWidth}" height="${Math.max(6, bottom - late)}" rx="4"/><text x="${x}" y="${late + 14}">late</text>`
  }${split === null || late !== null ? null : html`<rect class="box answered" x="${left}" y="${split}" width="${g.slotWidth}" height="${Math.max(2, bottom - split)}" rx="4"/>`}<text x="${x}" y="${top + 13}">${span.label}</text>${
    span.fate === 'lost' || span.fate === 'dropped'
      ? html`<g class="gone"><path d="M${x - 5} ${bottom - 5}l10 10m0 -10l-10 10"/>${
          ends.has(span.until) ? null : html`<text class="label falls" x="${x}" y="${bottom + 17}">${span.fate}</text>`
        }</g>`
      : null
  }</g>`
}

function arrowMarkup({ from, to, carries, label, fate }: Arrow, steps: number, g: Geometry): Markup {
  const right = g.x(to.lane) > g.x(from.lane)
  const towards = right ? 1 : -1
  const edge = ({ lane, slot }: Point, side: number) =>
    slot === null ? g.x(lane) : g.slotX(lane, slot) + (side * g.slotWidth) / 2
  const [x1, y1, y2] = [edge(from, towards), g.y(from.step), g.y(to.step)]
  const x2 = edge(to, -towards) - (to.slot === null ? 7 : 0) * towards
  if (fate === 'open') {
    const y = g.y(Math.min(from.step + 1, steps))
    return html`<line class="arrow ${carries}" x1="${x1}" y1="${y1}" x2="${x1 + 24 * towards}" y2="${(y1 + y) / 2}"/>`
  }
  const line = html`<line class="arrow ${carries}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`
  if (fate !== 'taken')
    return html`${line}<path class="lost" d="M${x2 - 5} ${y2 - 5}l10 10m0 -10l-10 10"/><text class="label" x="${x2 - 26 * towards}" y="${y2 + 16}">${fate}</text>`
  // What has a box of its own is named there.
  const name = to.slot === null && carries !== 'record' && carries !== 'barrier' && carries !== 'end' ? label : ''
  return html`${line}<path class="tip" d="M${x2} ${y2}l${-7 * towards} -4v8z"/>${
    name === '' ? null : html`<text class="label" x="${x2 - 34 * towards}" y="${y2 - 5}">${name}</text>`
  }`
}

function eventMarkup({ step, lane, fault }: DiagramEvent, lanes: readonly Lane[], g: Geometry): Markup {
  const y = g.y(step)
  if (lane === null)
    return html`<g class="band"><path d="M${40} ${y - 2}H${g.width - 8}M${40} ${y + 2}H${g.width - 8}"/>${fault === null ? null : faultMark(58, y, fault)}</g>`
  const x = g.x(lane)
  if (fault !== null) return faultMark(x, y, fault)
  const kind = lanes.find(({ id }) => id === lane)?.kind
  return kind === 'coordinator'
    ? html`<rect class="event" x="${x - 5}" y="${y - 5}" width="10" height="10"/>`
    : html`<circle class="event" cx="${x}" cy="${y}" r="5"/>`
}

const faultMark = (x: number, y: number, fault: string): Markup =>
  html`<g class="fault"><path d="M${x} ${y - 9}l9 9l-9 9l-9 -9z"/><text class="label falls beside" x="${x + 12}" y="${y - 6}">${fault}</text></g>`

const repeats = (from: number, to: number, g: Geometry): Markup =>
  html`<path class="repeats" d="M36 ${g.y(from)}h-5V${g.y(to)}h5m-4 -3l4 3l-4 3"/>`
