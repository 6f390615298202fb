// What a search found wrong: for every property and class of state the first violation, which in a breadth-first
// search is a shortest one. Traces are not stored; a trace is read from the parents when somebody asks.

import type { StateTable } from './table.ts'

export interface Violation {
  readonly property: string
  /** The class of the violating state; for a property a step broke, of the state after the step. */
  readonly classId: number
  /** Length of the trace. */
  readonly steps: number
  /** Number of the initial state the trace starts from. */
  readonly root: number
  /** Names of the rules from that initial state to the violation. */
  trace(): string[]
}

/** Classes are in 0..65535, so that property and class make one number. */
const CLASSES = 0x10000

export class Violations {
  readonly list: Violation[] = []
  private readonly seen = new Set<number>()
  private readonly numbers = new Map<string, number>()
  private readonly table: StateTable
  private readonly ruleNames: readonly string[]

  constructor(table: StateTable, ruleNames: readonly string[]) {
    this.table = table
    this.ruleNames = ruleNames
  }

  /** Keeps the violation of a state. False where this property and class already have one. */
  ofState(property: string, classId: number, id: number): boolean {
    if (!this.isFirst(property, classId)) return false
    const { root, rules } = this.table.path(id)
    const trace = () => this.table.path(id).rules.map((rule) => this.ruleNames[rule] as string)
    this.list.push({ property, classId, steps: rules.length, root, trace })
    return true
  }

  /** Keeps the violation of a step: rule `rule` taken in state `from`. */
  ofStep(property: string, classId: number, from: number, rule: number): boolean {
    if (!this.isFirst(property, classId)) return false
    const { root, rules } = this.table.path(from)
    const trace = () => [...this.table.path(from).rules, rule].map((number) => this.ruleNames[number] as string)
    this.list.push({ property, classId, steps: rules.length + 1, root, trace })
    return true
  }

  private isFirst(property: string, classId: number): boolean {
    if (!(Number.isInteger(classId) && classId >= 0 && classId < CLASSES)) {
      throw new RangeError(`classify: expected a whole number in 0..${CLASSES - 1}, got ${classId}`)
    }
    const number = this.numbers.get(property) ?? this.numbers.size
    this.numbers.set(property, number)
    const key = number * CLASSES + classId
    if (this.seen.has(key)) return false
    this.seen.add(key)
    return true
  }
}
