// The part of a state graph that matters to one `eventually`: the states without the goal that fair rules alone can
// reach from a `from` state, and the shortest way to each: from an initial state to a `from` state by any rules, then
// on by fair ones. Rule numbers everywhere; liveness.ts turns them into names.

import type { Graph } from './graph.ts'
import { isFair } from './spec.ts'

const OUTSIDE = -1

export class FairRegion {
  readonly graph: Graph
  readonly fairRules: readonly number[]
  /** The states of the region, by rising distance. */
  readonly states: Int32Array
  private readonly fair: Uint8Array
  /** Steps of the shortest way to a state; OUTSIDE for states that are not in the region. */
  private readonly distances: Int32Array
  /** The edge of the region a state was reached by, and its source; -1 where the way to it begins in a `from` state. */
  private readonly enteredBy: Int32Array
  private readonly enteredFrom: Int32Array

  constructor(graph: Graph, from: Uint8Array, goal: Uint8Array) {
    this.graph = graph
    this.fair = Uint8Array.from(graph.ruleKinds, (kind) => (isFair(kind) ? 1 : 0))
    this.fairRules = graph.ruleKinds.flatMap((kind, rule) => (isFair(kind) ? [rule] : []))
    this.distances = new Int32Array(graph.states).fill(OUTSIDE)
    this.enteredBy = new Int32Array(graph.states).fill(-1)
    this.enteredFrom = new Int32Array(graph.states).fill(-1)
    this.states = this.explore(from, goal)
  }

  isFair(rule: number): boolean {
    return this.fair[rule] === 1
  }
  has(state: number): boolean {
    return this.distances[state] !== OUTSIDE
  }
  distance(state: number): number {
    return this.distances[state] as number
  }
  /** No fair rule is enabled. */
  isStuck(state: number): boolean {
    const { firstEdge, edgeRule } = this.graph
    for (let e = firstEdge[state] as number; e < (firstEdge[state + 1] as number); e++) {
      if (this.isFair(edgeRule[e] as number)) return false
    }
    return true
  }
  /** The shortest way from an initial state. */
  stem(state: number): { root: number; rules: number[] } {
    const fairPart: number[] = []
    let at = state
    while (this.enteredFrom[at] !== -1) {
      fairPart.push(this.graph.edgeRule[this.enteredBy[at] as number] as number)
      at = this.enteredFrom[at] as number
    }
    const { root, rules } = this.graph.shortestPath(at)
    return { root, rules: [...rules, ...fairPart.reverse()] }
  }

  /** Breadth-first from all `from` states at once, each entering at its own depth, which no way can be shorter than. */
  private explore(from: Uint8Array, goal: Uint8Array): Int32Array {
    const { states } = this.graph
    const depths = this.graph.depths()
    const isStart = (state: number) => from[state] === 1 && goal[state] === 0
    for (let state = 0; state < states; state++) if (isStart(state)) this.distances[state] = depths[state] as number
    const order = new Int32Array(states)
    const queue = new Int32Array(states)
    let done = 0
    let head = 0
    let tail = 0
    let start = 0 // the next `from` state to enter: numbers rise with depth
    for (;;) {
      while (start < states && !isStart(start)) start++
      const enters = start < states && (head === tail || this.distance(start) <= this.distance(queue[head] as number))
      if (!enters && head === tail) return order.slice(0, done)
      const state = enters ? start++ : (queue[head++] as number)
      order[done++] = state
      tail = this.expand(state, goal, queue, tail)
    }
  }

  private expand(state: number, goal: Uint8Array, queue: Int32Array, end: number): number {
    const { firstEdge, edgeRule, edgeTarget } = this.graph
    let tail = end
    for (let e = firstEdge[state] as number; e < (firstEdge[state + 1] as number); e++) {
      const target = edgeTarget[e] as number
      if (!this.isFair(edgeRule[e] as number) || goal[target] === 1 || this.has(target)) continue
      this.distances[target] = this.distance(state) + 1
      this.enteredBy[target] = e
      this.enteredFrom[target] = state
      queue[tail++] = target
    }
    return tail
  }
}
