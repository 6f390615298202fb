// The barrier yardstick: sources, channels, one buffering sink with aligned barriers, a coordinator, a store, crashes.
// A small sister of model/pipeline with fixed counts, on which the kernel is measured and compared with SPIN.
// barrier.oracle.ts is the same protocol written independently, with immutable objects.

import { defineSpec, type Spec } from '../kernel/index.ts'
import type { BarrierBounds } from './barrierBounds.ts'
import { coordinatorRules, crashRules } from './barrierCoordinator.ts'
import { barrierProperties } from './barrierProperties.ts'
import { sourceAndSinkRules } from './barrierSink.ts'
import { barrierVariables } from './barrierVariables.ts'

/** @throws RangeError for more than three sources: each has its channel variable. */
export function barrier(b: BarrierBounds): Spec {
  if (!(b.sources >= 1 && b.sources <= 3)) throw new RangeError(`barrier: expected 1 to 3 sources, got ${b.sources}`)
  return defineSpec({
    name: `barrier ${b.strategy} ${b.store} S${b.sources} N${b.records} K${b.keys} B${b.checkpoints} C${b.crashes} A${b.aborts} capacity ${b.capacity}`,
    variables: barrierVariables(b),
    define: (s) => ({
      initial: [
        () => {
          s.up = 1
          s.next = 1
        },
      ],
      rules: [...sourceAndSinkRules(b, s), ...coordinatorRules(b, s), ...crashRules(b, s)],
      ...barrierProperties(b, s),
    }),
  })
}
