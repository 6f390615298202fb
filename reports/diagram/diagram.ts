// A trace as a space-time diagram, as data: lanes are what takes part, time runs in steps, and everything that passes
// between two lanes is an arrow, or an arrow, a span in the lane where it waits, and another arrow. A pure function of the
// trace; the page and the terminal draw the same diagram.
// Read next: lanes.ts (who takes part), queues.ts (what waits where), requests.ts, events.ts, text.ts (drawn in 80 columns).
import type { FaultId } from '../../model/pipeline/vocabulary.ts'
import type { Trace } from '../../properties/world/trace.ts'
import type { Values } from '../verify/names.ts'
import { statesAlong } from '../verify/timeline.ts'
import { eventsOf } from './events.ts'
import { type Lane, lanesOf } from './lanes.ts'
import { requestsOf } from './requests.ts'
import { drawnOf } from './spans.ts'
import { variablesOf } from './stateText.ts'
import { transitsOf } from './transits.ts'

/** A lane at a step; step 0 is the start, step n what the nth action did. */
export interface Point {
  readonly lane: string
  /** The span's, where the lane is one in which things wait. */
  readonly slot: number | null
  readonly step: number
}

export interface DiagramEvent {
  readonly step: number
  readonly action: string
  /** Where it happens; null for what concerns every lane (a crash, a restore). */
  readonly lane: string | null
  readonly words: string
  /** The fault class that struck in this step. */
  readonly fault: FaultId | null
}

export type Carried = 'record' | 'barrier' | 'end' | 'command' | 'acknowledgement' | 'notice' | 'request' | 'response'
/** `taken` by whom it is for; `lost` by a fault; `dropped` with the attempt it belonged to; `open` when the trace ends. */
export type Fate = 'taken' | 'lost' | 'dropped' | 'open'

export interface Arrow {
  readonly from: Point
  readonly to: Point
  readonly carries: Carried
  /** Short: `r1` a record, `b1` a barrier, the outcome of a request. */
  readonly label: string
  readonly fate: Fate
}

/** Something waits in a lane. `late` from the step on at which nobody waits for it any more (a zombie). */
export interface Span {
  readonly lane: string
  /** Spans that overlap have different slots. */
  readonly slot: number
  readonly from: number
  readonly until: number
  readonly carries: Carried
  readonly label: string
  readonly fate: Fate
  readonly late: number | null
  /** Of a request: when the store took it. */
  readonly applied: number | null
}

export interface Diagram {
  readonly steps: number
  readonly lanes: readonly Lane[]
  readonly events: readonly DiagramEvent[]
  readonly arrows: readonly Arrow[]
  readonly spans: readonly Span[]
}

/** @throws RangeError where the trace's design is not one of this version. */
export function diagramOf(trace: Trace, states: readonly Values[] = statesAlong(trace)): Diagram {
  const { bounds } = trace.configuration
  const lanes = lanesOf(bounds, states)
  const actions = trace.actions.map(({ action }) => action)
  const requests = requestsOf(trace.configuration, actions, states)
  const transits = transitsOf(bounds, actions, states, variablesOf(trace.configuration))
  const steps = trace.actions.length
  return {
    steps,
    lanes,
    events: eventsOf(trace.configuration, actions, states, lanes, requests, transits),
    ...drawnOf(lanes, steps, requests, transits),
  }
}
