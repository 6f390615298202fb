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

/** A span, and the arrows to and from it once it has its slot. */
interface Waiting {
  readonly span: Omit<Span, 'slot'>
  readonly arrows: (here: (step: number) => Point) => readonly Arrow[]
}

export function drawnOf(
  lanes: readonly Lane[],
  steps: number,
  requests: readonly Request[],
  transits: readonly Transit[],
): Drawn {
  const waiting = inSlots([...transits.flatMap(queued), ...requests.map(request)])
  return {
    arrows: [
      ...transits.flatMap(direct),
      ...waiting.flatMap(({ arrows, span: { lane, slot } }) => arrows((step) => ({ lane, slot, step }))),
    ],
    spans: waiting.map(({ span }) => span),
  }

  function at(end: End, step: number): Point {
    const lane =
      end.task === 'coordinator'
        ? COORDINATOR
        : end.task === 'source'
          ? sourceLane(end.number)
          : sinkLane(lanes, end.number, step)
    return { lane, slot: null, step }
  }

  function direct({ queue, what: { carries, label }, sent, ended, fate }: Transit): Arrow[] {
    if (queue.via !== null) return []
    return [{ from: at(queue.from, sent), to: at(queue.to, ended ?? steps), carries, label, fate }]
  }

  function queued({ queue, what: { carries, label }, sent, ended, fate }: Transit): Waiting[] {
    const { via: lane } = queue
    if (lane === null) return []
    const span = { lane, from: sent, until: ended ?? steps, carries, label, fate, late: null, applied: null }
    const arrows: Waiting['arrows'] = (here) => [
      { from: at(queue.from, sent), to: here(sent), carries, label, fate: 'taken' },
      ...(ended === null || fate !== 'taken'
        ? []
        : [{ from: here(ended), to: at(queue.to, ended), carries, label, fate }]),
    ]
    return [{ span, arrows }]
  }

  function request({ sink, records, sent, applied, outcome, late, ended, fate }: Request): Waiting {
    const label = records.map((record) => `r${record}`).join('+')
    const own: End = { task: 'sink', number: sink }
    const carries = 'request'
    const span = {
      lane: requestLane(sink),
      from: sent,
      until: ended ?? steps,
      carries,
      label,
      fate,
      late,
      applied,
    } as const
    const arrows = (here: (step: number) => Point) => {
      const all: Arrow[] = [{ from: at(own, sent), to: here(sent), carries, label, fate: 'taken' }]
      if (applied !== null)
        all.push({
          from: here(applied),
          to: { lane: STORE, slot: null, step: applied },
          carries,
          label: outcome,
          fate: 'taken',
        })
      if (ended !== null && fate === 'taken' && late === null)
        all.push({ from: here(ended), to: at(own, ended), carries: 'response', label: outcome, fate })
      return all
    }
    return { span, arrows }
  }
}

/** Each span into the first slot of its lane that is free by then. */
function inSlots(waiting: readonly Waiting[]): (Waiting & { readonly span: Span })[] {
  const taken = new Map<string, Span[]>()
  return [...waiting]
    .sort(({ span: a }, { span: b }) => a.from - b.from || a.until - b.until)
    .map(({ span, arrows }) => {
      const others = taken.get(span.lane) ?? []
      const slots = new Set(others.filter(({ until }) => until > span.from).map(({ slot }) => slot))
      let slot = 0
      while (slots.has(slot)) slot++
      const placed = { ...span, slot }
      taken.set(span.lane, [...others, placed])
      return { span: placed, arrows }
    })
}
