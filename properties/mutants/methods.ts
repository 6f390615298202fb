// The methods by which a mutant is hunted, each with what it needs: which of them a mutant can meet at all follows from
// where its mistake is. A mistake of the real pipeline is not in the model, and the other way round.
// Read next: exhaustive.ts, everyTransition.ts, randomSearch.ts, recorded.ts.
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import type { Recording } from '../vectors/replayFolder.ts'
import type { WorldStore } from '../world/store.ts'
import { type Attempt, type Method, timed } from './attempt.ts'
import { everyTransition, type RightGraphs } from './everyTransition.ts'
import { exhaustive } from './exhaustive.ts'
import type { Mutant } from './mutant.ts'
import { randomSearch } from './randomSearch.ts'
import { disagreement, replaysOf } from './recorded.ts'

export interface Tools {
  readonly memory: WorldStore
  readonly dynalite: WorldStore
  readonly graphs: RightGraphs
  readonly recordings: readonly Recording[]
  readonly clock: () => number
}

export interface Budget {
  readonly seed: string
  readonly memoryRuns: number
  readonly dynaliteRuns: number
}

/** In the order of the columns. */
export function methodsFor({ patch, setting }: Mutant): readonly Method[] {
  const vectors: readonly Method[] = Object.keys(replaysOf(patch)).length > 0 ? ['vectors'] : []
  if ('writer' in patch) return vectors
  const bothSides = setting.right === undefined && DESIGNS.some(({ name }) => name === setting.design)
  const tours: readonly Method[] = bothSides ? ['every transition'] : []
  if ('model' in patch) return ['exhaustive', ...tours, ...vectors]
  return [...tours, 'random memory', 'random dynalite', ...vectors]
}

export function hunt({ patch, setting }: Mutant, method: Method, tools: Tools, budget: Budget): Promise<Attempt> {
  const planted = 'real' in patch ? patch.real : {}
  const random = (store: WorldStore, runs: number) => randomSearch({ setting, planted, store, seed: budget.seed, runs })
  return timed(method, tools.clock, () => {
    switch (method) {
      case 'exhaustive':
        return exhaustive(setting, 'model' in patch ? patch.model : null)
      case 'every transition':
        return everyTransition(setting, patch, tools.graphs, tools.memory)
      case 'random memory':
        return random(tools.memory, budget.memoryRuns)
      case 'random dynalite':
        return random(tools.dynalite, budget.dynaliteRuns)
      case 'vectors':
        return disagreement(replaysOf(patch), tools.recordings)
    }
  })
}
