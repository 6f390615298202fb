// Transits and requests as arrows and spans: what waits in a lane of its own gets an arrow in, a span, and an arrow out;
// what has none gets one arrow from the step it was sent in to the step it was taken in.
// Read next: transits.ts, requests.ts, diagram.ts.
import type { Arrow, Point, Span } from './diagram.ts'
import { COORDINATOR, type Lane, requestLane, STORE, sinkLane, sourceLane } from './lanes.ts'
import type { End } from './queues.ts'
import type { Request } from './requests.ts'
import type { Transit } from './transits.ts'

export interface Drawn {
  readonly arrows: readonly Arrow[]
  readonly spans: readonly Span[]
}

export function drawnOf(
  lanes: readonly Lane[],
  steps: number,
  requests: readonly Request[],
  transits: readonly Transit[],
): Drawn {
  const drawn = [...transits.map(transit), ...requests.map(request)]
  return { arrows: drawn.flatMap(({ arrows }) => arrows), spans: inSlots(drawn.flatMap(({ spans }) => spans)) }

  function at(end: End, step: number): Point {
    if (end.task === 'coordinator') return { lane: COORDINATOR, step }
    return { lane: end.task === 'source' ? sourceLane(end.number) : sinkLane(lanes, end.number, step), step }
  }

  function transit({ queue, what, sent, ended, fate }: Transit): Drawn {
    const { carries, label } = what
    const [from, to] = [at(queue.from, sent), at(queue.to, ended ?? steps)]
    if (queue.via === null) return { arrows: [{ from, to, carries, label, fate }], spans: [] }
    const { via } = queue
    const arrows: Arrow[] = [{ from, to: { lane: via, step: sent }, carries, label, fate: 'taken' }]
    if (ended !== null && fate === 'taken') arrows.push({ from: { lane: via, step: ended }, to, carries, label, fate })
    return {
      arrows,
      spans: [
        { lane: via, slot: 0, from: sent, until: ended ?? steps, carries, label, fate, late: null, applied: null },
      ],
    }
  }

  function request({ sink, number, records, sent, applied, outcome, late, ended, fate }: Request): Drawn {
    const lane = requestLane(sink)
    const label = records.length > 0 ? records.map((record) => `r${record}`).join('+') : `request ${number}`.trim()
    const here = (step: number): Point => ({ lane, step })
    const arrows: Arrow[] = [
      { from: at({ task: 'sink', number: sink }, sent), to: here(sent), carries: 'request', label, fate: 'taken' },
    ]
    if (applied !== null)
      arrows.push({
        from: here(applied),
        to: { lane: STORE, step: applied },
        carries: 'request',
        label: outcome,
        fate: 'taken',
      })
    if (ended !== null && fate === 'taken' && late === null)
      arrows.push({
        from: here(ended),
        to: at({ task: 'sink', number: sink }, ended),
        carries: 'response',
        label: outcome,
        fate,
      })
    const span = {
      lane,
      slot: 0,
      from: sent,
      until: ended ?? steps,
      carries: 'request' as const,
      label,
      fate,
      late,
      applied,
    }
    return { arrows, spans: [span] }
  }
}

/** Each span into the first slot of its lane that is free by then. */
function inSlots(spans: readonly Span[]): Span[] {
  const taken = new Map<string, Span[]>()
  return [...spans]
    .sort((a, b) => a.from - b.from || a.until - b.until)
    .map((span) => {
      const others = taken.get(span.lane) ?? []
      const slots = new Set(others.filter(({ until }) => until > span.from).map(({ slot }) => slot))
      let slot = 0
      while (slots.has(slot)) slot++
      const placed = { ...span, slot }
      taken.set(span.lane, [...others, placed])
      return placed
    })
}
