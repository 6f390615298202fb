// Every transition of the model's graph, executed on the real pipeline: tours start at an initial state and walk towards
// edges not executed yet, until none is left. Of each new edge the state before, the action and the state after are
// checked on the real side, and in each state the enabled sets. 100 % or it says what is missing.
// Read next: tours.test.ts; lockstep.ts does the same along random runs.
import type { Graph } from '../../model/kernel/index.ts'
import { Search } from '../../model/kernel/index.ts'
import type { Bounds } from '../../model/pipeline/bounds.ts'
import type { BugName } from '../../model/pipeline/bugs.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { Comparison, LockstepError, shapeOf } from './compare.ts'
import type { Planted } from './planted.ts'
import { type Readout, readout, type Shape } from './readout.ts'
import type { WorldStore } from './store.ts'
import { readRows } from './table.ts'
import { World } from './world.ts'

export interface TourResult {
  readonly states: number
  /** Edges of the model's graph, and how many of them were executed on the real pipeline. */
  readonly transitions: number
  readonly executed: number
  readonly tours: number
  /** Steps performed in all: an edge on the way to a new one is performed again. */
  readonly steps: number
}

export interface TourOptions {
  readonly design: string
  readonly bounds: Bounds
  readonly store: WorldStore
  /** Tours to run, spread evenly over all that there are; default all. A sample executes less than 100 %. */
  readonly every?: number
  readonly onProgress?: (executed: number, transitions: number) => void
  /** In the place of right parts of the real pipeline. */
  readonly planted?: Planted
}

export async function tourEveryTransition(options: TourOptions): Promise<TourResult> {
  return tourGraph(tourable(options.design, options.bounds), options)
}

/** The model's whole graph, perhaps of a model with a bug. */
export function tourable(design: string, bounds: Bounds, bug: BugName | null = null): Graph {
  const search = new Search(pipelineSpec(designNamed(design), bounds, bug), { onViolation: 'collect', keepGraph: true })
  search.run()
  return search.graph() as unknown as Graph
}

/** One graph can be toured many times. */
export const tourGraph = (graph: Graph, options: TourOptions): Promise<TourResult> => new Tours(graph, options).run()

class Tours {
  private readonly graph: Graph
  private readonly options: TourOptions
  private readonly shape: Shape
  private readonly comparison: Comparison
  private readonly executed: Uint8Array
  private readonly stateChecked: Uint8Array
  /** Edges not executed yet that can be reached from a state, capped; 0 means there is nothing left below it. */
  private readonly exhausted: Uint8Array
  private count = 0
  private steps = 0
  private stepOf: readonly number[] = []

  constructor(graph: Graph, options: TourOptions) {
    this.graph = graph
    this.options = options
    this.shape = shapeOf(options)
    this.comparison = new Comparison(options)
    this.executed = new Uint8Array(graph.transitions)
    this.stateChecked = new Uint8Array(graph.states)
    this.exhausted = new Uint8Array(graph.states)
  }

  async run(): Promise<TourResult> {
    let tours = 0
    const every = this.options.every ?? 1
    for (let root = 0; root < this.roots(); root++) {
      while (this.exhausted[root] === 0) {
        const real = tours % every === 0
        await this.tour(root, real)
        tours++
        if (tours % 512 === 0) this.options.onProgress?.(this.count, this.graph.transitions)
      }
    }
    const { states, transitions } = this.graph
    return { states, transitions, executed: this.count, tours: Math.ceil(tours / every), steps: this.steps }
  }

  private roots(): number {
    let roots = 0
    while (roots < this.graph.states && this.graph.parent(roots) < 0) roots++
    return roots
  }

