// Where things are in a drawn diagram, in pixels: lanes side by side, rows below each other, each as high as its words in
// the list beside it. Characters are counted, not measured, so that the page is the same wherever it is written.
// Read next: diagramSvg.ts (draws), traceSection.ts (the list beside it).
import type { Diagram, DiagramEvent } from '../diagram/diagram.ts'
import type { Lane } from '../diagram/lanes.ts'

export const HEAD = 52
const FIRST = 40
const LANE = 76
/** Where there are many lanes. */
const NARROW_LANE = 68
const MANY = 8
const SLOT = 34
const CHARACTER = 6
const LINE = 18
const ROW_GAP = 10
/** Characters that certainly fit into a line of the list of steps. */
const CHARACTERS = 60

export interface Geometry {
  readonly width: number
  readonly height: number
  /** Middle of a lane. */
  readonly x: (lane: string) => number
  /** Middle of a row; 0 is where lanes start. */
  readonly y: (step: number) => number
  readonly top: (step: number) => number
  readonly rowHeight: (step: number) => number
  /** Middle of a slot of a lane. */
  readonly slotX: (lane: string, place: number) => number
  readonly slotWidth: number
}

/** Lines that the words of a step take in the list. */
export const linesOf = ({ action, words, fault }: DiagramEvent): number =>
  Math.ceil((action.length + words.length + (fault === null ? 0 : fault.length + 3) + 2) / CHARACTERS)

export function geometryOf({ lanes, events, spans, steps }: Diagram): Geometry {
  const slotsOf = (lane: Lane) =>
    Math.max(1, ...spans.filter((span) => span.lane === lane.id).map(({ slot }) => slot + 1))
  const least = lanes.length > MANY ? NARROW_LANE : LANE
  const slot = Math.max(SLOT, ...spans.map(({ label }) => label.length * CHARACTER + 12))
  const middles = new Map<string, number>()
  let x = FIRST
  for (const lane of lanes) {
    const width = Math.max(least, slotsOf(lane) * slot + 12)
    middles.set(lane.id, x + width / 2)
    x += width
  }
  const heights = [LINE, ...events.map((event) => linesOf(event) * LINE + ROW_GAP)]
  const tops = heights.map((_, i) => HEAD + heights.slice(0, i).reduce((sum, height) => sum + height, 0))
  const rowHeight = (step: number) => heights[step] ?? 0
  const top = (step: number) => tops[step] ?? 0
  const slots = new Map(lanes.map((lane) => [lane.id, slotsOf(lane)]))
  return {
    width: x + 8,
    height: top(steps) + rowHeight(steps) + 4,
    x: (lane) => middles.get(lane) ?? FIRST,
    y: (step) => top(step) + rowHeight(step) / 2,
    top,
    rowHeight,
    slotX: (lane, place) => (middles.get(lane) ?? 0) + (place - ((slots.get(lane) ?? 1) - 1) / 2) * slot,
    slotWidth: slot - 6,
  }
}
