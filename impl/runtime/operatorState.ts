// Operator state of one subtask, as in Flink's DefaultOperatorStateBackend: named lists that go into the checkpoint,
// and their redistribution when the parallelism changes. `add` keeps the reference; the copy is made at the snapshot,
// in the synchronous phase: what changes before it is in the checkpoint, what changes after it is not (measured).
// Sources: PartitionableListState, RoundRobinOperatorStateRepartitioner; facts/flink.md 3. Read next: checkpointStorage.ts.
import type { ListState, OperatorStateStore } from '../sinks/interfaces.ts'
import { jsonCopy } from './jsonCopy.ts'

export type StateMode = 'SPLIT_DISTRIBUTE' | 'UNION' | 'BROADCAST'

export interface StateEntry {
  readonly mode: StateMode
  readonly elements: readonly unknown[]
}

/** State name -> entry: plain JSON, shares nothing with the live state. A list that is registered but empty is in it. */
export type OperatorStateSnapshot = Readonly<Record<string, StateEntry>>

/** A misuse of operator state by a sink: a null element, one name in two modes, a list given back to itself. */
export class OperatorStateError extends Error {
  override readonly name = 'OperatorStateError'
}

export class SubtaskOperatorState implements OperatorStateStore {
  readonly #lists = new Map<string, HeapListState>()
  readonly #copy: <T>(element: T) => T

  /** `copy` is the element serialiser, there and back. Default: a strict JSON round trip. */
  constructor(copy: <T>(element: T) => T = jsonCopy) {
    this.#copy = copy
  }

  listState<T>(name: string): ListState<T> {
    return this.#list(name, 'SPLIT_DISTRIBUTE') as unknown as ListState<T>
  }

  unionListState<T>(name: string): ListState<T> {
    return this.#list(name, 'UNION') as unknown as ListState<T>
  }

  /** Deep copies, taken now. Throws OperatorStateError naming state and element where one cannot be copied. */
  snapshot(): OperatorStateSnapshot {
    return Object.fromEntries(
      [...this.#lists].map(([name, list]) => [name, { mode: list.mode, elements: this.#copyAll(name, list.get()) }]),
    )
  }

  /** Appends copies of what the snapshots hold. State that no code asks for is kept and goes into the next snapshot. */
  restore(snapshots: readonly OperatorStateSnapshot[]): void {
    for (const snapshot of snapshots) {
      for (const [name, { mode, elements }] of Object.entries(snapshot)) {
        this.#list(name, mode).addAll(this.#copyAll(name, elements))
      }
    }
  }

  #list(name: string, mode: StateMode): HeapListState {
    const known = this.#lists.get(name)
    if (known === undefined) {
      const list = new HeapListState(mode)
      this.#lists.set(name, list)
      return list
    }
    if (known.mode !== mode) throw modeConflict(name, known.mode, mode)
    return known
  }

  #copyAll(name: string, elements: readonly unknown[]): unknown[] {
    return elements.map((element, index) => {
      try {
        return this.#copy(element)
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause)
        throw new OperatorStateError(`state '${name}', element ${index} cannot be serialised: ${why}`, { cause })
      }
    })
  }
}

/** A live list on the heap. As in Flink, a failed addAll or update leaves the elements before the null in it. */
class HeapListState implements ListState<unknown> {
  readonly mode: StateMode
  readonly #elements: unknown[] = []

  constructor(mode: StateMode) {
    this.mode = mode
  }

  add(element: unknown): void {
    if (element === null || element === undefined) {
      throw new OperatorStateError(`expected an element, got ${element}: list state holds no nulls`)
    }
    this.#elements.push(element)
  }

  addAll(elements: readonly unknown[]): void {
    if (!Array.isArray(elements)) throw new OperatorStateError(`expected an array of elements, got ${elements}`)
    // Java throws ConcurrentModificationException here; a loop over a growing array would not end.
    this.#refuseItself(elements, 'addAll')
    for (const element of elements) this.add(element)
  }

