// Exact breadth-first search: every reachable state once, shortest counterexamples by construction, no lossy hashing.
// It can be run in slices (`run(until)`), so a caller can print progress or do other work in between; a slice ends
// between two states, and the generated loop (engine.ts) never looks at a clock.
// A limit ends a search as "not exhausted", which is never a verdict. Next: graph.ts for what `keepGraph` keeps.

import { diagnosed } from './diagnose.ts'
import { type Engine, engine } from './engine.ts'
import { EdgeList, Graph } from './graph.ts'
import { type PackedStorage, packed } from './packed.ts'
import type { Schema } from './schema.ts'
import type { SearchOptions, SearchResult } from './searchOptions.ts'
import { type Bound, bind, blame, type Spec } from './spec.ts'
import { MOST_STATES, StateTable } from './table.ts'
import { Violations } from './violations.ts'

/** Searches a spec to its end: exhaustion, the first violation (where `onViolation` is 'stop') or a limit. */
export function search<V extends Schema>(spec: Spec<V>, options: SearchOptions = {}): SearchResult {
  const running = new Search(spec, options)
  running.run()
  return running.result()
}

/** States expanded between two looks at the clock and the limits. */
const SLICE = 1024
/** Growing for at least this many states at once keeps a small table from slicing the search too thin. */
const LEAST_SLICE = 16

/** A search that can be paused. `search(spec)` is the short form. */
export class Search<V extends Schema = Schema> {
  readonly spec: Spec<V>
  private readonly options: SearchOptions
  private readonly storage: PackedStorage<V>
  private readonly bound: Bound
  private readonly table: StateTable
  private readonly engine: Engine
  private readonly fired: Float64Array
  private readonly found: Violations
  private readonly edges: EdgeList | undefined
  private readonly witnessed: { count: number; first: number }[]
  /** Number of the first state of each depth. */
  private readonly levels: number[] = [0]
  private next = 0
  private ended = false
  private limit: 'states' | 'depth' | 'time' | undefined
  private spentMs = 0
  private nextProgress: number

  constructor(spec: Spec<V>, options: SearchOptions = {}) {
    if (options.limits?.timeMs !== undefined && options.clock === undefined) {
      throw new Error(`search ${spec.name}: limits.timeMs needs a clock, such as { clock: () => performance.now() }`)
    }
    this.spec = spec
    this.options = options
    this.storage = packed(spec.variables)
    this.bound = bind(spec, this.storage.state)
    const names = this.bound.rules.map(({ name }) => name)
    this.table = new StateTable(this.storage.words.length, names.length)
    this.found = new Violations(this.table, names)
    this.fired = new Float64Array(names.length)
    this.witnessed = this.bound.sometimesNames.map(() => ({ count: 0, first: -1 }))
    this.edges = options.keepGraph ? new EdgeList(names.length) : undefined
    this.nextProgress = options.progressEvery ?? 200_000
    const classify = this.bound.classify ?? (() => 0)
    const onFirst = () => {
      if (options.onViolation !== 'collect') this.engine.halt()
    }
    // A state often breaks several properties at once: it is classified once.
    let classified = -1
    let classId = 0
    const host = {
      violated: (property: number, id: number) => {
        if (id !== classified) classId = classify()
        classified = id
        if (this.found.ofState(this.bound.alwaysNames[property] as string, classId, id)) onFirst()
      },
      witnessed: (witness: number, id: number) => {
        const entry = this.witnessed[witness] as { count: number; first: number }
        if (entry.count++ === 0) entry.first = id
      },
      reported: (from: number, rule: number) => {
        const after = classify()
        for (const name of this.bound.reported) if (this.found.ofStep(name, after, from, rule)) onFirst()
        this.bound.reported.length = 0
      },
      edge: (rule: number, target: number) => this.edges?.add(rule, target),
      expanding: (id: number) => this.edges?.open(id),
    }
    const { keepGraph = false, reduce = false } = options
    this.engine = engine(this.bound, this.storage.words, host, this.fired, { keepGraph, reduce })
    this.insertRoots()
  }

  /** The generated loop, for reading. */
  get source(): string {
    return this.engine.source
  }
  get done(): boolean {
    return this.ended
  }

  /** Goes on until the search ends or the clock reads `until`; without it, to the end. True where it has ended. */
  run(until = Number.POSITIVE_INFINITY): boolean {
    const clock = this.options.clock
    if (clock === undefined && until !== Number.POSITIVE_INFINITY) {
      throw new Error(`search ${this.spec.name}: run(until) needs a clock, such as { clock: () => performance.now() }`)
    }
    const start = clock?.() ?? 0
    const spentBefore = this.spentMs
    while (!this.ended) {
      this.slice()
      if (clock !== undefined) {
        const now = clock()
        this.spentMs = spentBefore + now - start
        const isLate = this.spentMs >= (this.options.limits?.timeMs ?? Number.POSITIVE_INFINITY)
        if (!this.ended && isLate && this.next < this.table.count) this.end('time')
        if (now >= until) break
      }
    }
    return this.ended
  }

