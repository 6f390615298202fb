// The whole state graph of an exhausted search: every state, every edge, in a few typed arrays.
// It is what tours, liveness and the explorer read. States are numbers in order of discovery, so a smaller number is
// never farther from an initial state. Next: liveness.ts.

import { hashOf } from './hash.ts'
import type { PackedStorage } from './packed.ts'
import type { Schema, Snapshot, State } from './schema.ts'
import { dump, load } from './snapshot.ts'
import type { Bound, RuleKind, Spec } from './spec.ts'
import { SLOT_MASK, type StateTable } from './table.ts'

/** Edges in order of their source: those of state i are at first[i] .. first[i + 1] - 1. Grows by doubling. */
export class EdgeList {
  first = new Int32Array(1024)
  rule: Uint8Array | Uint16Array
  target = new Int32Array(4096)
  count = 0

  constructor(rules: number) {
    this.rule = rules <= 0x100 ? new Uint8Array(4096) : new Uint16Array(4096)
  }
  /** The edges of state `id` start here. */
  open(id: number): void {
    if (id === this.first.length) {
      const first = new Int32Array(id * 2)
      first.set(this.first)
      this.first = first
    }
    this.first[id] = this.count
  }
  add(rule: number, target: number): void {
    if (this.count === this.target.length) {
      const length = this.count * 2
      const targets = new Int32Array(length)
      targets.set(this.target)
      this.target = targets
      const rules = this.rule instanceof Uint8Array ? new Uint8Array(length) : new Uint16Array(length)
      rules.set(this.rule)
      this.rule = rules
    }
    this.rule[this.count] = rule
    this.target[this.count++] = target
  }
}

export interface Edge {
  /** Number of the rule; its name is `graph.ruleNames[rule]`. */
  readonly rule: number
  readonly target: number
}

export class Graph<V extends Schema = Schema> {
  readonly spec: Spec<V>
  readonly states: number
  readonly transitions: number
  readonly ruleNames: readonly string[]
  readonly ruleKinds: readonly RuleKind[]
  /** Raw arrays, for passes over millions of edges: edges of i are at firstEdge[i] .. firstEdge[i + 1] - 1. */
  readonly firstEdge: Int32Array
  readonly edgeRule: Uint8Array | Uint16Array
  readonly edgeTarget: Int32Array
  /** Only a part of the states and edges there are: runs that are as good as others are left out. */
  readonly reduced: boolean
  private readonly storage: PackedStorage<V>
  private readonly bound: Bound
  private readonly table: StateTable

  constructor(
    spec: Spec<V>,
    storage: PackedStorage<V>,
    bound: Bound,
    table: StateTable,
    edges: EdgeList,
    reduced: boolean,
  ) {
    this.spec = spec
    this.reduced = reduced
    this.storage = storage
    this.bound = bound
    this.table = table
    this.states = table.count
    this.transitions = edges.count
    this.ruleNames = bound.rules.map(({ name }) => name)
    this.ruleKinds = bound.rules.map(({ kind }) => kind)
    this.firstEdge = edges.first.subarray(0, table.count + 1)
    this.edgeRule = edges.rule.subarray(0, edges.count)
    this.edgeTarget = edges.target.subarray(0, edges.count)
  }

  edges(id: number): Edge[] {
    const out: Edge[] = []
    for (let e = this.firstEdge[this.checked(id)] as number; e < (this.firstEdge[id + 1] as number); e++) {
      out.push({ rule: this.edgeRule[e] as number, target: this.edgeTarget[e] as number })
    }
    return out
  }

  /** All variables of a state. */
  dump(id: number): Snapshot<V> {
    this.place(id)
    return dump(this.spec.variables, this.storage.state)
  }

  /** The spec's views, placed on that state until the graph is asked for another. For reading many states cheaply. */
  view(id: number): State<V> {
    this.place(id)
    return this.storage.state
  }

  /** A state's words: equal where the states are equal. */
  words(id: number): Int32Array {
    const { arena, words } = this.table
    return arena.slice(this.checked(id) * words, (id + 1) * words)
  }

  /** The number of a state, or -1 where it is not reachable. @throws RangeError where it is no state of this schema. */
  find(snapshot: Snapshot<V>): number {
    const { words, index, arena } = this.table
    this.storage.clear()
    load(this.spec.variables, this.storage.state, snapshot)
    const sought = this.storage.words
    const hash = hashOf(sought, 0, words)
    const mask = index.length - 1
    for (let slot = hash & mask; index[slot] !== 0; slot = (slot + 1) & mask) {
      const id = ((index[slot] as number) & SLOT_MASK) - 1
      if (sought.every((word, i) => arena[id * words + i] === word)) return id
    }
    return -1
  }

  /** A shortest way from an initial state: rule numbers, and which initial state. */
  shortestPath(id: number): { readonly root: number; readonly rules: number[] } {
    return this.table.path(this.checked(id))
  }
  /** The same as names. */
  trace(id: number): string[] {
    return this.shortestPath(id).rules.map((rule) => this.ruleNames[rule] as string)
  }
  /** The state a state was first reached from; of initial state r, -1 - r. */
  parent(id: number): number {
    return this.table.parent[this.checked(id)] as number
  }
  /** Steps from an initial state to every state. */
  depths(): Int32Array {
    const depths = new Int32Array(this.states)
    for (let id = 0; id < this.states; id++) {
      const parent = this.table.parent[id] as number
      depths[id] = parent < 0 ? 0 : (depths[parent] as number) + 1
    }
    return depths
  }
  classOf(id: number): number {
    this.place(id)
    return this.bound.classify?.() ?? 0
  }

  /** Evaluates a predicate of the spec's definition in every state: 1 where it holds. */
  where(predicate: (definition: Bound) => boolean): Uint8Array {
    const out = new Uint8Array(this.states)
    for (let id = 0; id < this.states; id++) {
      this.place(id)
      out[id] = predicate(this.bound) ? 1 : 0
    }
    return out
  }
  /** The properties `eventually` of the spec, bound to this graph's states: use with `where`. */
  get eventually() {
    return this.bound.eventually ?? []
  }

  private checked(id: number): number {
    if (Number.isInteger(id) && id >= 0 && id < this.states) return id
    throw new RangeError(`graph of ${this.spec.name}: expected a state in 0..${this.states - 1}, got ${id}`)
  }
  private place(id: number): void {
    const { arena, words } = this.table
    const from = this.checked(id) * words
    for (let i = 0; i < words; i++) this.storage.words[i] = arena[from + i] as number
  }
}
