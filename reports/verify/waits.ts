// The waits of a sink with several requests in flight: for room, for answers before a snapshot or the end, for a request
// that may be sent. Timers and notifications come inside them; a step may begin one or end some.
// Read next: writing.ts, ../../model/pipeline/asyncWriter/calls.ts (the calls that wait).
import { keyOf } from '../../model/pipeline/bounds.ts'
import { IDLE, IN_FINISH, IN_SNAPSHOT, RUNNING } from '../../model/pipeline/variables.ts'
import { buffered, recordName, recordNames, scalarOf, type Values } from './names.ts'
import type { Step } from './sinkView.ts'

const several = ({ design }: Step): boolean => design.inFlight > 1

/** ` while finish() waits`, where the step comes inside a wait. */
export function insideWait(step: Step): string {
  const { before } = step
  if (!several(step) || scalarOf(before, 'doing') === IDLE) return ''
  const timers = timersWaiting(before)
  const inner = timers === 0 ? [] : [timers === 1 ? 'a timer' : `${timers} timers`]
  const waiting = [...outermost(before), ...inner]
  return ` while ${waiting.join(' and ')} wait${waiting.length === 1 && timers < 2 ? 's' : ''}`
}

/** Of the state: the call that waits, where it is not a timer. */
function outermost(state: Values): string[] {
  const doing = scalarOf(state, 'doing')
  if (doing === IN_SNAPSHOT) return ['the snapshot']
  if (doing === IN_FINISH) return ['finish()']
  return scalarOf(state, 'adding') > 0 ? ['write()'] : []
}

const depth = (state: Values): number => (scalarOf(state, 'doing') === IDLE ? 0 : 1 + scalarOf(state, 'nested'))
const timersWaiting = (state: Values): number => depth(state) - outermost(state).length

/** What begins to wait in this step, and for what. */
export function waitsNow(step: Step): string {
  const { b, before, after, openAfter } = step
  if (!several(step) || depth(after) <= depth(before)) return ''
  const answers = openAfter.length === 1 ? 'an answer' : `${openAfter.length} answers`
  if (timersWaiting(after) > timersWaiting(before)) {
    return `; it waits to send ${recordNames(b, buffered(after))}: ${whyNot(step)}`
  }
  if (scalarOf(after, 'adding') > 0) return '; write() waits: the buffer is full'
  return scalarOf(after, 'doing') === IN_SNAPSHOT
    ? `; its snapshot waits for ${answers}`
    : `; finish() waits for ${answers}`
}

/** Why no more may be sent. */
function whyNot({ b, design, after, openAfter }: Step): string {
  const flying = new Set(openAfter.flatMap(({ entries }) => entries).map((record) => keyOf(b, record)))
  const keys = new Set(buffered(after).map((record) => keyOf(b, record)))
  if (design.oneInFlightPerKey && [...keys].every((key) => flying.has(key)))
    return `a request of ${keys.size > 1 ? 'each' : 'its'} key is in flight`
  if (openAfter.length >= design.inFlight) return `${openAfter.length} requests are in flight`
  return `the rate limit allows ${recordsCounted(scalarOf(after, 'limit'))} in flight`
}

/** Which waits are over, apart from those whose end shows in a snapshot or in finish(). */
export function waitsOver(step: Step): string {
  const { b, before, after } = step
  if (!several(step) || scalarOf(after, 'job') !== RUNNING) return ''
  const timers = timersWaiting(before) - timersWaiting(after)
  const adding = scalarOf(before, 'adding')
  const over = [
    ...(timers > 0 ? [timers === 1 ? 'the waiting timer is done' : `${timers} waiting timers are done`] : []),
    ...(adding > 0 && scalarOf(after, 'adding') === 0 ? [`write() of ${recordName(b, adding)} returns`] : []),
  ]
  return over.map((each) => `; ${each}`).join('')
}

export const recordsCounted = (count: number): string => `${count} record${count === 1 ? '' : 's'}`
