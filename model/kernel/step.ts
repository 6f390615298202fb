// Stepping a spec by hand, in two ways. `machine` is pure: plain frozen states in and out, on the range-checked
// storage; for tests, examples and anything that prints. `Walker` is mutable and fast (packed storage, no allocation
// on the way): it runs beside a real pipeline and is asked before and after every event.

import { type PackedStorage, packed } from './packed.ts'
import { plain } from './plain.ts'
import type { Schema, Snapshot } from './schema.ts'
import { dump, load } from './snapshot.ts'
import { type Bound, bind, blame, type RuleKind, type Spec } from './spec.ts'

export interface Machine<V extends Schema = Schema> {
  readonly initial: readonly Snapshot<V>[]
  readonly actions: readonly string[]
  /** Names of the enabled rules, in the order of the spec. */
  enabled(state: Snapshot<V>): string[]
  /** @throws Error where the action is unknown or not enabled; RangeError where it leaves a variable's range. */
  step(state: Snapshot<V>, action: string): Snapshot<V>
  /** Properties that this very step breaks (`report`). */
  reported(state: Snapshot<V>, action: string): string[]
  /** Always-properties that do not hold in a state. */
  violated(state: Snapshot<V>): string[]
}

/** The spec as a pure step function. */
export function machine<V extends Schema>(spec: Spec<V>): Machine<V> {
  const walker = new Walker(spec, 'plain')
  const take = (state: Snapshot<V>, action: string) => {
    walker.load(state)
    const number = walker.ruleNumber(action)
    if (!walker.isEnabled(number)) {
      const enabled = walker.enabled().map((rule) => walker.ruleNames[rule])
      throw new Error(`spec ${spec.name}: expected an enabled action (${enabled.join(', ') || 'none'}), got ${action}`)
    }
    return walker.take(number)
  }
  return {
    initial: Array.from({ length: walker.roots }, (_, root) => {
      walker.reset(root)
      return walker.dump()
    }),
    actions: walker.ruleNames,
    enabled: (state) => {
      walker.load(state)
      return walker.enabled().map((rule) => walker.ruleNames[rule] as string)
    },
    step: (state, action) => {
      take(state, action)
      return walker.dump()
    },
    reported: (state, action) => [...take(state, action)],
    violated: (state) => {
      walker.load(state)
      return walker.check()
    },
  }
}

const NOTHING: readonly string[] = Object.freeze([])

/** One state that is changed in place. Not for sharing: every run needs its own. */
export class Walker<V extends Schema = Schema> {
  readonly spec: Spec<V>
  readonly ruleNames: readonly string[]
  readonly ruleKinds: readonly RuleKind[]
  /** How many initial states there are. */
  readonly roots: number
  private readonly storage: ReturnType<typeof plain<V>> | PackedStorage<V>
  private readonly bound: Bound
  private readonly numbers: ReadonlyMap<string, number>

  /** Starts in initial state 0. 'packed' is fast; 'plain' checks reads too and has no limit on the size of a state. */
  constructor(spec: Spec<V>, storage: 'packed' | 'plain' = 'packed') {
    this.spec = spec
    this.storage = storage === 'packed' ? packed(spec.variables) : plain(spec.variables)
    this.bound = bind(spec, this.storage.state)
    this.ruleNames = this.bound.rules.map(({ name }) => name)
    this.ruleKinds = this.bound.rules.map(({ kind }) => kind)
    this.roots = this.bound.initial.length
    this.numbers = new Map(this.ruleNames.map((name, i) => [name, i]))
    this.reset()
  }

  /** The views, for reading: `walker.state.offset.at(0)`. */
  get state() {
    return this.storage.state
  }

  /** Goes to an initial state. */
  reset(root = 0): void {
    const set = this.bound.initial[root]
    if (set === undefined) {
      throw new RangeError(`spec ${this.spec.name}: expected an initial state in 0..${this.roots - 1}, got ${root}`)
    }
    this.storage.clear()
    set()
    this.bound.reported.length = 0
  }

  /** Goes to a given state. @throws RangeError naming the variable that does not fit. */
  load(snapshot: Snapshot<V>): void {
    this.storage.clear()
    load(this.spec.variables, this.storage.state, snapshot)
  }
  dump(): Snapshot<V> {
    return dump(this.spec.variables, this.storage.state)
  }

  /** Numbers of the enabled rules, ascending. Pass an array to fill it instead of making one. */
  enabled(into: number[] = []): number[] {
    const { rules } = this.bound
    into.length = 0
    for (let rule = 0; rule < rules.length; rule++) if (rules[rule]?.when()) into.push(rule)
    return into
  }
  isEnabled(rule: number): boolean {
    return this.ruleAt(rule).when()
  }

  /**
   * Takes a rule, which must be enabled (not checked: ask `isEnabled`). Returns the properties this step broke.
   * @throws RangeError naming rule and variable, where the rule leaves a range.
   */
  take(rule: number): readonly string[] {
    const { then, name } = this.ruleAt(rule)
    const { reported } = this.bound
    try {
      then()
    } catch (error) {
      throw blame(this.spec.name, name, error)
    }
    return reported.length === 0 ? NOTHING : reported.splice(0)
  }

  /** Names of the always-properties that do not hold here. */
  check(): string[] {
    return this.bound.alwaysNames.filter((name) => !this.bound.always[name]?.())
  }
  /** Names of the `sometimes` that hold here. */
  witnessed(): string[] {
    return this.bound.sometimesNames.filter((name) => this.bound.sometimes?.[name]?.())
  }
  classOf(): number {
    return this.bound.classify?.() ?? 0
  }
  /** The number of a rule by name. @throws Error where there is none. */
  ruleNumber(name: string): number {
    const number = this.numbers.get(name)
    if (number !== undefined) return number
    throw new Error(`spec ${this.spec.name}: expected the name of a rule, got '${name}'; see ruleNames`)
  }

  private ruleAt(rule: number) {
    const found = this.bound.rules[rule]
    if (found !== undefined) return found
    throw new RangeError(`spec ${this.spec.name}: expected a rule in 0..${this.ruleNames.length - 1}, got ${rule}`)
  }
}
