// A state with many subtasks as one of them sees it: what is kept per subtask goes by its plain name, so that a sentence
// about a sink need not know how many there are. Read next: phrases.ts.
import type { Bounds } from '../../model/pipeline/bounds.ts'
import type { ActionName } from '../../model/pipeline/vocabulary.ts'
import { listOf, type Values } from './names.ts'

/** Which subtask an action is about; the first where it is about none. */
export function sinkOf(name: ActionName, argument: string, b: Bounds): number {
  const named = /\bsink(\d+)/.exec(argument)
  if (named !== null) return Number(named[1])
  return name === 'receive' ? Number(argument) % b.parallelism : 0
}

const NUMBERS = [
  'finished',
  'doing',
  'doingId',
  'notified',
  'armed',
  'backoff',
  'sleeping',
  'request',
  'answer',
] as const
const LISTS = [
  'acking',
  'notices',
  'bufferList',
  'bufferSet',
  'batch',
  'handedBack',
  'pendingBuffer',
  'completedBuffer',
]

export function ofSink(state: Values, b: Bounds, sink: number): Values {
  const view: Record<string, number | readonly number[]> = { ...state }
  for (const name of NUMBERS) view[name] = listOf(state, name)[sink] ?? 0
  for (const name of LISTS) view[name] = listOf(state, `${name}${sink}`)
  const restored = Array.from({ length: b.parallelism }, (_, p) => listOf(state, `completedBuffer${p}`)).flat()
  return { ...view, completedBuffer: restored }
}
