// Of each action of the shared vocabulary, what it did in words, from the state before and the state after. A table with
// a row for every action: adding an action to the vocabulary without one here does not compile.
// Read next: writing.ts and atStore.ts (what is sent and written), timeline.ts (the lines), names.ts (how things are called).
import { type Bounds, highestId, keyOf } from '../../model/pipeline/bounds.ts'
import { IN_CLOSE } from '../../model/pipeline/variables.ts'
import { ACTIONS, type ActionName, actionName } from '../../model/pipeline/vocabulary.ts'
import { applied, fencedOff, tableChange } from './atStore.ts'
import type { Configured } from './inFlight.ts'
import {
  batchOf,
  buffered,
  type ChannelElement,
  elementOf,
  listOf,
  maskMembers,
  noticeOf,
  recordName,
  recordNames,
  scalarOf,
  type Values,
} from './names.ts'
import { type Step, stepOf } from './sinkView.ts'
import { asks, landsInStaging } from './staging.ts'
import { insideWait } from './waits.ts'
import { afterFlush, answer, forgotten, forgottenByAll, sendsNow, stillOnItsWay, wholeBack } from './writing.ts'

type Phrase = (step: Step) => string

/** `emit(0)` in words. An action that the vocabulary does not have is only named. */
export function phraseOf(action: string, configured: Configured, before: Values, after: Values): string {
  const name = actionName(action)
  if (!isAction(name)) return 'an action of another version'
  const step = stepOf(configured, action, before, after)
  const phrase = PHRASES[name](step)
  return step.b.parallelism === 1 ? phrase : phrase.replace(/\b(the )?sink\b/g, `sink ${step.sink}`)
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
    const elements = listOf(step.before, `channel${channel}`).map((element) => elementOf(step.b, source, element))
    const overtaking = elements.findIndex(({ kind }) => kind === 'overtaking')
    const announced = elements.find(({ kind }) => kind === 'barrier')
    if (overtaking < 0 && announced !== undefined && listOf(step.before, 'announced')[channel] === 1)
      return `sink hears that ${elementName(step.b, announced)} has arrived${afterFlush(step)}`
    const element = elements[Math.max(overtaking, 0)] ?? { kind: 'end' }
    const from = element.kind === 'end' ? ` of source ${source}` : ''
    const ahead = overtaking > 0 ? ' ahead of what is before it' : ''
    const barrier = element.kind === 'barrier' || element.kind === 'overtaking'
    return `sink takes ${elementName(step.b, element)}${from}${ahead}${barrier ? waitsForOthers(step) : ''}${afterFlush(step)}`
  },
  flush: (step) => {
    const nothing = buffered(step.before).length === 0 ? ': the buffer is empty' : ''
    return `the buffer timer fires${insideWait(step)}${nothing}${afterFlush(step)}`
  },
  timer: ({ b, after, openAfter }) => {
    const [request] = openAfter
    const again = request === undefined ? null : asks(b, request)
    return `the back-off ends, sink ${again ?? `sends ${recordNames(b, batchOf(after))}`} again`
  },
  apply: (step) => applied(step),
  respond: (step) => `${answer(step)}${afterFlush(step)}`,
  acknowledge: ({ before, at }) => `sink acknowledges checkpoint ${listOf(before, 'acking')[at] ?? 0}`,
  collect: (step) => collected(step),
  cancel: ({ before, argument }) => {
    const id = listOf(before, 'rpc')[Number(argument)] ?? 0
    return `source ${argument} was told that ${id} is aborted: a cancel marker, no barrier`
  },
  savepoint: ({ after }) => `coordinator starts savepoint ${newestPending(after)}`,
  overdue: () => 'the alignment timeout passes',
  overtake: (step) => `the alignment timer fires: barriers overtake the records before them${afterFlush(step)}`,
  rescale: ({ after, argument }) =>
    scalarOf(after, 'refused') === 1
      ? `the restore is refused: checkpoint ${scalarOf(after, 'completed')} is damaged`
      : `a new attempt starts with ${argument} subtask${argument === '1' ? '' : 's'}, from checkpoint ${scalarOf(after, 'completed')}`,
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
    return `sink hears${hearsInside(step)}that checkpoint ${id} is complete${afterFlush(step)}`
  },
  abort: (step) => {
    const { aborted, completed } = noticeOf(step.b, listOf(step.before, 'notices')[0] ?? 0)
    return `sink hears${hearsInside(step)}that checkpoint ${aborted} is aborted${completed === 0 ? '' : `, newest complete ${completed}`}${afterFlush(step)}`
  },
  close: (step) => {
    if (scalarOf(step.after, 'doing') === IN_CLOSE) return `close() is called${sendsNow(step)}`
    return `close() is called${forgotten(step, '; it drops ')}`
  },
  restore: ({ b, after }) => {
    if (scalarOf(after, 'refused') === 1)
      return `the restore is refused: checkpoint ${scalarOf(after, 'completed')} is damaged`
    const from = scalarOf(after, 'completed')
    const state = listOf(after, 'completedBuffer')
    if (from === 0) return 'a new attempt starts from the beginning: no checkpoint'
    return `a new attempt starts from checkpoint ${from}, offset ${listOf(after, 'completedOffset').join(', ')}${state.length === 0 ? '' : `, with ${recordNames(b, state)} in its state`}`
  },
  crash: (step) => {
    const whose = step.b.parallelism === 1 ? "the sink's" : "the sinks'"
    return step.argument === 'death'
      ? `the process dies${forgottenByAll(step, `, and with it ${whose} `)}${stillOnItsWay(step)}`
      : `the attempt fails, its close() will be called${forgottenByAll(step, '; nobody waits any more for ')}${stillOnItsWay(step)}`
  },
  crashCoordinator: (step) => {
    const id = listOf(step.before, 'pending')[Number(step.argument.split(', ')[1] ?? 0)] ?? 0
    const came = step.argument.startsWith('after')
      ? `the coordinator dies when ${id} is stored and nobody is told`
      : `the coordinator dies before ${id} has its entry: it is no restore point`
    return `${came}${forgottenByAll(step, '; gone with the attempt: ')}${stillOnItsWay(step)}`
  },
  stop: ({ after, argument }) =>
    argument === 'drain'
      ? `a stop begins: savepoint ${newestPending(after)}, the input ends before it`
      : `a stop begins: savepoint ${newestPending(after)}, the input is only suspended`,
  upgrade: (step) =>
    `${step.argument === 'stopped' ? 'every task has ended' : 'the job is cancelled'}: the next version is to start${forgottenByAll(step, '; nobody waits any more for ')}${stillOnItsWay(step)}`,
  tear: ({ before }) => `the file of checkpoint ${scalarOf(before, 'completed')} is damaged`,
  choose: ({ after }) =>
    scalarOf(after, 'completed') === 0
      ? 'somebody chooses to start without a checkpoint'
      : `somebody names checkpoint ${scalarOf(after, 'completed')} to start from`,
  zombie: ({ b, design, whole, argument }) => {
    const zombie = listOf(whole.before, 'zombies')[Number(argument)] ?? 0
    const staging = landsInStaging(b, zombie)
    if (staging !== null) return staging
    const records = maskMembers(b, zombie)
    const keys = new Set(records.map((record) => keyOf(b, record)))
    if (keys.size < records.length)
      return `an old request of ${recordNames(b, records)} comes: the store refuses it, it repeats a key`
    const fence = design.fenced ? fencedOff(b, whole.before, records) : ''
    if (fence !== '') return `an old request of ${recordNames(b, records)} comes: the store ${fence}`
    return `an old request lands after all: ${recordNames(b, records)}${tableChange(b, whole.before, whole.after)}`
  },
  timeout: (step) => {
    const { b, open, at } = step
    const sent = open[at]?.sent ?? []
    const about = sent.length === 0 ? '' : ` of ${recordNames(b, sent)}`
    return `the client gives up on its request${about}${wholeBack(step, true)}${afterFlush(step)}`
  },
  lose: (step) => {
    if (step.argument.startsWith('response'))
      return step.design.inFlight === 1
        ? 'the response is lost; the sink knows nothing of it'
        : `the response is lost${wholeBack(step)}${afterFlush(step)}`
    const { completed, aborted } = noticeOf(step.b, listOf(step.before, 'notices')[0] ?? 0)
    return `the notice that checkpoint ${aborted || completed} is ${aborted === 0 ? 'complete' : 'aborted'} is lost`
  },
  decline: ({ before }) => `the sink's snapshot ${listOf(before, 'acking')[0] ?? 0} fails, it declines`,
  expire: ({ before, argument }) =>
    `checkpoint ${listOf(before, 'pending')[Number(argument)] ?? 0} takes too long and is aborted`,
}

/** As an insertion: notices come inside waits too. */
function hearsInside(step: Step): string {
  const inside = insideWait(step)
  return inside === '' ? ' ' : `,${inside}, `
}

function elementName(b: Bounds, element: ChannelElement): string {
  if (element.kind === 'record') return recordName(b, element.record)
  if (element.kind === 'end') return 'the end'
  return element.kind === 'cancel' ? `the cancel marker of checkpoint ${element.id}` : `barrier ${element.id}`
}

const newestPending = (state: Values): number => listOf(state, 'pending').findLast((id) => id !== 0) ?? 0

/** A barrier that came before those of the other channels blocks its own. */
function waitsForOthers({ after, argument }: Step): string {
  return listOf(after, 'blocked')[Number(argument)] === 1 ? '; the channel waits for the others' : ''
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
