// The requests of a run and what became of each: sent, applied with an outcome, answered, its answer lost, or left behind
// by an attempt that died or a client that gave up. Names may number a sink's requests (`apply(sink0, 1, ok)`) or not.
// Read next: spans.ts (how they are drawn).
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { SENT } from '../../model/pipeline/variables.ts'
import { actionName } from '../../model/pipeline/vocabulary.ts'
import { listOf, maskMembers, membersOf, type Values } from '../verify/names.ts'
import type { Fate } from './diagram.ts'
import { attemptsOf } from './lanes.ts'

export interface Request {
  readonly sink: number
  /** Which of the sink's requests, where actions say so. */
  readonly number: string
  readonly records: readonly number[]
  readonly sent: number
  applied: number | null
  outcome: string
  /** Nobody waits for it any more, from this step on. */
  late: number | null
  ended: number | null
  fate: Fate
}

/** What an action says about requests: of which sink, which one, with what outcome. */
export function requestNamed(action: string): { sink: number; number: string; outcome: string } | null {
  const named = /\bsink(\d+)(?:,? (\d+)\b)?(?:, (.+))?\)$/.exec(action)
  if (named === null) return null
  return { sink: Number(named[1]), number: named[2] ?? '', outcome: named[3] ?? '' }
}

export function requestsOf(b: Bounds, actions: readonly string[], states: readonly Values[]): Request[] {
  const all: Request[] = []
  const ends = new Set(attemptsOf(b, states).flatMap(({ failed, died }) => [failed, died]))
  const open = (sink: number, number: string) =>
    all.find((each) => each.ended === null && each.late === null && each.sink === sink && each.number === number)
  actions.forEach((action, i) => {
    const step = i + 1
    const [before, after] = [states[i] as Values, states[step] as Values]
    const said = requestNamed(action)
    const leftBehind = zombies(after).length > zombies(before).length
    const request = said === null ? undefined : open(said.sink, said.number)
    const end = (each: Request, fate: Fate) => Object.assign(each, { ended: step, fate })
    const leave = (each: Request) => (leftBehind ? Object.assign(each, { late: step }) : end(each, 'dropped'))
    switch (actionName(action)) {
      case 'apply':
        if (said !== null)
          Object.assign(request ?? began(said.sink, said.number, step), { applied: step, outcome: said.outcome })
        break
      case 'respond':
        if (request !== undefined) end(request, 'taken')
        break
      case 'lose':
        if (request !== undefined && action.includes('response')) end(request, 'lost')
        break
      case 'timeout':
        if (request !== undefined) leave(request)
        break
      case 'zombie': {
        const late = landed(before, action)
        if (late !== undefined) Object.assign(end(late, 'taken'), { applied: step, outcome: 'late' })
      }
    }
    if (ends.has(step))
      for (const each of all.filter(({ ended, late }) => ended === null && late === null))
        if (each.applied === null) leave(each)
        else end(each, 'dropped')
    for (let sink = 0; sink < b.parallelism; sink++)
      if (listOf(after, 'request')[sink] === SENT && open(sink, '') === undefined)
        send(sink, '', membersOf(listOf(after, `batch${sink}`)), step)
  })
  return all

  function send(sink: number, number: string, records: readonly number[], sent: number): Request {
    const request: Request = {
      sink,
      number,
      records,
      sent,
      applied: null,
      outcome: '',
      late: null,
      ended: null,
      fate: 'open',
    }
    all.push(request)
    return request
  }

  /** A request of which the state does not say when it was sent: in the last step of its sink. */
  function began(sink: number, number: string, step: number): Request {
    const own = new RegExp(`\\bsink${sink}\\b`)
    const last = actions.slice(0, step - 1).findLastIndex((each) => own.test(each) || receives(each, sink))
    return send(sink, number, [], last + 1)
  }

  function receives(action: string, sink: number): boolean {
    const channel = /^receive\((\d+)\)/.exec(action)
    return channel !== null && Number(channel[1]) % b.parallelism === sink
  }

  function landed(before: Values, action: string): Request | undefined {
    const mask = listOf(before, 'zombies')[Number(/\((\d+)\)/.exec(action)?.[1] ?? -1)] ?? 0
    const late = all.filter((each) => each.late !== null && each.ended === null)
    return late.find(({ records }) => String(records) === String(maskMembers(b, mask))) ?? late[0]
  }
}

const zombies = (state: Values): number[] => listOf(state, 'zombies').filter((mask) => mask !== 0)
