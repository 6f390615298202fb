// The requests of a run and what became of each: sent, applied with an outcome, answered, its answer lost, or left behind
// by an attempt that died or a client that gave up. A sink's requests are counted from the oldest one on: `sink0` is the
// first, `sink0.1` the second, and when the first is over the second is the first.
// Read next: spans.ts (how they are drawn).
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { actionName } from '../../model/pipeline/vocabulary.ts'
import { type Configured, inFlight, requestNamed } from '../verify/inFlight.ts'
import { listOf, maskMembers, type Values } from '../verify/names.ts'
import type { Fate } from './diagram.ts'
import { attemptsOf } from './lanes.ts'

export interface Request {
  readonly sink: number
  /** What it carries to the store. */
  readonly records: readonly number[]
  readonly sent: number
  readonly applied: number | null
  readonly outcome: string
  /** Nobody waits for it any more, from this step on. */
  readonly late: number | null
  readonly ended: number | null
  readonly fate: Fate
}

export function requestsOf(configured: Configured, actions: readonly string[], states: readonly Values[]): Request[] {
  const { bounds: b } = configured
  const all: Request[] = []
  const ends = new Set(attemptsOf(b, states).flatMap(({ failed, died }) => [failed, died]))
  /** Somebody waits for these, oldest first. */
  const open = (sink: number) => all.flatMap((each, i) => (isOpen(each) && each.sink === sink ? [i] : []))
  const send = (state: Values, step: number) => {
    for (let sink = 0; sink < b.parallelism; sink++)
      for (const { sent: records } of inFlight(configured, state, sink).slice(open(sink).length))
        all.push({ sink, records, sent: step, applied: null, outcome: '', late: null, ended: null, fate: 'open' })
  }
  // A sink may begin with one, in its open().
  send(states[0] ?? {}, 0)
  const change = (i: number | undefined, to: Partial<Request>) => {
    if (i !== undefined) all[i] = { ...(all[i] as Request), ...to }
  }
  actions.forEach((action, i) => {
    const step = i + 1
    const [before, after] = [states[i] as Values, states[step] as Values]
    const said = requestNamed(action)
    const named = said === null ? undefined : open(said.sink)[said.older]
    const over = (fate: Fate) => ({ ended: step, fate })
    const leftBehind = zombies(after) > zombies(before) ? { late: step } : over('dropped')
    switch (actionName(action)) {
      case 'apply':
        change(named, { applied: step, outcome: said?.outcome ?? '' })
        break
      case 'respond':
        change(named, over('taken'))
        break
      case 'lose':
        if (action.includes('response')) change(named, over('lost'))
        break
      case 'timeout':
        change(named, leftBehind)
        break
      case 'zombie':
        change(landed(all, b, before, action), { ...over('taken'), applied: step, outcome: 'late' })
    }
    if (ends.has(step))
      all.forEach((each, at) => {
        if (isOpen(each)) change(at, each.applied === null ? leftBehind : over('dropped'))
      })
    send(after, step)
  })
  return all
}

const isOpen = ({ ended, late }: Request): boolean => ended === null && late === null

const zombies = (state: Values): number => listOf(state, 'zombies').filter((mask) => mask !== 0).length

/** The request of `zombie(index)`: of those left behind the one with these records. */
function landed(all: readonly Request[], b: Bounds, before: Values, action: string): number | undefined {
  const records = maskMembers(b, listOf(before, 'zombies')[Number(/\((\d+)\)/.exec(action)?.[1] ?? -1)] ?? 0)
  const late = all.flatMap((each, i) => (each.late !== null && each.ended === null ? [i] : []))
  return (
    late.find((i) => String([...(all[i]?.records ?? [])].sort((one, other) => one - other)) === String(records)) ??
    late[0]
  )
}
