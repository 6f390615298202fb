// The model's redistribution beside the released RoundRobinOperatorStateRepartitioner: which new subtask gets which
// element. Flink gives the groups of different old subtasks in hash order, so split and union states are compared group by
// group; what stays where it is, and broadcast, is compared as it stands. Read next: model/pipeline/redistribution.ts.
import { isDeepStrictEqual } from 'node:util'
import { broadcastOrigin, nextStart, splitStays, splitTarget } from '../../model/pipeline/redistribution.ts'
import type { Difference, Replay } from './replay.ts'

export type StateMode = 'SPLIT_DISTRIBUTE' | 'UNION' | 'BROADCAST'
interface NamedState {
  readonly mode: StateMode
  readonly elements: readonly string[]
}
export interface RepartitionCase {
  readonly name: string
  readonly oldParallelism: number
  readonly newParallelism: number
  readonly before: readonly Readonly<Record<string, NamedState>>[]
  readonly after: readonly Readonly<Record<string, readonly string[]>>[]
}

type Lists = Record<string, readonly string[]>
export type SplitRule = typeof splitTarget

export const replayRepartitionModel: Replay<RepartitionCase> = (recorded) => replayWithSplit(recorded, splitTarget)

/** A step of the answer is a new subtask. */
export function replayWithSplit(recorded: RepartitionCase, split: SplitRule): Difference | null {
  const after = redistribute(recorded, split)
  for (let subtask = 0; subtask < recorded.newParallelism; subtask++) {
    const expected = comparable(recorded, recorded.after[subtask] ?? {})
    const seen = comparable(recorded, after[subtask] ?? {})
    if (!isDeepStrictEqual(seen, expected)) return { step: subtask, expected, seen }
  }
  return null
}

function redistribute(recorded: RepartitionCase, split: SplitRule): readonly Lists[] {
  const { oldParallelism, newParallelism, before } = recorded
  const after = Array.from({ length: newParallelism }, (): Lists => ({}))
  const give = (subtask: number, name: string, elements: readonly string[]) => {
    const lists = after[subtask] as Lists
    lists[name] = [...(lists[name] ?? []), ...elements]
  }
  let start = 0
  for (const [name, mode] of modes(recorded)) {
    const all = before.flatMap((states) => states[name]?.elements ?? [])
    if (mode === 'UNION') {
      for (let subtask = 0; subtask < newParallelism; subtask++) give(subtask, name, all)
    } else if (mode === 'BROADCAST') {
      for (let subtask = 0; subtask < newParallelism; subtask++) {
        const copy = before[broadcastOrigin(subtask, oldParallelism)]?.[name]
        if (copy !== undefined) give(subtask, name, copy.elements)
      }
    } else if (splitStays(oldParallelism, newParallelism)) {
      for (const [subtask, states] of before.entries()) {
        const state = states[name]
        if (state !== undefined) give(subtask, name, state.elements)
      }
    } else {
      for (const [position, element] of all.entries())
        give(split(position, all.length, newParallelism, start), name, [element])
      start = nextStart(start, all.length, newParallelism)
    }
  }
  return after
}

/** The state names with their modes, in name order. */
function modes({ before }: RepartitionCase): readonly (readonly [string, StateMode])[] {
  const found = new Map<string, StateMode>()
  for (const states of before) for (const [name, { mode }] of Object.entries(states)) found.set(name, mode)
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** By name: one list, or where old subtasks have no order among themselves, one list each. */
function comparable(recorded: RepartitionCase, lists: Lists): Readonly<Record<string, unknown>> {
  const { before, oldParallelism, newParallelism } = recorded
  const unordered = new Set(
    modes(recorded).flatMap(([name, mode]) =>
      mode === 'UNION' || (mode === 'SPLIT_DISTRIBUTE' && !splitStays(oldParallelism, newParallelism)) ? [name] : [],
    ),
  )
  const groups = (name: string, list: readonly string[]) => [
    ...before.map((states) => list.filter((element) => states[name]?.elements.includes(element))),
    list.length,
  ]
  return Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [name, unordered.has(name) ? groups(name, list) : list]),
  )
}
