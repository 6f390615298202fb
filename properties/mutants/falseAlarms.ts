// Nothing planted, and the same methods: whoever is accused now is accused wrongly. A method that kills whatever it is
// given would fill the matrix. Read next: matrix.ts.

import { PROTOCOL } from '../../impl/runtime/protocol.ts'
import { DESIGNS } from '../../model/pipeline/sinks/designs.ts'
import { type Attempt, type Method, timed } from './attempt.ts'
import { everyTransition } from './everyTransition.ts'
import { exhaustive } from './exhaustive.ts'
import type { Budget, Tools } from './methods.ts'
import { randomSearch } from './randomSearch.ts'
import { disagreement, replaysOf } from './recorded.ts'
import type { Setting } from './settings.ts'

export interface Accusation {
  readonly setting: string
  readonly method: Method
  /** What was held against it, or the exception that no right design may cause. */
  readonly seen: string
}

/** One in so many of the right graph's tours is walked: all of them are, in the tests of the tours. */
const TOURS_EVERY = 16

export async function accusations(setting: Setting, budget: Budget, tools: Tools): Promise<readonly Accusation[]> {
  const { right, design, name } = setting
  const attempts: Attempt[] = []
  const attempt = async (method: Method, hunt: Parameters<typeof timed>[2]) => {
    attempts.push(await timed(method, tools.clock, hunt))
  }
  const random = (store: Tools['memory'], runs: number) =>
    randomSearch({ setting, planted: right ?? {}, store, seed: budget.seed, runs })
  if (right === undefined) {
    await attempt('exhaustive', () => exhaustive(setting, null))
    if (DESIGNS.some((row) => row.name === design))
      await attempt('every transition', () =>
        everyTransition(setting, { real: {} }, tools.graphs, tools.memory, TOURS_EVERY),
      )
  }
  if (DESIGNS.some((row) => row.name === design)) {
    await attempt('random memory', () => random(tools.memory, budget.memoryRuns))
    await attempt('random dynalite', () => random(tools.dynalite, budget.dynaliteRuns))
  }
  return attempts.flatMap(({ method, seen, error }) =>
    seen === null && error === null ? [] : [{ setting: name, method, seen: seen ?? error ?? '' }],
  )
}

/** The right steps, handed over as mutants are. */
export async function accusedByRecordings({ recordings, clock }: Tools): Promise<readonly Accusation[]> {
  const replays = {
    ...replaysOf({ real: { protocol: PROTOCOL } }),
    ...replaysOf({ writer: (step) => step }),
  }
  const { seen, error } = await timed('vectors', clock, () => disagreement(replays, recordings))
  return seen === null && error === null
    ? []
    : [{ setting: 'recordings', method: 'vectors', seen: seen ?? error ?? '' }]
}
