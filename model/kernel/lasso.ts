// A round trip to show: from a state of a component back to itself, on the way giving every fair rule its due, which is
// to be taken or to be seen disabled. Greedy, by the nearest edge or state that helps: short, not always the shortest.

import type { Components } from './components.ts'
import type { FairRegion } from './region.ts'

/** Rule numbers of the cycle. The component must allow a weakly fair run to stay (liveness.ts asks first). */
export function cycleIn(region: FairRegion, components: Components, component: number, start: number): number[] {
  const walk = new Walk(region, components, component, start)
  for (const rule of region.fairRules) {
    if (walk.isServed(rule)) continue
    walk.follow(
      walk.nearest(
        (state) => !walk.isEnabled(state, rule),
        (taken) => taken === rule,
      ),
    )
  }
  if (walk.rules.length === 0) walk.follow(walk.nearest(nothing, () => true)) // any step will do
  if (walk.at !== start) walk.follow(walk.nearest((state) => state === start, nothing))
  return walk.rules
}

const nothing = () => false

/** Edges of a way through the component. */
type Way = readonly number[]

class Walk {
  readonly rules: number[] = []
  at: number
  private readonly region: FairRegion
  private readonly components: Components
  private readonly component: number
  private readonly seen: number[]

  constructor(region: FairRegion, components: Components, component: number, start: number) {
    this.region = region
    this.components = components
    this.component = component
    this.at = start
    this.seen = [start]
  }

  isEnabled(state: number, rule: number): boolean {
    const { firstEdge, edgeRule } = this.region.graph
    for (let e = firstEdge[state] as number; e < (firstEdge[state + 1] as number); e++) {
      if (edgeRule[e] === rule) return true
    }
    return false
  }
  isServed(rule: number): boolean {
    return this.rules.includes(rule) || this.seen.some((state) => !this.isEnabled(state, rule))
  }
  follow(way: Way): void {
    const { edgeRule, edgeTarget } = this.region.graph
    for (const e of way) {
      this.rules.push(edgeRule[e] as number)
      this.at = edgeTarget[e] as number
      this.seen.push(this.at)
    }
  }

  /** The shortest way from here to a state that is wanted, or over a rule that is. */
  nearest(isStateWanted: (state: number) => boolean, isRuleWanted: (rule: number) => boolean): Way {
    const { firstEdge, edgeRule, edgeTarget } = this.region.graph
    const enteredBy = new Map<number, { edge: number; from: number } | undefined>([[this.at, undefined]])
    const queue = [this.at]
    const wayTo = (state: number, last: readonly number[]): Way => {
      const way = [...last]
      for (let step = enteredBy.get(state); step !== undefined; step = enteredBy.get(step.from)) way.push(step.edge)
      return way.reverse()
    }
    for (const state of queue) {
      for (let e = firstEdge[state] as number; e < (firstEdge[state + 1] as number); e++) {
        const rule = edgeRule[e] as number
        const target = edgeTarget[e] as number
        if (!this.region.isFair(rule) || this.components.of(target) !== this.component) continue
        if (isRuleWanted(rule)) return wayTo(state, [e])
        if (enteredBy.has(target)) continue
        enteredBy.set(target, { edge: e, from: state })
        if (isStateWanted(target)) return wayTo(target, [])
        queue.push(target)
      }
    }
    throw new Error(`lasso: expected a way inside component ${this.component} from state ${this.at}, found none`)
  }
}
