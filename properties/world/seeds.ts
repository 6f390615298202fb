// One seed tree: every stream of randomness has a name under the run's seed, so that adding one disturbs no other.
import seedrandom from 'seedrandom'

/** Uniform in [0, 1). The same seed and path give the same numbers, on every machine. */
export const stream = (seed: string, ...path: readonly (string | number)[]): (() => number) =>
  seedrandom.alea([seed, ...path].join('/'))
