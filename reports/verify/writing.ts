// Words about a sink's side of writing: what is sent, what the answer brings back, what a mail that waited for it goes on with, what is forgotten when the sink goes away.
// Read next: inFlight.ts (the requests), waits.ts, phrases.ts (who asks).
import { type Bounds, highestId, keyOf } from '../../model/pipeline/bounds.ts'
import { ABSENT, DOWN, ERROR, FAILING, IN_SNAPSHOT, OK, REJECTED, UNPROCESSED } from '../../model/pipeline/variables.ts'
import { type InFlight, inFlight, sentIn } from './inFlight.ts'
import { batchOf, buffered, listOf, recordNames, scalarOf, type Values } from './names.ts'
import { heldBy, type Step } from './sinkView.ts'
import { asks, hears } from './staging.ts'
import { recordsCounted, waitsNow, waitsOver } from './waits.ts'

/** Says what leaves for the store in this step, if anything does. */
export function sendsNow(step: Step): string {
  const { b, openAfter, configured, action, whole, sink } = step
  const left = sentIn(configured, action, whole.before, whole.after, sink)
  const sent = left.map((request) => asks(b, request) ?? `sends ${carriedNames(b, request)}`)
  if (sent.length === 0) return ''
  return `${failed(step) ? '; the sink ' : ', '}${sent.join(', then ')}${openAfter.length > 1 ? `; ${openAfter.length} requests in flight` : ''}`
}

/** The step is told from the client's side, or from the buffer's: who sends has to be named. */
const failed = ({ action, open, at }: Step): boolean =>
  /^(timeout|lose)/.test(action) || (action.startsWith('respond') && open[at]?.answer !== OK)

function carriedNames(b: Bounds, { sent, dropped, repeatsKey }: InFlight): string {
  if (repeatsKey) return `${recordNames(b, sent)}, one key twice`
  if (dropped.length === 0) return recordNames(b, sent)
  const keys = new Set(dropped.map((record) => keyOf(b, record)))
  return `${recordNames(b, sent)}, drops ${recordNames(b, dropped)} of the same key${keys.size > 1 ? 's' : ''}`
}

/** What a mail that waited for the store, or need not wait, goes on with. */
export function afterFlush(step: Step): string {
  const { design, before, after } = step
  const sent = sendsNow(step)
  if (design.inFlight > 1) return `${sent}${waitsNow(step)}${waitsOver(step)}${snapshotTaken(step)}${inputEnded(step)}`
  if (sent !== '') return scalarOf(after, 'doing') === IN_SNAPSHOT ? `${sent} before its snapshot` : sent
  const ended = `${snapshotTaken(step)}${inputEnded(step)}`
  if (ended !== '') return ended
  return scalarOf(before, 'job') === FAILING && scalarOf(after, 'job') === DOWN ? ': close() returns' : ''
}

function snapshotTaken({ b, sink, after, before, whole, openAfter }: Step): string {
  const taken = listOf(after, 'acking')
  const id = taken.at(-1) ?? 0
  if (taken.length <= listOf(before, 'acking').length) return declined({ b, sink, whole, before, after })
  const slot = listOf(after, 'pending').indexOf(id)
  if (slot < 0) return `: snapshot, though checkpoint ${id} is over`
  const state = listOf(after, `pendingBuffer${slot * b.parallelism + sink}`)
  if (state.length > 0) return `: snapshot with ${recordNames(b, state)}`
  const left = [...new Set([...batchOf(after), ...openAfter.flatMap(({ entries }) => entries), ...buffered(after)])]
  return left.length === 0 ? ': snapshot, nothing left to write' : `: snapshot without ${recordNames(b, left)}`
}

/** A snapshot that waited until its channel state was gone. */
function declined({ b, sink, whole, before, after }: Pick<Step, 'b' | 'sink' | 'whole' | 'before' | 'after'>): string {
  if (scalarOf(before, 'doing') !== IN_SNAPSHOT || scalarOf(after, 'doing') === IN_SNAPSHOT) return ''
  const acks = (state: Values) => listOf(state, `acks${b.sources + sink}`)
  const newest = acks(whole.after).at(-1) ?? 0
  if (acks(whole.after).length <= acks(whole.before).length || newest <= highestId(b)) return ''
  return `: the snapshot's channel state is gone, it declines ${newest - highestId(b)}`
}

