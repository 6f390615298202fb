// The kept graph against stepping by hand: every state and edge is one that the machine makes, and the other way round.

import { describe, expect, test } from 'vitest'
import { twoPhaseCommit } from '../yardsticks/twoPhaseCommit.ts'
import { Search } from './search.ts'
import { machine } from './step.ts'

const spec = twoPhaseCommit(4)
const graphOf = (keepGraph = true, limits = {}) => {
  const search = new Search(spec, { keepGraph, limits })
  search.run()
  return search.graph()
}

describe('a kept graph', () => {
  const graph = graphOf()

  test('has every state once and every enabled rule as an edge', () => {
    const { enabled, step } = machine(spec)
    const names = new Set<string>()
    let transitions = 0
    for (let id = 0; id < graph.states; id++) {
      const state = graph.dump(id)
      names.add(JSON.stringify(state))
      const edges = graph.edges(id)
      expect(edges.map(({ rule }) => graph.ruleNames[rule])).toEqual(enabled(state))
      for (const { rule, target } of edges) {
        expect(graph.dump(target)).toEqual(step(state, graph.ruleNames[rule] as string))
      }
      transitions += edges.length
    }
    expect([names.size, transitions]).toEqual([1568, 8257])
    expect([graph.states, graph.transitions]).toEqual([1568, 8257])
  })

  test('finds a state by its variables, and knows one that is not reachable', () => {
    for (let id = 0; id < graph.states; id++) expect(graph.find(graph.dump(id))).toBe(id)
    const split = { ...graph.dump(0), rm: [2, 3, 0, 0] }
    expect(graph.find(split)).toBe(-1)
    expect(() => graph.find({ ...split, rm: [4, 0, 0, 0] })).toThrow('rm: expected a value in 0..3, got 4')
  })

  test('gives shortest ways: each replays to its state, and is as long as its depth', () => {
    const { initial, step } = machine(spec)
    const depths = graph.depths()
    for (let id = 0; id < graph.states; id++) {
      const trace = graph.trace(id)
      const end = trace.reduce(step, initial[0] as (typeof initial)[0])
      expect(graph.find(end)).toBe(id)
      expect(trace.length).toBe(depths[id])
      for (const { target } of graph.edges(id)) expect(depths[target]).toBeLessThanOrEqual(trace.length + 1)
    }
  })

  test('is refused where it was not kept or is not whole', () => {
    expect(() => graphOf(false)).toThrow('expected the option keepGraph: true')
    expect(() => graphOf(true, { depth: 3 })).toThrow('expected an exhausted search')
    expect(() => graph.edges(1568)).toThrow('expected a state in 0..1567, got 1568')
  })
})
