// Of each action of the shared vocabulary, what it did in words, from the state before and the state after. A table with
// a row for every action: adding an action to the vocabulary without one here does not compile.
// Read next: timeline.ts (the lines), names.ts (how things are called).
import { type Bounds, highestId } from '../../model/pipeline/bounds.ts'
import { APPLIED, DOWN, ERROR, FAILING, IN_CLOSE, IN_SNAPSHOT, OK, SENT } from '../../model/pipeline/variables.ts'
import { ACTIONS, type ActionName, actionName } from '../../model/pipeline/vocabulary.ts'
import {
  batchOf,
  buffered,
  elementOf,
  listed,
  listOf,
  maskMembers,
  membersOf,
  noticeOf,
  recordName,
  recordNames,
  rowName,
  scalarOf,
  type Values,
  versionOf,
} from './names.ts'
import { ofSink, sinkOf } from './sinkView.ts'

interface Step {
  readonly b: Bounds
  readonly before: Values
  readonly after: Values
  /** What stands between the brackets of the action. */
  readonly argument: string
}

type Phrase = (step: Step) => string

/** `emit(0)` in words. An action that the vocabulary does not have is only named. */
export function phraseOf(action: string, b: Bounds, before: Values, after: Values): string {
  const name = actionName(action)
  if (!isAction(name)) return 'an action of another version'
  const argument = /\((.*)\)$/.exec(action)?.[1] ?? ''
  const sink = sinkOf(name, argument, b)
  const phrase = PHRASES[name]({ b, before: ofSink(before, b, sink), after: ofSink(after, b, sink), argument })
  return b.parallelism === 1 ? phrase : phrase.replace(/\b(the )?sink\b/g, `sink ${sink}`)
}

const isAction = (name: string): name is ActionName => ACTIONS.some((row) => row.name === name)

