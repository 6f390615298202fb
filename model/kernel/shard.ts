// One thread's part of a breadth-first search divided among several. A state belongs to the thread that its hash names:
// only that one looks it up, keeps it and expands it; what a thread finds of another's it sends there, in a ring. Levels
// are exact: nobody expands a state of the next level before all have expanded theirs and read what was sent. So states,
// transitions, depth and the lengths of counterexamples are those of one thread; which of several equally short
// counterexamples is found may differ. Pure: workers are the caller's. Next: parallel.ts, which puts the parts together.

import { type Engine, engine } from './engine.ts'
import { hashOf } from './hash.ts'
import { type PackedStorage, packed } from './packed.ts'
import type { SearchOptions } from './searchOptions.ts'
import { Exchange, type SharedMemory } from './sharedMemory.ts'
import { type Bound, bind, blame, type Spec } from './spec.ts'
import { MOST_STATES, SLOT_BITS, StateTable } from './table.ts'

export type ShardOptions = Pick<SearchOptions, 'onViolation'> & {
  /** Looked at between two levels: a search ends with a whole one. */
  readonly limits?: { readonly states?: number; readonly depth?: number }
}

/** Of one property and class, the first that this thread met. */
export interface FoundByShard {
  readonly property: string
  readonly classId: number
  readonly steps: number
  /** The violating state; for a property that a step broke, the state before it. */
  readonly id: number
  /** The step that broke it; -1 where a state did. */
  readonly rule: number
}

/** What a thread hands back; it can be posted. */
export interface ShardResult {
  readonly states: number
  readonly depth: number
  readonly exhausted: boolean
  readonly limit?: 'states' | 'depth'
  readonly fired: Float64Array
  readonly found: readonly FoundByShard[]
  readonly witnessed: readonly { readonly count: number; readonly firstStep: number }[]
  /** Of each state: the parent's number times the threads plus its thread, or -1 minus the number of the root. */
  readonly parent: Int32Array
  readonly rule: Uint8Array | Uint16Array
  readonly tableBytes: number
}

const SLICE = 256

export class Shard {
  private readonly spec: Spec
  private readonly options: ShardOptions
  private readonly shard: number
  private readonly exchange: Exchange
  private readonly storage: PackedStorage
  private readonly bound: Bound
  private readonly table: StateTable
  private readonly engine: Engine
  private readonly fired: Float64Array
  private readonly found = new Map<string, FoundByShard>()
  private readonly witnessed: { count: number; firstStep: number }[]
  private phase: 'expanding' | 'reading' | 'closing' | 'done' = 'expanding'
  /** Levels closed by all. States that are found meanwhile are that many steps from an initial state. */
  private level = 0
  private next = 0
  private levelEnd = 0
  private depth = 0
  private exhausted = false
  private limit: 'states' | 'depth' | undefined

  /** `shard` is this thread's number, from 0. */
  constructor(spec: Spec, memory: SharedMemory, shard: number, options: ShardOptions = {}) {
    this.spec = spec
    this.options = options
    this.shard = shard
    this.exchange = new Exchange(memory, shard)
    this.storage = packed(spec.variables)
    this.bound = bind(spec, this.storage.state)
    const { rules, alwaysNames, sometimesNames, reported } = this.bound
    if (memory.ringEntries < rules.length)
      throw new RangeError(
        `ringEntries: expected at least ${rules.length}, one for each rule, got ${memory.ringEntries}`,
      )
    this.table = new StateTable(memory.words, rules.length)
    this.fired = new Float64Array(rules.length)
    this.witnessed = sometimesNames.map(() => ({ count: 0, firstStep: -1 }))
    const classify = this.bound.classify ?? (() => 0)
    const host = {
      violated: (property: number, id: number) => this.keep(alwaysNames[property] as string, classify(), id, -1),
      witnessed: (witness: number) => {
        const entry = this.witnessed[witness] as { count: number; firstStep: number }
        if (entry.count++ === 0) entry.firstStep = this.level
      },
      reported: (from: number, rule: number) => {
        const after = classify()
        for (const name of reported) this.keep(name, after, from, rule)
        reported.length = 0
      },
      edge: () => {},
      expanding: () => {},
    }
    const division = { shards: memory.shards, shard, outboxes: this.exchange.outboxes }
    this.engine = engine(this.bound, this.storage.words, host, this.fired, {
      keepGraph: false,
      reduce: false,
      division,
    })
    this.insertRoots(memory.shards)
  }

