// The bounds of the published table: small enough that a test can make it anew, large enough that every verdict is the one
// expected. Counted in states and runs, never in time, so that the same seed gives the same figures on every machine.
// Read next: main.ts (writes it), ../../properties/verify/bounds.ts (what `sinkproof verify` takes).
import { SMALL } from '../../model/pipeline/bounds.ts'
import { CLOSING, ENDS, OVERTAKEN, RANDOM_ENDS, type StageBounds } from '../../properties/verify/bounds.ts'

export const PUBLISHED_SEED = 1

/** One element a channel; two only where barriers are to wait for each other. */
const NARROW = { ...SMALL, capacity: 1 }

export const PUBLISHED_BOUNDS: StageBounds = {
  fair: [NARROW, ...ENDS],
  poisoned: { ...NARROW, crashes: 0 },
  safety: [
    { ...NARROW, checkpoints: 0, crashes: 0, others: 2 },
    { ...SMALL, sources: 2, records: 1, crashes: 0, others: 0 },
  ],
  tours: [{ ...NARROW, checkpoints: 0, others: 0 }],
  random: [{ ...SMALL, checkpoints: 2, others: 2 }, ...RANDOM_ENDS],
  wide: [],
  schedules: 150,
  dynaliteSchedules: 1,
  huntRuns: 1_000,
  workloadSchedules: 4,
  asynchronous: {
    fair: [{ ...NARROW, checkpoints: 0 }, ...ENDS],
    safety: [
      { ...NARROW, checkpoints: 0, crashes: 0, others: 2, budgets: { F3: 1, F4: 1 } },
      { ...SMALL, sources: 2, records: 1, crashes: 0, others: 0 },
      ...OVERTAKEN,
    ],
  },
  variants: { fair: [NARROW, ...ENDS, CLOSING] },
}
