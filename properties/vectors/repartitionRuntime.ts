// Recorded redistributions on the runtime's operator state. The order between old subtasks is Flink's hash order, so
// lists are compared old subtask by old subtask where a rescale or a union mixes them. Read next: kinds.ts.
import { isDeepStrictEqual } from 'node:util'
import { type OperatorStateSnapshot, redistribute } from '../../impl/runtime/operatorState.ts'
import type { RepartitionCase } from './repartitionModel.ts'
import type { Difference } from './replay.ts'

/** A step of the answer is a new subtask. */
export const replayRepartition = (recorded: RepartitionCase): Difference | null => replayOnRule(recorded, redistribute)

/** With a rule of one's own. */
export function replayOnRule(recorded: RepartitionCase, rule: typeof redistribute): Difference | null {
  const { oldParallelism, newParallelism, before } = recorded
  const modes = new Map(before.flatMap((states) => Object.entries(states).map(([name, { mode }]) => [name, mode])))
  const unordered = (name: string) =>
    modes.get(name) === 'UNION' || (modes.get(name) === 'SPLIT_DISTRIBUTE' && oldParallelism !== newParallelism)
  const comparable = (lists: Readonly<Record<string, readonly unknown[]>>) =>
    Object.fromEntries(
      Object.entries(lists)
        .map(([name, elements]) => [name, unordered(name) ? byOldSubtask(elements) : elements] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  const after = rule(before as readonly OperatorStateSnapshot[], newParallelism)
  for (let subtask = 0; subtask < newParallelism; subtask++) {
    const lists = Object.entries(after[subtask] ?? {}).map(([name, { elements }]) => [name, elements] as const)
    const seen = comparable(Object.fromEntries(lists))
    const expected = comparable(recorded.after[subtask] ?? {})
    if (!isDeepStrictEqual(seen, expected)) return { step: subtask, expected, seen }
  }
  return null
}

/** Elements are named `oldSubtask.state.index`; inside one old subtask the order stays. */
const byOldSubtask = (elements: readonly unknown[]): unknown[] =>
  elements.toSorted((a, b) => Number.parseInt(String(a), 10) - Number.parseInt(String(b), 10))
