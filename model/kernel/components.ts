// Strongly connected components of a region's fair edges, by Tarjan's algorithm without recursion: a path through a
// state graph is easily longer than the call stack is deep.

import type { FairRegion } from './region.ts'

export class Components {
  /** Number of the component of each state; -1 outside of the region. */
  private readonly component: Int32Array
  /** States grouped by component, and where each group starts. */
  private readonly grouped: Int32Array
  private readonly starts: number[] = [0]

  constructor(region: FairRegion) {
    this.component = new Int32Array(region.graph.states).fill(-1)
    this.grouped = new Int32Array(region.states.length)
    tarjan(region, (members) => {
      const start = this.starts.at(-1) as number
      this.grouped.set(members, start)
      for (const state of members) this.component[state] = this.count
      this.starts.push(start + members.length)
    })
  }

  get count(): number {
    return this.starts.length - 1
  }
  of(state: number): number {
    return this.component[state] as number
  }
  members(component: number): Int32Array {
    return this.grouped.subarray(this.starts[component], this.starts[component + 1])
  }
}

/** Calls `found` with the states of each component. */
function tarjan(region: FairRegion, found: (members: Int32Array) => void): void {
  const { firstEdge, edgeRule, edgeTarget, states } = region.graph
  const order = new Int32Array(states) // 0: not visited yet; then 1, 2, ... in order of visit
  const low = new Int32Array(states)
  const open = new Uint8Array(states) // on `stack`: its component is not known yet
  const stack = new Int32Array(region.states.length)
  const path = new Int32Array(region.states.length) // the depth-first path, and for each state its next edge
  const nextEdge = new Int32Array(states)
  let stacked = 0
  let visited = 0
  for (const root of region.states) {
    if (order[root] !== 0) continue
    let depth = 0
    const enter = (state: number) => {
      visited++
      order[state] = visited
      low[state] = visited
      open[state] = 1
      stack[stacked++] = state
      path[depth++] = state
      nextEdge[state] = firstEdge[state] as number
    }
    enter(root)
    while (depth > 0) {
      const state = path[depth - 1] as number
      const e = nextEdge[state] as number
      if (e < (firstEdge[state + 1] as number)) {
        nextEdge[state] = e + 1
        const target = edgeTarget[e] as number
        if (!region.isFair(edgeRule[e] as number) || !region.has(target)) continue
        if (order[target] === 0) enter(target)
        else if (open[target] === 1) low[state] = Math.min(low[state] as number, order[target] as number)
        continue
      }
      depth--
      if (depth > 0) {
        const parent = path[depth - 1] as number
        low[parent] = Math.min(low[parent] as number, low[state] as number)
      }
      if (low[state] !== order[state]) continue
      const end = stacked
      do open[stack[--stacked] as number] = 0
      while (stack[stacked] !== state)
      found(stack.subarray(stacked, end))
    }
  }
}