const PHRASES: Readonly<Record<ActionName, Phrase>> = {
  emit: ({ b, after, argument }) => {
    const source = Number(argument)
    const record = source * b.records + (listOf(after, 'offset')[source] ?? 0)
    return `source ${source} reads ${recordName(b, record)}`
  },
  barrier: ({ before, after, argument }) => {
    const source = Number(argument)
    const id = listOf(before, 'rpc')[source] ?? 0
    return `source ${source} stores offset ${listOf(after, 'offset')[source] ?? 0}, sends barrier ${id}`
  },
  finish: ({ argument }) => `source ${argument} is at the end of its log`,
  receive: (step) => {
    const channel = Number(step.argument)
    const source = Math.floor(channel / step.b.parallelism)
    const head = listOf(step.before, `channel${channel}`)[0] ?? 0
    const element = elementOf(step.b, source, head)
    if (element.kind === 'record') return `sink takes ${recordName(step.b, element.record)}${sendsNow(step)}`
    if (element.kind === 'end') return `sink takes the end of source ${source}${afterFlush(step)}`
    if (element.kind === 'cancel') return `sink takes the cancel marker of checkpoint ${element.id}`
    return `sink takes barrier ${element.id}${waitsForOthers(step)}${afterFlush(step)}`
  },
  flush: (step) => `the buffer timer fires${sendsNow(step)}`,
  timer: ({ b, after }) => `the back-off ends, sink sends ${recordNames(b, batchOf(after))} again`,
  apply: (step) => applied(step),
  respond: (step) => `${answer(step)}${afterFlush(step)}`,
  acknowledge: ({ before }) => `sink acknowledges checkpoint ${listOf(before, 'acking')[0] ?? 0}`,
  collect: (step) => collected(step),
  cancel: ({ before, argument }) => {
    const id = listOf(before, 'rpc')[Number(argument)] ?? 0
    return `source ${argument} was told that ${id} is aborted: a cancel marker, no barrier`
  },
  savepoint: ({ after }) => `coordinator starts savepoint ${newestPending(after)}`,
  overdue: () => 'the alignment timeout passes',
  overtake: () => 'the alignment timer fires: barriers overtake the records before them',
  rescale: ({ after, argument }) =>
    `a new attempt starts with ${argument} subtask${argument === '1' ? '' : 's'}, from checkpoint ${scalarOf(after, 'completed')}`,
  trigger: ({ after, argument }) =>
    `coordinator starts checkpoint ${newestPending(after)}${argument === 'last' ? ', the last one' : ''}`,
  complete: ({ b, before, after, argument }) => {
    const slot = Number(argument)
    const id = listOf(before, 'pending')[slot] ?? 0
    if ((listOf(before, 'isSavepoint')[slot] ?? 0) === 1) return `savepoint ${id} is complete: written, nobody is told`
    const state = listOf(after, 'completedBuffer')
    const offsets = listOf(after, 'completedOffset')
    const cut = offsets.length === 1 ? `offset ${offsets[0]}` : `offsets ${offsets.join(', ')}`
    return `checkpoint ${id} is complete: ${cut}${state.length === 0 ? '' : `, state holds ${recordNames(b, state)}`}`
  },
  notify: (step) => {
    const id = noticeOf(step.b, listOf(step.before, 'notices')[0] ?? 0).completed
    return `sink hears that checkpoint ${id} is complete${sendsNow(step)}`
  },
  abort: (step) => {
    const { aborted, completed } = noticeOf(step.b, listOf(step.before, 'notices')[0] ?? 0)
    return `sink hears that checkpoint ${aborted} is aborted${completed === 0 ? '' : `, newest complete ${completed}`}${sendsNow(step)}`
  },
  close: (step) => {
    if (scalarOf(step.after, 'doing') === IN_CLOSE) return `close() is called${sendsNow(step)}`
    return `close() is called${forgotten(step, '; it drops ')}`
  },
  restore: ({ b, after }) => {
    const from = scalarOf(after, 'completed')
    const state = listOf(after, 'completedBuffer')
    if (from === 0) return 'a new attempt starts from the beginning: no checkpoint'
    return `a new attempt starts from checkpoint ${from}, offset ${listOf(after, 'completedOffset').join(', ')}${state.length === 0 ? '' : `, with ${recordNames(b, state)} in its state`}`
  },
  crash: (step) =>
    step.argument === 'death'
      ? `the process dies${forgotten(step, ", and with it the sink's ")}${stillOnItsWay(step)}`
      : `the attempt fails, its close() will be called${stillOnItsWay(step)}`,
  zombie: ({ b, before, after, argument }) => {
    const records = maskMembers(b, listOf(before, 'zombies')[Number(argument)] ?? 0)
    return `an old request lands after all: ${recordNames(b, records)}${tableChange(b, before, after)}`
  },
  timeout: ({ b, before }) => `the client gives up on its request of ${recordNames(b, batchOf(before))}`,
  lose: ({ b, before, argument }) => {
    if (argument.startsWith('response')) return 'the response is lost; the sink knows nothing of it'
    const { completed, aborted } = noticeOf(b, listOf(before, 'notices')[0] ?? 0)
    return `the notice that checkpoint ${aborted || completed} is ${aborted === 0 ? 'complete' : 'aborted'} is lost`
  },
  decline: ({ before }) => `the sink's snapshot ${listOf(before, 'acking')[0] ?? 0} fails, it declines`,
  expire: ({ before, argument }) =>
    `checkpoint ${listOf(before, 'pending')[Number(argument)] ?? 0} takes too long and is aborted`,
}

const newestPending = (state: Values): number => listOf(state, 'pending').findLast((id) => id !== 0) ?? 0

/** Says what leaves for the store in this step, if anything does. */
function sendsNow({ b, before, after }: Step): string {
  if (scalarOf(after, 'request') !== SENT) return ''
  if (scalarOf(before, 'request') === SENT) return ''
  return `, sends ${recordNames(b, batchOf(after))}`
}