  /** What has been found so far; final once `done`. */
  result(): SearchResult {
    const { bound, table } = this
    const depthOf = (id: number) => (id < 0 ? -1 : table.path(id).rules.length)
    return {
      states: table.count,
      transitions: this.transitions,
      depth: this.depth,
      seconds: this.spentMs / 1000,
      exhausted: this.ended && this.next === table.count && !this.halted,
      ...(this.limit === undefined ? {} : { limit: this.limit }),
      violations: [...this.found.list],
      witnesses: Object.fromEntries(
        this.witnessed.map(({ count, first }, i) => [
          bound.sometimesNames[i] as string,
          { count, firstStep: depthOf(first) },
        ]),
      ),
      ruleCounts: Object.fromEntries(bound.rules.map(({ name }, i) => [name, this.fired[i] as number])),
      bytesPerState: table.bytesPerState,
    }
  }

  /** The graph of an exhausted search. @throws Error where it was not kept or is not complete. */
  graph(): Graph<V> {
    if (this.edges === undefined) throw new Error(`search ${this.spec.name}: expected the option keepGraph: true`)
    if (!this.result().exhausted) {
      throw new Error(
        `search ${this.spec.name}: expected an exhausted search, got ${this.table.count} states and ${this.limit ?? 'a stop'}; raise the limit, or use onViolation: 'collect'`,
      )
    }
    this.edges.open(this.table.count)
    return new Graph(this.spec, this.storage, this.bound, this.table, this.edges, this.options.reduce ?? false)
  }

  private get transitions(): number {
    return this.fired.reduce((sum, count) => sum + count, 0)
  }
  /** Depth of the newest state. */
  private get depth(): number {
    const newest = this.levels.at(-1) as number
    return this.levels.length - (newest === this.table.count ? 2 : 1)
  }
  private get halted(): boolean {
    return this.options.onViolation !== 'collect' && this.found.list.length > 0
  }

  private insertRoots(): void {
    this.table.grow(this.bound.initial.length)
    this.engine.attach(this.table)
    for (const [root, set] of this.bound.initial.entries()) {
      this.storage.clear()
      try {
        set()
      } catch (error) {
        throw blame(this.spec.name, `initial state ${root}`, error)
      }
      this.engine.insert(-1 - root, 0)
      this.bound.reported.length = 0
    }
    this.levels.push(this.table.count)
    if (this.halted) this.ended = true
  }

  /** Expands some states of one depth, then looks at the limits. */
  private slice(): void {
    const { table } = this
    if (this.next === table.count) this.end()
    else if (this.depthOfNext() >= (this.options.limits?.depth ?? Number.POSITIVE_INFINITY)) this.end('depth')
    else if (!this.makeRoom()) this.end('states')
    else {
      const levelEnd = this.levels.at(-1) as number
      const end = Math.min(levelEnd, this.next + Math.min(SLICE, Math.floor(table.room / this.bound.rules.length)))
      const from = this.next
      try {
        this.next = this.engine.expand(from, end)
      } catch (error) {
        throw diagnosed(this.spec.name, this.storage, this.bound, table, from, end, error)
      }
      if (this.halted) this.end()
      else if (table.count > (this.options.limits?.states ?? Number.POSITIVE_INFINITY) && this.next < table.count) {
        this.end('states')
      }
      if (table.count >= this.nextProgress) this.progress()
    }
  }

  /** Depth of the state that is expanded next; opens a level where the last one is done. */
  private depthOfNext(): number {
    if (this.next === this.levels.at(-1)) this.levels.push(this.table.count)
    return this.levels.length - 2
  }

  /** Room for the successors of at least a few states. False where the table has reached its largest size. */
  private makeRoom(): boolean {
    const more = this.bound.rules.length * LEAST_SLICE
    if (this.table.room >= more) return true
    if (this.table.count + more > MOST_STATES) return false
    this.table.grow(more)
    this.engine.attach(this.table)
    return true
  }

  private end(limit?: 'states' | 'depth' | 'time'): void {
    this.ended = true
    this.limit = limit
  }

  private progress(): void {
    this.nextProgress = this.table.count + (this.options.progressEvery ?? 200_000)
    this.options.onProgress?.({
      states: this.table.count,
      transitions: this.transitions,
      depth: this.depth,
      frontier: this.table.count - this.next,
      statesPerSecond: this.spentMs === 0 ? 0 : (this.table.count / this.spentMs) * 1000,
    })
  }
}
