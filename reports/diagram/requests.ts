// The requests of a run and what became of each: sent, applied with an outcome, answered, its answer lost, or left behind
// by an attempt that died or a client that gave up. A sink's requests are counted from the oldest one on: `sink0` is the
// first, `sink0.1` the second, and when the first is over the second is the first.
// Read next: spans.ts (how they are drawn).
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { actionName } from '../../model/pipeline/vocabulary.ts'
import { listOf, maskMembers, membersOf, type Values } from '../verify/names.ts'
import type { Fate } from './diagram.ts'
import { attemptsOf } from './lanes.ts'

export interface Request {
  readonly sink: number
  readonly records: readonly number[]
  readonly sent: number
  readonly applied: number | null
  readonly outcome: string
  /** Nobody waits for it any more, from this step on. */
  readonly late: number | null
  readonly ended: number | null
  readonly fate: Fate
}

/** What an action says about requests: of which sink, how many of that sink's are older, with what outcome. */
export function requestNamed(action: string): { sink: number; older: number; outcome: string } | null {
  const named = /\bsink(\d+)(?:(?:\.|, )(\d+)\b)?(?:, (.+))?\)$/.exec(action)
  return named === null ? null : { sink: Number(named[1]), older: Number(named[2] ?? 0), outcome: named[3] ?? '' }
}

export function requestsOf(b: Bounds, actions: readonly string[], states: readonly Values[]): Request[] {
  const all: Request[] = []
  const ends = new Set(attemptsOf(b, states).flatMap(({ failed, died }) => [failed, died]))
  /** Somebody waits for these, oldest first. */
  const open = (sink: number) => all.flatMap((each, i) => (isOpen(each) && each.sink === sink ? [i] : []))
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
    for (let sink = 0; sink < b.parallelism; sink++)
      for (const records of inFlight(b, after, sink).slice(open(sink).length))
        all.push({ sink, records, sent: step, applied: null, outcome: '', late: null, ended: null, fate: 'open' })
  })
  return all
}

const isOpen = ({ ended, late }: Request): boolean => ended === null && late === null

const zombies = (state: Values): number => listOf(state, 'zombies').filter((mask) => mask !== 0).length

/** The records of each request that a sink waits for, oldest first; one at a time is its batch, several are its flights. */
function inFlight(b: Bounds, state: Values, sink: number): number[][] {
  const requests = listOf(state, 'request')
  const each = requests.length / b.parallelism
  return requests.slice(sink * each, (sink + 1) * each).flatMap((phase, at) => {
    if (phase === 0) return []
    const flight = listOf(state, `flight${sink * each + at}`)
    return [flight.length > 0 ? [...flight] : membersOf(listOf(state, `batch${sink}`))]
  })
}

/** The request of `zombie(index)`: of those left behind the one with these records. */
function landed(all: readonly Request[], b: Bounds, before: Values, action: string): number | undefined {
  const records = maskMembers(b, listOf(before, 'zombies')[Number(/\((\d+)\)/.exec(action)?.[1] ?? -1)] ?? 0)
  const late = all.flatMap((each, i) => (each.late !== null && each.ended === null ? [i] : []))
  return late.find((i) => String(all[i]?.records) === String(records)) ?? late[0]
}
