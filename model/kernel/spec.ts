// How a protocol is written down: named guarded commands over the declared variables, and what must hold of them.
// `define` is a function of the state views, so the same rules run on packed words and on plain objects.
// Next: search.ts explores a spec, step.ts walks it one rule at a time, liveness.ts judges `eventually`.

import type { Schema, State } from './schema.ts'

/**
 * progress: the protocol's own steps. timer: a step that time alone brings about. Both are *fair*: one that stays
 * enabled is taken sooner or later. environment: may happen, need not. fault: may happen, and costs a budget.
 */
export type RuleKind = 'progress' | 'timer' | 'environment' | 'fault'

export interface Rule {
  /** A step of the protocol with its parameters, such as `receive(0)`. Unique in its spec. */
  readonly name: string
  readonly kind: RuleKind
  /** Whether the rule is enabled. Must not change the state. */
  readonly when: () => boolean
  /** Changes the state. May call `report` for a property that this very step breaks. */
  readonly then: () => void
  /**
   * Where this holds and the rule is enabled, a reduced search takes the rule alone: whatever else is enabled there leads
   * to the same, taken after it. A claim, which independence.ts checks at every state of a graph.
   */
  readonly safe: (() => boolean) | null
}

/** From every reachable state where `from` holds, every weakly fair run of fair rules reaches `goal`. */
export interface Eventually {
  readonly name: string
  readonly from: () => boolean
  readonly goal: () => boolean
}

/** What `define` returns. Every function reads or writes the state views that `define` was given. */
export interface Definition {
  /** Setters of the initial states, at least one. All variables are zero before each. */
  readonly initial: readonly (() => void)[]
  readonly rules: readonly Rule[]
  /** Must hold in every reachable state. */
  readonly always: Readonly<Record<string, () => boolean>>
  /** Must be reached at least once: the guard against a property that holds because nothing happens. */
  readonly sometimes?: Readonly<Record<string, () => boolean>>
  readonly eventually?: readonly Eventually[]
  /** A class of the state in 0..65535, such as the set of fault classes used so far. Default: 0 for every state. */
  readonly classify?: () => number
}

/** Called inside a rule's `then`: this step violates the property, whatever state it leads to. */
export type Report = (property: string) => void

export interface Spec<V extends Schema = Schema> {
  readonly name: string
  readonly variables: V
  // A method, so that a Spec of any schema can be passed where the schema does not matter.
  define(state: State<V>, report: Report): Definition
}

/** Declares a spec; the types of the views come from `variables`. */
export const defineSpec = <const V extends Schema>(spec: Spec<V>): Spec<V> => spec

export const rule = (
  name: string,
  kind: RuleKind,
  when: () => boolean,
  then: () => void,
  safe: (() => boolean) | null = null,
): Rule => ({
  name,
  kind,
  when,
  then,
  safe,
})

export const isFair = (kind: RuleKind): boolean => kind === 'progress' || kind === 'timer'

/** A spec bound to one storage's views, checked at the door. */
export interface Bound extends Definition {
  readonly alwaysNames: readonly string[]
  readonly sometimesNames: readonly string[]
  /** Properties reported since this was last emptied, in order. */
  readonly reported: string[]
}

/** @throws Error naming the spec, where it has no initial state, no rule, or a name twice. */
export function bind<V extends Schema>(spec: Spec<V>, state: State<V>): Bound {
  const reported: string[] = []
  const definition = spec.define(state, (property) => {
    reported.push(property)
  })
  const fail = (problem: string): never => {
    throw new Error(`spec ${spec.name}: ${problem}`)
  }
  if (definition.initial.length === 0) fail('expected at least one initial state, got none')
  if (definition.rules.length === 0) fail('expected at least one rule, got none')
  if (definition.rules.length > 0xffff) fail(`expected at most 65535 rules, got ${definition.rules.length}`)
  repeated(definition.rules.map(({ name }) => name)).forEach((name) => {
    fail(`expected rule names to be unique, got '${name}' twice; put its parameters into the name: ${name}(0)`)
  })
  repeated((definition.eventually ?? []).map(({ name }) => name)).forEach((name) => {
    fail(`expected names of 'eventually' to be unique, got '${name}' twice`)
  })
  return {
    ...definition,
    alwaysNames: Object.keys(definition.always),
    sometimesNames: Object.keys(definition.sometimes ?? {}),
    reported,
  }
}

/** The names that occur more than once. */
const repeated = (names: readonly string[]): string[] => names.filter((name, i) => names.indexOf(name) !== i)

/** Says which rule left a variable's range. Anything but a RangeError is passed on as it is. */
export function blame(spec: string, ruleName: string, error: unknown): unknown {
  if (!(error instanceof RangeError)) return error
  return new RangeError(`spec ${spec}, rule ${ruleName}: ${error.message}`, { cause: error })
}
