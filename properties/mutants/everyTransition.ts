// Every transition of the model's graph executed on the real pipeline, one of the two with a mistake in it: the first
// state or enabled set that differs is the kill. Read next: ../world/tours.ts.
import type { Graph } from '../../model/kernel/index.ts'
import { LockstepError } from '../world/compare.ts'
import type { WorldStore } from '../world/store.ts'
import { tourable, tourGraph } from '../world/tours.ts'
import type { Kill } from './attempt.ts'
import type { Patch } from './mutant.ts'
import type { Setting } from './settings.ts'

/** Graphs of the right model, one a setting: tours of different mutants walk the same one. */
export class RightGraphs {
  private readonly graphs = new Map<string, Graph>()

  of({ name, design, small }: Setting): Graph {
    const known = this.graphs.get(name)
    if (known !== undefined) return known
    const graph = tourable(design, small)
    this.graphs.set(name, graph)
    return graph
  }
}

export async function everyTransition(
  setting: Setting,
  patch: Patch,
  graphs: RightGraphs,
  store: WorldStore,
  every = 1,
): Promise<Kill | null> {
  const { design, small: bounds } = setting
  const graph = 'model' in patch ? tourable(design, bounds, patch.model) : graphs.of(setting)
  try {
    await tourGraph(graph, { design, bounds, store, every, ...('real' in patch ? { planted: patch.real } : {}) })
    return null
  } catch (error) {
    if (error instanceof LockstepError) return { steps: error.steps, seen: differing(error.message) }
    throw error
  }
}

/** The variables that differ, without the log. */
const differing = (message: string): string =>
  message
    .split('\n')
    .filter((line) => !line.startsWith('  log:'))
    .map((line) => line.trim())
    .join('; ')