  /** One run from an initial state, always towards an edge that is not executed yet. */
  private async tour(root: number, real: boolean): Promise<void> {
    const { graph, options } = this
    const world = real
      ? new World({ ...options, store: options.store.kind, hashOrder: root }, options.store, undefined, options.planted)
      : undefined
    if (world !== undefined) {
      await world.start()
      this.stepOf = graph.ruleNames.map((name) => world.steps.findIndex((step) => step.name === name))
      await this.check(world, root)
    }
    const path: number[] = []
    const sinceNew = new Set<number>()
    let route: number[] = []
    let state = root
    for (;;) {
      // Where a task can fail the graph has cycles: whoever comes by again asks for the way.
      if (route.length === 0 && sinceNew.has(state)) route = this.route(state)
      const edge = route.shift() ?? this.choose(state)
      if (edge < 0) break
      sinceNew.add(state)
      const target = graph.edgeTarget[edge] as number
      if (world !== undefined) {
        const step = world.steps[this.stepOf[graph.edgeRule[edge] as number] as number]
        if (step === undefined)
          throw new LockstepError(`the real pipeline has no ${graph.ruleNames[graph.edgeRule[edge] as number]}`)
        if (!step.enabled())
          throw new LockstepError(
            `after ${world.log.length} steps ${step.name} is enabled in the model only\n  log: ${world.log.join(' ')}`,
            world.log.length,
          )
        const moving = world.perform(step)
        if (moving !== undefined) await moving
        this.steps++
      }
      if (this.executed[edge] === 0) {
        this.executed[edge] = 1
        sinceNew.clear()
        if (world !== undefined) {
          this.count++
          await this.check(world, target)
        }
      }
      path.push(state)
      state = target
    }
    this.close(state)
    for (let at = path.length - 1; at >= 0; at--) this.close(path[at] as number)
  }

  /** An edge not executed yet, else one that leads towards such an edge, else -1. */
  private choose(state: number): number {
    const { firstEdge, edgeTarget } = this.graph
    let towards = -1
    for (let edge = firstEdge[state] as number; edge < (firstEdge[state + 1] as number); edge++) {
      if (this.executed[edge] === 0) return edge
      if (this.exhausted[edgeTarget[edge] as number] === 0) towards = edge
    }
    return towards
  }

  /** The edges to the nearest one not executed yet; where there is none, all that was looked at is exhausted. */
  private route(from: number): number[] {
    const { firstEdge, edgeTarget } = this.graph
    const cameBy = new Map<number, { readonly before: number; readonly edge: number } | null>([[from, null]])
    for (const state of cameBy.keys())
      for (let edge = firstEdge[state] as number; edge < (firstEdge[state + 1] as number); edge++) {
        const target = edgeTarget[edge] as number
        if (this.executed[edge] === 0) return [...backwards(cameBy, state), edge]
        if (!cameBy.has(target)) cameBy.set(target, { before: state, edge })
      }
    for (const state of cameBy.keys()) this.exhausted[state] = 1
    return []
  }

  private close(state: number): void {
    if (this.choose(state) < 0) this.exhausted[state] = 1
  }

  private async check(world: World, state: number): Promise<void> {
    const read = readRows(world)
    const rows = read instanceof Promise ? await read : read
    const real = readout(world, this.shape, rows)
    this.comparison.check(this.graph.view(state), real, () => this.graph.dump(state) as unknown as Readout, world.log)
    if (this.stateChecked[state] === 1) return
    this.stateChecked[state] = 1
    this.checkEnabled(world, state)
  }

  private checkEnabled(world: World, state: number): void {
    const { firstEdge, edgeRule, ruleNames } = this.graph
    const model = new Set<string>()
    for (let edge = firstEdge[state] as number; edge < (firstEdge[state + 1] as number); edge++)
      model.add(ruleNames[edgeRule[edge] as number] as string)
    for (const step of world.steps) {
      if (step.enabled() === model.has(step.name)) continue
      const side = model.has(step.name) ? 'model' : 'real pipeline'
      throw new LockstepError(
        `after ${world.log.length} steps ${step.name} is enabled in the ${side} only\n  log: ${world.log.join(' ')}`,
        world.log.length,
      )
    }
  }
}

type CameBy = ReadonlyMap<number, { readonly before: number; readonly edge: number } | null>

function backwards(cameBy: CameBy, to: number): number[] {
  const edges: number[] = []
  for (let at = cameBy.get(to); at; at = cameBy.get(at.before)) edges.unshift(at.edge)
  return edges
}