function inputEnded({ b, before, after, open }: Step): string {
  if (scalarOf(after, 'finished') <= scalarOf(before, 'finished')) return ''
  const kept = [...buffered(after), ...open.flatMap(({ entries }) => entries)]
  const dropped = buffered(before).filter((record) => !kept.includes(record))
  return dropped.length === 0 ? ': finish() returns' : `: finish() drops ${recordNames(b, dropped)}`
}

/** What the sink is told, and what it has back. */
export function answer(step: Step): string {
  const { b, design, open, at, after } = step
  const request = open[at]
  if (request === undefined) return 'an answer comes'
  const { answer: kind, sent, dropped, handedBack } = request
  if (design.inFlight === 1) {
    const heard = kind === OK || kind === ABSENT ? hears(b, request) : null
    if (heard !== null) return heard
    if (kind === OK) return 'the sink hears that it is written'
    if (scalarOf(after, 'sleeping') === 0) return 'the sink is told of the failure'
    return kind === ERROR
      ? 'the sink is told of the failure, back-off starts'
      : 'the sink has the rest back, back-off starts'
  }
  if (kind === REJECTED)
    return `the sink hears of the refusal: the task fails, and its attempt with it${stillOnItsWay(step)}`
  const counted = dropped.length === 0 ? '' : `, takes ${recordNames(b, dropped)} for written too`
  // To the sink a write that the fence kept off is one that is done.
  const newer = design.fenced && sent.some((record) => listOf(after, 'table')[keyOf(b, record)] !== record)
  if (kind === OK)
    return `the sink hears that ${recordNames(b, sent)}${newer ? ' or a newer one' : ''} ${isOrAre(sent)} written${counted}`
  if (kind === UNPROCESSED)
    return `the sink has ${recordNames(b, handedBack)} back at the head of the buffer${counted}${limitFalls(step)}`
  return `the sink is told of the failure${wholeBack(step)}`
}

/** Of several in flight, one that failed as a whole. `named`: the sentence has just said what it carried. */
export function wholeBack(step: Step, named = false): string {
  const { entries = [], dropped = [] } = step.open[step.at] ?? {}
  if (step.design.inFlight === 1 || entries.length === 0) return ''
  const they = entries.length === 1 ? 'it' : 'they'
  const what = named && dropped.length === 0 ? they : recordNames(step.b, entries)
  return `: ${what} ${isOrAre(entries)} back at the head of the buffer${limitFalls(step)}`
}

const isOrAre = (records: readonly number[]): string => (records.length === 1 ? 'is' : 'are')

function limitFalls({ before, after }: Step): string {
  const limit = scalarOf(after, 'limit')
  return limit < scalarOf(before, 'limit') ? `; the rate limit falls to ${recordsCounted(limit)}` : ''
}

/** What a sink's memory held when it went away; what the store has is not gone. */
export function forgotten(step: Step, lead: string): string {
  const lost = forgottenBy(step, step.sink)
  return lost.length === 0 ? '' : `${lead}${recordNames(step.b, lost)}`
}

/** The same of all subtasks. */
export function forgottenByAll(step: Step, lead: string): string {
  const lost = Array.from({ length: step.b.parallelism }, (_, sink) => forgottenBy(step, sink)).flat()
  return lost.length === 0 ? '' : `${lead}${recordNames(step.b, lost)}`
}

function forgottenBy({ b, configured, whole }: Step, sink: number): number[] {
  const open = inFlight(configured, whole.before, sink)
  const table = listOf(whole.before, 'table')
  const inStore = open.flatMap(({ applied, answer, sent, handedBack }) => {
    if (!applied) return []
    if (answer === OK || answer === UNPROCESSED) return sent.filter((record) => !handedBack.includes(record))
    return sent.filter((record) => table[keyOf(b, record)] === record)
  })
  const kept = [...inStore, ...heldBy(configured, whole.after, sink)]
  return heldBy(configured, whole.before, sink).filter((record) => !kept.includes(record))
}

export function stillOnItsWay({ b, design, before, after }: Step): string {
  const zombies = (state: Values) => listOf(state, 'zombies').filter((mask) => mask !== 0).length
  const more = zombies(after) - zombies(before)
  if (more <= 0) return ''
  const which = design.inFlight * b.parallelism === 1 ? 'its' : 'a'
  return more === 1 ? `; ${which} request is still on its way` : `; ${more} requests are still on their way`
}
