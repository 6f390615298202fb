// The diagram in a terminal: one row a step, lanes as columns, at most 80 characters wide. What waits in a channel or on
// its way to the store is written where it waits; an arrow is drawn in the row in which something arrives.
// Read next: columns.ts (which lanes share a column), diagram.ts.
import { WIDTH } from '../verify/wrapped.ts'
import { type Column, columnsOf } from './columns.ts'
import type { Arrow, Diagram, DiagramEvent, Span } from './diagram.ts'

const STEP = 6
const NARROWEST = 6
const WIDEST = 11
/** Room for the action's name at the end of a row. */
const ACTION = 20

export function diagramLines(diagram: Diagram): string[] {
  const columns = columnsOf(diagram.lanes, Math.floor((WIDTH - STEP - ACTION) / NARROWEST))
  const width = Math.min(WIDEST, Math.floor((WIDTH - STEP - ACTION) / columns.length))
  const heads = [0, 1].map((line) =>
    row(columns.map(({ head }) => head[line] ?? '').map((text) => centred(text, width))),
  )
  const lines = diagram.events.flatMap((event) => stepLines(diagram, columns, width, event))
  return [...heads.filter((line) => line !== ''), ...lines, '', ...KEY]
}

/** How to read it. */
const KEY: readonly string[] = [
  '* the step   ! a fault strikes   X an attempt ends   : only its close() runs',
  'r1 record 1   b1 barrier 1   (r1) applied, the answer is on its way',
  '~r1 a request that nobody waits for any more',
]

const row = (cells: readonly string[]): string => `${' '.repeat(STEP)}${cells.join('')}`.trimEnd()
const centred = (text: string, width: number): string => {
  const left = Math.floor((width - text.length) / 2)
  return `${' '.repeat(Math.max(0, left))}${text}`.padEnd(width).slice(0, width)
}

function stepLines(
  { arrows, spans }: Diagram,
  columns: readonly Column[],
  width: number,
  event: DiagramEvent,
): string[] {
  const { step, lane, action, fault } = event
  const centre = (column: number) => column * width + Math.floor((width - 1) / 2)
  const columnOf = (id: string) => columns.findIndex(({ lanes }) => lanes.some((each) => each.id === id))
  const cells = columns.map((column) => centred(standing(column, spans, step, width - 1), width))
  const line = [...(lane === null ? cells.map((cell) => cell.replaceAll(' ', '=')) : cells).join('')]
  for (const arrow of arrows.filter((each) => arrives(each, step)))
    draw(line, centre(columnOf(arrow.from.lane)), centre(columnOf(arrow.to.lane)))
  if (lane !== null) line[centre(columnOf(lane))] = fault === null ? '*' : '!'
  columns.forEach(({ lanes }, column) => {
    if (lanes.some(({ died }) => died === step)) line[centre(column)] = 'X'
  })
  const words = fault === null ? action : `[${fault}] ${action}`
  const drawn = `${`${step}`.padStart(STEP - 2)}  ${line.join('')} `
  // A name that does not fit beside its row stands below it.
  return drawn.length + words.length <= WIDTH ? [`${drawn}${words}`] : [drawn.trimEnd(), words.padStart(WIDTH)]
}

const arrives = ({ to, fate }: Arrow, step: number): boolean => to.step === step && fate === 'taken'

/** What a column shows after a step, before arrows and events: what waits there, or that it is alive. */
function standing({ lanes }: Column, spans: readonly Span[], step: number, room: number): string {
  const waiting = spans.filter(
    ({ lane, from, until, fate }) =>
      lanes.some(({ id }) => id === lane) && from <= step && (step < until || (step === until && fate === 'open')),
  )
  if (waiting.length > 0)
    return fitting(
      waiting.map((span) => label(span, step)),
      room,
    )
  if (lanes.some(({ kind }) => kind === 'channel' || kind === 'requests')) return ''
  const alive = lanes.filter(({ from, died }) => from <= step && (died === null || step < died))
  if (alive.length === 0) return ''
  return alive.every(({ failed }) => failed !== null && failed <= step) ? ':' : '|'
}

/** All of them, or the first and how many more. */
function fitting(labels: readonly string[], room: number): string {
  const whole = labels.join(' ')
  return whole.length <= room ? whole : `${labels[0]}+${labels.length - 1}`
}

function label({ carries, label: name, late, applied }: Span, step: number): string {
  if (carries !== 'request') return name
  if (late !== null && late <= step) return `~${name}`
  return applied !== null && applied <= step ? `(${name})` : name
}

/** From one column's centre to another's; what is written in between stays readable. */
function draw(line: string[], from: number, to: number): void {
  const [low, high] = [Math.min(from, to), Math.max(from, to)]
  for (let x = low + 1; x < high; x++) {
    if (line[x] === ' ' || line[x] === '=') line[x] = '-'
    else if (line[x] === '|') line[x] = '+'
  }
  const tip = to > from ? to - 1 : to + 1
  if (line[tip] === '-') line[tip] = to > from ? '>' : '<'
}
