// All mutants, and the settings they are hunted in, each of which must accuse nobody when nothing is planted.
// Read next: modelRows.ts; coordinatorRows.ts, gateRows.ts, taskRows.ts, redistributionRows.ts; sinkRows.ts, epochRows.ts,
// stagedRows.ts, workloadRows.ts, asyncWriterRows.ts; storeRows.ts.
import { ASYNC_WRITER_MUTANTS } from './asyncWriterRows.ts'
import { COORDINATOR_MUTANTS } from './coordinatorRows.ts'
import { EPOCH_MUTANTS } from './epochRows.ts'
import { GATE_MUTANTS } from './gateRows.ts'
import { MODEL_MUTANTS } from './modelRows.ts'
import type { Mutant } from './mutant.ts'
import { REDISTRIBUTION_MUTANTS } from './redistributionRows.ts'
import type { Setting } from './settings.ts'
import { SINK_MUTANTS } from './sinkRows.ts'
import { STAGED_MUTANTS } from './stagedRows.ts'
import { STORE_MUTANTS } from './storeRows.ts'
import { TASK_MUTANTS } from './taskRows.ts'
import { WORKLOAD_MUTANTS } from './workloadRows.ts'

export const MUTANTS: readonly Mutant[] = [
  ...MODEL_MUTANTS,
  ...COORDINATOR_MUTANTS,
  ...GATE_MUTANTS,
  ...TASK_MUTANTS,
  ...REDISTRIBUTION_MUTANTS,
  ...SINK_MUTANTS,
  ...EPOCH_MUTANTS,
  ...STAGED_MUTANTS,
  ...WORKLOAD_MUTANTS,
  ...ASYNC_WRITER_MUTANTS,
  ...STORE_MUTANTS,
]

/** Each once, by name. */
export const settingsOf = (mutants: readonly Mutant[]): readonly Setting[] => [
  ...new Map(mutants.map(({ setting }) => [setting.name, setting])).values(),
]
