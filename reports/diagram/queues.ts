// What waits between two tasks, one row a queue: where it is kept in the state, who puts in and who takes out, and what an
// element is called. A queue whose variables a trace does not have is not there.
// Read next: transits.ts (which follows every element through them).
import { type Bounds, highestId } from '../../model/pipeline/bounds.ts'
import { elementOf, listOf, noticeOf, type Values } from '../verify/names.ts'
import type { Carried } from './diagram.ts'
import { channelLane } from './lanes.ts'

/** One end of a queue; a sink's lane depends on the attempt of the moment. */
export type End = { readonly task: 'coordinator' } | { readonly task: 'source' | 'sink'; readonly number: number }

export interface Named {
  readonly carries: Carried
  readonly label: string
  /** Equal for what is the same thing under another number: an aligned barrier that starts to overtake. */
  readonly identity: string
}

export interface Queue {
  readonly variable: string
  readonly read: (state: Values) => readonly number[]
  readonly from: End
  readonly to: End
  /** The lane in which elements are seen waiting. */
  readonly via: string | null
  readonly name: (element: number) => Named
}

const coordinator: End = { task: 'coordinator' }
const source = (number: number): End => ({ task: 'source', number })
const sink = (number: number): End => ({ task: 'sink', number })
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

export function queuesOf(b: Bounds): Queue[] {
  const ids = highestId(b)
  const channels = numbers(b.sources * b.parallelism).map(
    (c): Queue => ({
      variable: `channel${c}`,
      // Behind an aligned barrier the sender holds what comes next: still on the same way.
      read: (state) => [...listOf(state, `channel${c}`), ...listOf(state, `held${c}`)],
      from: source(Math.floor(c / b.parallelism)),
      to: sink(c % b.parallelism),
      via: channelLane(c),
      name: (element) => inChannel(b, Math.floor(c / b.parallelism), element),
    }),
  )
  const commands = numbers(b.sources).map(
    (s): Queue => ({
      variable: 'rpc',
      read: (state) => [listOf(state, 'rpc')[s] ?? 0].filter((id) => id !== 0),
      from: coordinator,
      to: source(s),
      via: null,
      name: (id) => ({ carries: 'command', label: `trigger ${id}`, identity: `${id}` }),
    }),
  )
  const acknowledgements = numbers(b.sources + b.parallelism).map(
    (t): Queue => ({
      variable: `acks${t}`,
      read: (state) => listOf(state, `acks${t}`),
      from: t < b.sources ? source(t) : sink(t - b.sources),
      to: coordinator,
      via: null,
      name: (message) => ({
        carries: 'acknowledgement',
        label: message > ids ? `decline ${message - ids}` : `ack ${message}`,
        identity: `${message}`,
      }),
    }),
  )
  const notices = numbers(b.parallelism).map(
    (p): Queue => ({
      variable: `notices${p}`,
      read: (state) => listOf(state, `notices${p}`),
      from: coordinator,
      to: sink(p),
      via: null,
      name: (notice) => {
        const { aborted, completed } = noticeOf(b, notice)
        const label = aborted === 0 ? `complete ${completed}` : `abort ${aborted}`
        return { carries: 'notice', label, identity: `${notice}` }
      },
    }),
  )
  return [...channels, ...commands, ...acknowledgements, ...notices]
}

function inChannel(b: Bounds, from: number, element: number): Named {
  const what = elementOf(b, from, element)
  if (what.kind === 'record') return { carries: 'record', label: `r${what.record}`, identity: `r${what.record}` }
  if (what.kind === 'end') return { carries: 'end', label: 'end', identity: 'end' }
  if (what.kind === 'cancel') return { carries: 'barrier', label: `cancel ${what.id}`, identity: `c${what.id}` }
  return { carries: 'barrier', label: `b${what.id}`, identity: `b${what.id}` }
}
