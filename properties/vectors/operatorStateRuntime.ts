// What an operator gets back from ListState, union ListState and a plain field, on the runtime's operator state; and the
// facts that were recorded beside it, those that can be tried here. Read next: ../../impl/runtime/operatorState.ts.
import { isDeepStrictEqual } from 'node:util'
import type { z } from 'zod'
import { redistribute, SubtaskOperatorState } from '../../impl/runtime/operatorState.ts'
import type { operatorState1 } from './formats/others.ts'
import type { Difference } from './replay.ts'

export type OperatorStateCase = z.infer<typeof operatorState1>

export const NOT_REPLAYED: Readonly<Record<string, string>> = {
  'order of old subtasks after rescale 2->1, 40 equal runs': 'the order is unspecified in Flink, fixed here',
  'order of old subtasks after rescale 3->2, 40 equal runs': 'the order is unspecified in Flink, fixed here',
  'no state declared': 'how many files a backend writes',
  'sink without CheckpointedFunction': 'the harness has no operator state to look at',
  'fresh start': 'of the harness, and held by impl/runtime/embeddedHost.test.ts',
}

export function replayOperatorState(recorded: OperatorStateCase): Difference | null {
  if (recorded.kind === 'rescale') return rescale(recorded)
  const tried = FACTS[recorded.name]?.()
  if (tried === undefined) return { step: 0, expected: 'a fact that is known here', seen: recorded.name }
  for (const [name, seen] of Object.entries(tried))
    if (!isDeepStrictEqual(recorded.observed[name], seen))
      return { step: 0, expected: { [name]: recorded.observed[name] }, seen: { [name]: seen } }
  return null
}

type Rescale = Extract<OperatorStateCase, { readonly kind: 'rescale' }>

/** Lists are shown grouped by old subtask, whose order is not compared; a plain field is never restored. */
function rescale({ before, after, newParallelism }: Rescale): Difference | null {
  const snapshots = before.map((elements) => {
    const state = new SubtaskOperatorState()
    state.listState<string>('split').addAll(elements)
    state.unionListState<string>('union').addAll(elements)
    return state.snapshot()
  })
  const restored = redistribute(snapshots, newParallelism)
  for (const [subtask, expected] of after.entries()) {
    const state = new SubtaskOperatorState()
    state.restore([restored[subtask] ?? {}])
    const seen = {
      split: [...state.listState<string>('split').get()].sort(),
      union: [...state.unionListState<string>('union').get()].sort(),
      field: [],
      isRestored: true,
    }
    const sorted = { ...expected, split: expected.split.toSorted(), union: expected.union.toSorted() }
    if (!isDeepStrictEqual(seen, sorted)) return { step: subtask, expected: sorted, seen }
  }
  return null
}

const list = () => new SubtaskOperatorState().listState<{ text: string }>('l')
const texts = (elements: readonly { readonly text: string }[]) => elements.map(({ text }) => text)

/** By name: what was seen here, under the names of what was observed. Texts of Java's errors and counts of files are not. */
const FACTS: Readonly<Record<string, () => Readonly<Record<string, unknown>>>> = {
  'isolation of the snapshot': () => {
    const state = new SubtaskOperatorState()
    const elements = state.listState<{ text: string }>('l')
    const box = { text: 'a' }
    elements.add(box)
    box.text = 'changed before snapshot'
    const snapshot = state.snapshot()
    box.text = 'changed after snapshot'
    elements.add({ text: 'added after snapshot' })
    const once = elements.get()
    const again = new SubtaskOperatorState()
    again.restore([snapshot])
    return {
      inStateAfterwards: texts(elements.get()),
      restored: texts(again.listState<{ text: string }>('l').get()),
      getReturnsSameObjectTwice: once === elements.get(),
    }
  },
  'update copies the list but not its elements': () => {
    const elements = list()
    const own = [{ text: 'x' }]
    elements.update(own)
    own.push({ text: 'y' })
    const afterAddingToOwnList = texts(elements.get())
    ;(own[0] as { text: string }).text = 'x changed'
    return { afterAddingToOwnList, afterChangingOwnElement: texts(elements.get()) }
  },
  'get hands out the live list': () => {
    const state = new SubtaskOperatorState().listState<string>('l')
    const live = state.get()
    state.add('1')
    state.add('2')
    const afterAdd = [...live]
    state.clear()
    return { afterAdd, afterClear: [...live] }
  },
  'equal records': () => {
    const state = new SubtaskOperatorState()
    state.listState<string>('l').addAll(['k', 'k'])
    const again = new SubtaskOperatorState()
    again.restore([state.snapshot()])
    return { listRestored: [...again.listState<string>('l').get()] }
  },
  'null elements': () => {
    const state = new SubtaskOperatorState().listState<string>('l')
    const refused = (work: () => void) => {
      try {
        work()
      } catch {
        return true
      }
      return false
    }
    const none = null as unknown as string
    const all = null as unknown as string[]
    const getOnEmptyIsNull = state.get() === null
    const refusals: [string, () => void][] = [
      ['add(null)', () => state.add(none)],
      ['addAll(null)', () => state.addAll(all)],
      ['update(null)', () => state.update(all)],
    ]
    const taken = refusals.flatMap(([name, work]) => (refused(work) ? [] : [[name, 'was taken']]))
    const failedAdd = refused(() => state.addAll(['a', none]))
    const contentAfterFailedAddAll = failedAdd ? [...state.get()] : 'was taken'
    const failedUpdate = refused(() => state.update(['a', none]))
    const contentAfterFailedUpdate = failedUpdate ? [...state.get()] : 'was taken'
    return { ...Object.fromEntries(taken), contentAfterFailedAddAll, contentAfterFailedUpdate, getOnEmptyIsNull }
  },
  'declared but empty state': () => {
    const state = new SubtaskOperatorState()
    state.listState<string>('l')
    const again = new SubtaskOperatorState()
    again.restore([state.snapshot()])
    return { split: [...again.listState<string>('l').get()] }
  },
}
