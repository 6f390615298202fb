// Whether the rules that a spec declares safe are safe: asked at every state of a whole graph, of every safe rule there
// beside every other rule that is enabled. What has to hold, so that a search may take a safe rule `a` alone:
//   same end    every other rule b is enabled after `a` too, and both orders end in the same state once all safe rules
//               have been taken; so a crash that wipes out what `a` did is allowed, and an order of safe rules does not matter
//   unseen      `a` reports nothing, keeps the class, and hides no violation: what the state breaks, the state after it
//               breaks too, and what b reports before `a`, it reports after it, filed under the same class
//   an end      no run of safe rules is endless, so nothing waits for ever
// By induction over the other rules of a run, each state of the graph then leads by safe rules to one that the reduced
// search has, violations included. What it has not: states in which something safe has been left lying.
// Sources followed: Lipton's movers, Godefroid's persistent sets. Read next: searchOptions.ts (`reduce`).

import type { Graph } from './graph.ts'
import { packed } from './packed.ts'
import type { Schema } from './schema.ts'
import { bind } from './spec.ts'

/** A safe rule that is not: after `trace`, it and `other` do not go together. */
export interface Dependence {
  readonly rule: string
  readonly other: string | null
  readonly why: string
  trace(): string[]
}

export interface Independence {
  /** Of each rule that was safe somewhere, in how many states. */
  readonly safe: Readonly<Record<string, number>>
  /** The first for each pair of rules. */
  readonly dependences: readonly Dependence[]
}

/** More safe rules in a row than this are taken for an endless run. */
const LONGEST = 1000

export function checkIndependence<V extends Schema>(graph: Graph<V>): Independence {
  const { spec } = graph
  if (graph.reduced)
    throw new Error(`independence of ${spec.name}: expected a whole graph, got one of a reduced search`)
  const { words, state } = packed(spec.variables)
  const bound = bind(spec, state)
  const { rules, reported } = bound
  const always = Object.entries(bound.always)
  const classOf = () => bound.classify?.() ?? 0
  const mayTakeAlone = rules.flatMap((rule, number) => (rule.safe === null ? [] : [{ rule, number, safe: rule.safe }]))
  /** Takes a rule; what it reports, with the class it is filed under. */
  const take = (number: number): readonly string[] => {
    rules[number]?.then()
    const said = reported.map((property) => `${property} ${classOf()}`)
    reported.length = 0
    return said
  }
  const nextSafe = () => mayTakeAlone.find(({ rule, safe }) => rule.when() && safe())
  /** All safe rules taken, one after the other; false where there is no end of it. */
  const settle = () => {
    for (let taken = 0; taken < LONGEST; taken++) {
      const next = nextSafe()
      if (next === undefined) return true
      take(next.number)
    }
    return false
  }
  const broken = () => always.filter(([, holds]) => !holds()).map(([name]) => name)

  const counts: Record<string, number> = {}
  const dependences = new Map<string, Dependence>()
  for (let id = 0; id < graph.states; id++) {
    const here = graph.words(id)
    const goTo = (at: Int32Array) => words.set(at)
    const found = (rule: string, other: string | null, why: string) => {
      const key = `${rule} ${other}`
      if (!dependences.has(key)) dependences.set(key, { rule, other, why, trace: () => graph.trace(id) })
    }
    goTo(here)
    const enabled = rules.flatMap((rule, number) => (rule.when() ? [number] : []))
    for (const { rule, number, safe } of mayTakeAlone) {
      goTo(here)
      if (!(rule.when() && safe())) continue
      counts[rule.name] = (counts[rule.name] ?? 0) + 1
      const [classBefore, brokenBefore] = [classOf(), broken()]
      if (take(number).length > 0) found(rule.name, null, 'it reports a violation')
      const after = words.slice()
      if (classOf() !== classBefore) found(rule.name, null, 'it changes the class')
      const brokenAfter = broken()
      if (brokenBefore.some((name) => !brokenAfter.includes(name))) found(rule.name, null, 'it hides a violation')
      if (!settle()) found(rule.name, null, 'safe rules follow without an end')
      for (const b of enabled) {
        if (b === number) continue
        const other = rules[b]?.name as string
        goTo(after)
        if (!rules[b]?.when()) {
          found(rule.name, other, 'it disables the other')
          continue
        }
        const saidAfter = take(b)
        settle()
        const last = words.slice()
        goTo(here)
        const said = take(b)
        settle()
        if (last.some((word, i) => word !== words[i])) found(rule.name, other, 'the two orders end in different states')
        if (said.some((each) => !saidAfter.includes(each))) found(rule.name, other, 'it hides what the other reports')
      }
    }
  }
  return { safe: counts, dependences: [...dependences.values()] }
}
