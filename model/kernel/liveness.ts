// `eventually`: from every state where `from` holds, every weakly fair run of fair rules reaches `goal`.
// A run that never does so either gets stuck, or ends up going round inside one strongly connected component of the
// fair edges between states that are not goals. It is fair there if every fair rule is disabled in some state of the
// component or taken inside it. Faults and environment are not taken in such a run (they have stopped), only on the
// way to it: so no fault is accused of happening for ever. Next: components.ts (Tarjan), lasso.ts (a run to show).

import { Components } from './components.ts'
import type { Graph } from './graph.ts'
import { cycleIn } from './lasso.ts'
import { FairRegion } from './region.ts'
import type { Eventually } from './spec.ts'

/** A run that never reaches the goal: first `stem`, then `cycle` for ever. */
export interface Lasso {
  readonly property: string
  /** 'stuck': no fair rule is enabled, the cycle is empty. 'cycle': a fair run goes round for ever. */
  readonly kind: 'stuck' | 'cycle'
  readonly classId: number
  readonly root: number
  /** Rule names from the initial state, through a state where `from` holds. Shortest for the state it leads to. */
  readonly stem: readonly string[]
  readonly cycle: readonly string[]
  /** The state the stem leads to, which the cycle returns to: a number in the graph. */
  readonly state: number
}
export interface LivenessResult {
  readonly property: string
  readonly holds: boolean
  /** States where `from` holds. 0 means that the property says nothing. */
  readonly fromStates: number
  /** One lasso for every class of state and kind: the one with the shortest stem found. */
  readonly lassos: readonly Lasso[]
}

/** Checks every `eventually` of the graph's spec. @throws Error where runs were left out: fairness asks for all of them. */
export function checkEventually(graph: Graph): LivenessResult[] {
  if (graph.reduced)
    throw new Error(`liveness of ${graph.spec.name}: expected a whole graph, got one of a reduced search`)
  return graph.eventually.map((property) => checkOne(graph, property))
}

function checkOne(graph: Graph, property: Eventually): LivenessResult {
  const from = graph.where(property.from)
  const region = new FairRegion(graph, from, graph.where(property.goal))
  const found = new Map<string, { kind: 'stuck' | 'cycle'; classId: number; state: number; component: number }>()
  const keep = (kind: 'stuck' | 'cycle', state: number, component: number) => {
    const classId = graph.classOf(state)
    const best = found.get(`${kind} ${classId}`)
    if (best !== undefined && region.distance(best.state) <= region.distance(state)) return
    found.set(`${kind} ${classId}`, { kind, classId, state, component })
  }
  const components = new Components(region)
  const fairness = new Fairness(region, components)
  for (const state of region.states) {
    if (region.isStuck(state)) keep('stuck', state, -1)
    else if (fairness.allowsStaying(components.of(state))) keep('cycle', state, components.of(state))
  }
  const lassos = [...found.values()]
    .sort((a, b) => region.distance(a.state) - region.distance(b.state))
    .map(({ kind, classId, state, component }) => {
      const { root, rules } = region.stem(state)
      const cycle = kind === 'stuck' ? [] : cycleIn(region, components, component, state)
      const names = (numbers: readonly number[]) => numbers.map((rule) => graph.ruleNames[rule] as string)
      return { property: property.name, kind, classId, root, stem: names(rules), cycle: names(cycle), state }
    })
  const fromStates = from.reduce((sum, holds) => sum + holds, 0)
  return { property: property.name, holds: lassos.length === 0, fromStates, lassos }
}

/** For every component: whether a weakly fair run can stay in it. Not to be asked of a state that is stuck. */
class Fairness {
  private readonly staying: Uint8Array

  constructor(region: FairRegion, components: Components) {
    this.staying = new Uint8Array(components.count)
    const { fairRules, graph } = region
    const enabledIn = new Int32Array(graph.ruleNames.length) // states of the component where a rule is enabled
    const taken = new Uint8Array(graph.ruleNames.length)
    for (let component = 0; component < components.count; component++) {
      const members = components.members(component)
      enabledIn.fill(0)
      taken.fill(0)
      for (const state of members) {
        for (let e = graph.firstEdge[state] as number; e < (graph.firstEdge[state + 1] as number); e++) {
          const rule = graph.edgeRule[e] as number
          enabledIn[rule] = (enabledIn[rule] as number) + 1
          if (components.of(graph.edgeTarget[e] as number) === component) taken[rule] = 1
        }
      }
      // A single state without an edge to itself fails here by itself: what is enabled there leads away.
      const isFair = fairRules.every((rule) => taken[rule] === 1 || (enabledIn[rule] as number) < members.length)
      this.staying[component] = isFair ? 1 : 0
    }
  }
  allowsStaying(component: number): boolean {
    return this.staying[component] === 1
  }
}
