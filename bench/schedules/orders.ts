// All orders that the steps of a pipeline can be taken in: the paths from the initial state to an end, counted on the
// model's graph, which the real pipeline is held to elsewhere. What share of them a driver reaches is then known.
// Read next: drivers.ts.
import { Search } from '../../model/kernel/index.ts'
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'

/** @throws Error where a run can go on for ever: then there is no such number. */
export function countOrders(design: string, bounds: Bounds): number {
  const search = new Search(pipelineSpec(designNamed(design), bounds), { keepGraph: true, onViolation: 'collect' })
  search.run()
  const graph = search.graph()
  const counted = new Map<number, number | 'counting'>()
  const from = (state: number): number => {
    const known = counted.get(state)
    if (known === 'counting') throw new Error(`${search.spec.name}: expected runs that end, got one that need not`)
    if (known !== undefined) return known
    counted.set(state, 'counting')
    const edges = graph.edges(state)
    const orders = edges.length === 0 ? 1 : edges.reduce((sum, { target }) => sum + from(target), 0)
    counted.set(state, orders)
    return orders
  }
  return from(0)
}
