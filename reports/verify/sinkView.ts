// A step of a run as one subtask of the sink sees it: what is kept per subtask goes by its plain name, so that a sentence
// about a sink need not know how many there are. Read next: phrases.ts, inFlight.ts.
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { type DesignRow, designNamed } from '../../model/pipeline/sinks/designs.ts'
import { type ActionName, actionName } from '../../model/pipeline/vocabulary.ts'
import { type Configured, type InFlight, inFlight, requestNamed } from './inFlight.ts'
import { batchOf, buffered, listOf, scalarOf, type Values } from './names.ts'

export interface Step {
  readonly b: Bounds
  readonly design: DesignRow
  readonly action: string
  readonly configured: Configured
  readonly sink: number
  readonly before: Values
  readonly after: Values
  /** The states as they are, all subtasks in them. */
  readonly whole: { readonly before: Values; readonly after: Values }
  /** The sink's requests, oldest first. */
  readonly open: readonly InFlight[]
  readonly openAfter: readonly InFlight[]
  /** The request that the action names, or the oldest one. */
  readonly at: number
  /** What the store does with it. */
  readonly outcome: string
  /** What stands between the brackets of the action. */
  readonly argument: string
}

export function stepOf(configured: Configured, action: string, before: Values, after: Values): Step {
  const { bounds: b, design } = configured
  const argument = /\((.*)\)$/.exec(action)?.[1] ?? ''
  const sink = sinkOf(actionName(action), argument, b)
  const named = requestNamed(action)
  return {
    b,
    design: designNamed(design),
    action,
    configured,
    sink,
    before: ofSink(before, b, sink),
    after: ofSink(after, b, sink),
    whole: { before, after },
    open: inFlight(configured, before, sink),
    openAfter: inFlight(configured, after, sink),
    at: named?.older ?? 0,
    outcome: named?.outcome ?? '',
    argument,
  }
}

const RECEIVE: ActionName = 'receive'

/** Which subtask an action is about; the first where it is about none. */
function sinkOf(name: string, argument: string, b: Bounds): number {
  const named = /\bsink(\d+)/.exec(argument)
  if (named !== null) return Number(named[1])
  return name === RECEIVE ? Number(argument) % b.parallelism : 0
}

const NUMBERS = [
  'finished',
  'doing',
  'notified',
  'sleeping',
  'limit',
  'adding',
  'nested',
  'opening',
  'sending',
] as const
const LISTS = ['acking', 'notices', 'bufferList', 'bufferSet', 'batch', 'staged', 'closedEpochs', 'publishing'] as const

export function ofSink(state: Values, b: Bounds, sink: number): Values {
  const view: Record<string, number | readonly number[]> = { ...state }
  for (const name of NUMBERS) view[name] = listOf(state, name)[sink] ?? 0
  for (const name of LISTS) view[name] = listOf(state, `${name}${sink}`)
  const restored = Array.from({ length: b.parallelism }, (_, p) => listOf(state, `completedBuffer${p}`)).flat()
  return { ...view, completedBuffer: restored }
}

/** The records in a sink's memory, each once: in flight, in its batch, buffered, staged, or waiting for room. */
export function heldBy(configured: Configured, state: Values, sink: number): number[] {
  const own = ofSink(state, configured.bounds, sink)
  const adding = scalarOf(own, 'adding')
  const requests = inFlight(configured, state, sink).flatMap(({ entries }) => entries)
  const epochs = [...listOf(own, 'staged'), ...listOf(own, 'closedEpochs')]
  return [...new Set([...requests, ...batchOf(own), ...buffered(own), ...epochs, ...(adding > 0 ? [adding] : [])])]
}
