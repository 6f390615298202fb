// The lanes of a diagram: coordinator, sources, channels, every attempt of every sink, its requests, the store. An attempt
// is a lane of its own, because what a dead one left behind is what most counterexamples are about.
// Read next: diagram.ts.
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { DOWN, RUNNING } from '../../model/pipeline/variables.ts'
import { scalarOf, type Values } from '../verify/names.ts'

export type LaneKind = 'coordinator' | 'source' | 'channel' | 'sink' | 'requests' | 'store'

export interface Lane {
  readonly id: string
  readonly kind: LaneKind
  /** `sink 0`, without its number where there is one only. */
  readonly title: string
  /** Of a sink: which attempt, from 1. */
  readonly attempt: number | null
  /** Of a sink: which subtask. */
  readonly sink: number | null
  readonly from: number
  /** Of an attempt that failed over: from here on only its close() runs. */
  readonly failed: number | null
  /** Of an attempt that is over: the step that ended it. */
  readonly died: number | null
}

export interface Attempt {
  readonly number: number
  readonly sinks: number
  readonly from: number
  readonly failed: number | null
  readonly died: number | null
}

/** When each attempt started, failed and ended: from the job's own state along the run. */
export function attemptsOf(b: Bounds, states: readonly Values[]): Attempt[] {
  const attempts: Attempt[] = []
  states.forEach((state, step) => {
    const job = scalarOf(state, 'job')
    const last = attempts.at(-1)
    const alive = last !== undefined && last.died === null
    if (job === RUNNING && (!alive || last.failed !== null)) {
      if (alive) attempts[attempts.length - 1] = { ...last, died: step }
      const sinks = scalarOf(state, 'parallelism') || b.parallelism
      attempts.push({ number: attempts.length + 1, sinks, from: step, failed: null, died: null })
    } else if (alive && job === DOWN) attempts[attempts.length - 1] = { ...last, died: step }
    else if (alive && job !== RUNNING && last.failed === null) attempts[attempts.length - 1] = { ...last, failed: step }
  })
  return attempts
}

export const sourceLane = (source: number): string => `source${source}`
export const channelLane = (channel: number): string => `channel${channel}`
export const requestLane = (sink: number): string => `requests${sink}`
export const COORDINATOR = 'coordinator'
export const STORE = 'store'

/** The lane of a sink at a step: its attempt of that time, or the last one before. */
export function sinkLane(lanes: readonly Lane[], sink: number, step: number): string {
  const own = lanes.filter((lane) => lane.kind === 'sink' && lane.sink === sink)
  return (own.findLast((lane) => lane.from <= step) ?? own[0])?.id ?? `sink${sink}`
}

export function lanesOf(b: Bounds, states: readonly Values[]): Lane[] {
  const attempts = attemptsOf(b, states)
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)
  const lane = (id: string, kind: LaneKind, title: string): Lane => ({
    id,
    kind,
    title,
    attempt: null,
    sink: null,
    from: 0,
    failed: null,
    died: null,
  })
  const named = (name: string, number: number, count: number) => (count === 1 ? name : `${name} ${number}`)
  const sinks = numbers(b.parallelism).flatMap((sink) =>
    attempts
      .filter((attempt) => sink < attempt.sinks)
      .map(
        ({ number, from, failed, died }): Lane => ({
          ...lane(`sink${sink}.${number}`, 'sink', named('sink', sink, b.parallelism)),
          attempt: number,
          sink,
          from,
          failed,
          died,
        }),
      ),
  )
  return [
    lane(COORDINATOR, 'coordinator', 'coordinator'),
    ...numbers(b.sources).map((s) => lane(sourceLane(s), 'source', named('source', s, b.sources))),
    ...numbers(b.sources * b.parallelism).map((c) =>
      lane(channelLane(c), 'channel', named('channel', c, b.sources * b.parallelism)),
    ),
    ...sinks,
    ...numbers(b.parallelism).map((p) => lane(requestLane(p), 'requests', named('requests', p, b.parallelism))),
    lane(STORE, 'store', 'store'),
  ]
}