/** What a mail that waited for the store, or need not wait, goes on with. */
function afterFlush(step: Step): string {
  const { b, before, after } = step
  const sent = sendsNow(step)
  if (sent !== '') return scalarOf(after, 'doing') === IN_SNAPSHOT ? `${sent} before its snapshot` : sent
  if (listOf(after, 'acking').length > listOf(before, 'acking').length) {
    const state = listOf(after, 'pendingBuffer')
    if (state.length > 0) return `: snapshot with ${recordNames(b, state)}`
    const left = [...batchOf(after), ...buffered(after)]
    return left.length === 0 ? ': snapshot, nothing left to write' : `: snapshot without ${recordNames(b, left)}`
  }
  if (scalarOf(after, 'finished') > scalarOf(before, 'finished')) {
    const dropped = buffered(before).filter(
      (record) => !buffered(after).includes(record) && !batchOf(before).includes(record),
    )
    return dropped.length === 0 ? ': finish() returns' : `: finish() drops ${recordNames(b, dropped)}`
  }
  if (scalarOf(before, 'job') === FAILING && scalarOf(after, 'job') === DOWN) return ': close() returns'
  return ''
}

/** A barrier that came before those of the other channels blocks its own. */
function waitsForOthers({ after, argument }: Step): string {
  return listOf(after, 'blocked')[Number(argument)] === 1 ? '; the channel waits for the others' : ''
}

function applied({ b, before, after, argument }: Step): string {
  const records = batchOf(before)
  const outcome = argument.replace(/^sink\d+, /, '')
  if (outcome === 'refused') return 'the store refuses the request: nothing is written'
  const change = tableChange(b, before, after)
  if (outcome.startsWith('torn')) {
    const written = Number(outcome.slice('torn '.length))
    return `the store writes ${recordName(b, written)}, then fails${change}`
  }
  const back = membersOf(listOf(after, 'handedBack'))
  if (back.length === 0) return `the store writes ${recordNames(b, records)}${change}`
  const rest = records.filter((record) => !back.includes(record))
  return `the store hands back ${recordNames(b, back)}${rest.length === 0 ? '' : `, writes ${recordNames(b, rest)}`}${change}`
}

/** Only what cannot be guessed: a row that was there before. */
function tableChange(b: Bounds, before: Values, after: Values): string {
  const changes = listOf(after, 'table').flatMap((record, key) => {
    const old = listOf(before, 'table')[key] ?? 0
    if (old === record || old === 0) return []
    return [`${rowName(b, record)} over v${versionOf(b, old)}`]
  })
  return changes.length === 0 ? '' : `; ${listed(changes)}`
}

function answer({ before, after }: Step): string {
  const kind = scalarOf(before, 'answer')
  if (kind === OK) return 'the sink hears that it is written'
  if (scalarOf(after, 'sleeping') === 0) return 'the sink is told of the failure'
  return kind === ERROR
    ? 'the sink is told of the failure, back-off starts'
    : 'the sink has the rest back, back-off starts'
}

function collected({ b, before, after, argument }: Step): string {
  const sources = b.sources
  const task = argument.startsWith('sink')
    ? sources + Number(argument.replace('sink', ''))
    : Number(argument.replace('source', ''))
  const message = listOf(before, `acks${task}`)[0] ?? 0
  const ids = highestId(b)
  const id = message > ids ? message - ids : message
  const who = task >= sources ? 'the sink' : `source ${task}`
  if (message > ids) return `coordinator hears ${who} decline checkpoint ${id}`
  const counted = JSON.stringify(listOf(before, 'waiting')) !== JSON.stringify(listOf(after, 'waiting'))
  return `coordinator has ${who}'s acknowledgement of ${id}${counted ? '' : ', which is over'}`
}

/** What a sink's memory held when it went away; what the store has is not gone. */
function forgotten({ b, before, after }: Step, lead: string): string {
  const inStore = scalarOf(before, 'request') === APPLIED ? batchOf(before) : []
  const kept = [...inStore, ...batchOf(after), ...buffered(after)]
  const lost = [...batchOf(before), ...buffered(before)].filter((record) => !kept.includes(record))
  return lost.length === 0 ? '' : `${lead}${recordNames(b, lost)}`
}

function stillOnItsWay({ before, after }: Step): string {
  const zombies = (state: Values) => listOf(state, 'zombies').filter((mask) => mask !== 0).length
  return zombies(after) > zombies(before) ? '; its request is still on its way' : ''
}