  /** To the end, sleeping while there is nothing to do. @throws Error where a rule threw, here or in another thread. */
  run(): ShardResult {
    try {
      for (;;) {
        const since = this.exchange.changes()
        const turn = this.turn()
        if (turn === 'done') return this.result()
        if (turn === 'waiting') this.exchange.wait(since)
      }
    } catch (error) {
      this.exchange.fail()
      throw error
    }
  }

  /** Does a little, and never waits: `waiting` says that the others have to do something first. */
  turn(): 'worked' | 'waiting' | 'done' {
    if (this.exchange.failed) throw new Error(`search ${this.spec.name}: another thread of it has failed`)
    const { phase } = this
    if (phase === 'done') return 'done'
    // A thread that sees this level closed by all may send what belongs to the next: not to be read before this one does.
    if (phase === 'closing') return this.closeLevel() ? 'worked' : 'waiting'
    // Looked at before reading: what those have sent is visible by then.
    const allSent = phase === 'reading' && this.exchange.allExpanded(this.level)
    const read = this.read()
    if (phase === 'expanding') return this.expandSome() || read > 0 ? 'worked' : 'waiting'
    if (!allSent) return read > 0 ? 'worked' : 'waiting'
    this.exchange.announceClosed(this.level, {
      newStates: this.table.count - this.levelEnd,
      states: this.table.count,
      stop: this.options.onViolation !== 'collect' && this.found.size > 0,
    })
    this.phase = 'closing'
    return 'worked'
  }

  result(): ShardResult {
    const { table } = this
    return {
      states: table.count,
      depth: this.depth,
      exhausted: this.exhausted,
      ...(this.limit === undefined ? {} : { limit: this.limit }),
      fired: this.fired,
      found: [...this.found.values()],
      witnessed: this.witnessed,
      parent: table.parent.slice(0, table.count),
      rule: table.rule.slice(0, table.count),
      tableBytes: table.bytesPerState * table.count,
    }
  }

  private insertRoots(shards: number): void {
    const { words } = this.storage
    this.table.grow(this.bound.initial.length)
    this.engine.attach(this.table)
    for (const [root, set] of this.bound.initial.entries()) {
      this.storage.clear()
      try {
        set()
      } catch (error) {
        throw blame(this.spec.name, `initial state ${root}`, error)
      }
      const owner = (hashOf(words, 0, words.length) >>> SLOT_BITS) & (shards - 1)
      if (owner === this.shard) this.engine.insert(-1 - root, 0)
      this.bound.reported.length = 0
    }
  }

  private read(): number {
    return this.exchange.take((ring, mask, first, count) => {
      this.makeRoom(count)
      this.engine.receive(ring, mask, first, count)
    })
  }

  /** False where the others must read first. */
  private expandSome(): boolean {
    if (this.next === this.levelEnd) {
      this.exchange.announceExpanded(this.level)
      this.phase = 'reading'
      return true
    }
    const rules = this.bound.rules.length
    const states = Math.min(SLICE, this.levelEnd - this.next, Math.floor(this.exchange.room() / rules))
    if (states < 1) return false
    this.makeRoom(states * rules)
    try {
      this.next = this.engine.expand(this.next, this.next + states)
    } catch (error) {
      throw blame(this.spec.name, 'unknown (search it on one thread for the rule and the steps to it)', error)
    }
    this.exchange.publish()
    return true
  }

  /** False while others have not closed the level. */
  private closeLevel(): boolean {
    const all = this.exchange.closing(this.level)
    if (all === null) return false
    const { states = Number.POSITIVE_INFINITY, depth = Number.POSITIVE_INFINITY } = this.options.limits ?? {}
    if (all.newStates > 0) this.depth = this.level
    this.exhausted = all.newStates === 0 && !all.stop
    if (all.newStates > 0 && !all.stop) {
      if (this.level >= depth) this.limit = 'depth'
      else if (all.states > states) this.limit = 'states'
    }
    this.level++
    this.levelEnd = this.table.count
    this.phase = all.newStates === 0 || all.stop || this.limit !== undefined ? 'done' : 'expanding'
    return true
  }

  /** @throws RangeError where this thread's table is full: such a search needs more threads, or one with a limit. */
  private makeRoom(more: number): void {
    if (this.table.room >= more) return
    if (this.table.count + more > MOST_STATES)
      throw new RangeError(`search ${this.spec.name}: expected at most ${MOST_STATES} states in one thread`)
    this.table.grow(more)
    this.engine.attach(this.table)
  }

  private keep(property: string, classId: number, id: number, rule: number): void {
    const key = `${classId} ${property}`
    if (!this.found.has(key)) this.found.set(key, { property, classId, steps: this.level, id, rule })
  }
}
