// All mutants, and the settings they are hunted in, each of which must accuse nobody when nothing is planted.
// Read next: modelRows.ts, runtimeRows.ts, sinkRows.ts, storeRows.ts.
import { EPOCH_MUTANTS } from './epochRows.ts'
import { MODEL_MUTANTS } from './modelRows.ts'
import type { Mutant } from './mutant.ts'
import type { Setting } from './settings.ts'
import { SINK_MUTANTS } from './sinkRows.ts'

export const MUTANTS: readonly Mutant[] = [...MODEL_MUTANTS, ...SINK_MUTANTS, ...EPOCH_MUTANTS]

/** Each once, by name. */
export const settingsOf = (mutants: readonly Mutant[]): readonly Setting[] => [
  ...new Map(mutants.map(({ setting }) => [setting.name, setting])).values(),
]