  update(elements: readonly unknown[]): void {
    // Flink's update clears first, so its own live list would come back empty and the state be lost without a word.
    this.#refuseItself(elements, 'update')
    this.clear()
    this.addAll(elements)
  }

  get(): readonly unknown[] {
    return this.#elements
  }

  clear(): void {
    this.#elements.length = 0
  }

  #refuseItself(elements: readonly unknown[], method: string): void {
    if (elements !== this.#elements) return
    throw new OperatorStateError(`${method} was given the live list that get() returned: pass a copy, [...state.get()]`)
  }
}

/**
 * What each of `newParallelism` subtasks restores from. `snapshots[i]` is old subtask i. With the parallelism unchanged
 * split lists go back in place; else all elements are cut into even runs, the first ones longer by one, and the start
 * of the ring moves on by the remainder after each state name. Union lists go whole to everybody, always; broadcast
 * state is copied.
 * Flink leaves the order between old subtasks open (hash order, measured); here they are concatenated.
 */
export function redistribute(
  snapshots: readonly OperatorStateSnapshot[],
  newParallelism: number,
): OperatorStateSnapshot[] {
  if (!Number.isInteger(newParallelism) || newParallelism < 1) {
    throw new RangeError(`expected a parallelism of 1 or more, got ${newParallelism}`)
  }
  const subtasks = Array.from({ length: newParallelism }, () => [] as [string, StateEntry][])
  let start = 0
  for (const [name, entries] of byName(snapshots)) {
    const [mode, elements] = [entries[0]?.entry.mode as StateMode, entries.flatMap(({ entry }) => entry.elements)]
    if (mode === 'UNION') for (const subtask of subtasks) subtask.push([name, { mode, elements }])
    else if (mode === 'BROADCAST') broadcast(name, entries, subtasks, snapshots.length)
    else if (snapshots.length === newParallelism) {
      for (const { oldSubtask, entry } of entries) subtasks[oldSubtask]?.push([name, entry])
    } else start = deal(name, elements, subtasks, start)
  }
  return subtasks.map((entries) => Object.fromEntries(entries))
}

/** The same in every old subtask, so any copy will do: Flink takes that of old subtask i mod their number. */
function broadcast(
  name: string,
  entries: readonly { readonly oldSubtask: number; readonly entry: StateEntry }[],
  subtasks: [string, StateEntry][][],
  oldParallelism: number,
): void {
  for (const [subtask, states] of subtasks.entries()) {
    const copy = entries.find(({ oldSubtask }) => oldSubtask === subtask % oldParallelism)
    if (copy !== undefined) states.push([name, copy.entry])
  }
}

function deal(name: string, elements: readonly unknown[], subtasks: [string, StateEntry][][], start: number): number {
  const parallelism = subtasks.length
  const longer = elements.length % parallelism
  let from = 0
  for (let run = 0; run < parallelism; run++) {
    const to = from + Math.floor(elements.length / parallelism) + (run < longer ? 1 : 0)
    // A subtask that gets nothing does not know the name, as in Flink.
    if (to > from) {
      subtasks[(start + run) % parallelism]?.push([
        name,
        { mode: 'SPLIT_DISTRIBUTE', elements: elements.slice(from, to) },
      ])
    }
    from = to
  }
  return (start + longer) % parallelism
}

function byName(snapshots: readonly OperatorStateSnapshot[]) {
  const names = new Map<string, { oldSubtask: number; entry: StateEntry }[]>()
  for (const [oldSubtask, snapshot] of snapshots.entries()) {
    for (const [name, entry] of Object.entries(snapshot)) {
      const entries = names.get(name) ?? []
      const mode = entries[0]?.entry.mode ?? entry.mode
      if (mode !== entry.mode) throw modeConflict(name, mode, entry.mode)
      names.set(name, [...entries, { oldSubtask, entry }])
    }
  }
  return [...names].sort(([left], [right]) => (left < right ? -1 : 1))
}

const modeConflict = (name: string, known: StateMode, asked: StateMode): OperatorStateError =>
  new OperatorStateError(`state '${name}' is ${known} already and cannot be ${asked}: give it another name`)
