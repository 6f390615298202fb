// What the released Flink classes were recorded doing, replayed on the part that has the mistake in it. Only where there
// are recordings of that part: coordinator, input gate, redistribution, the async sink's writer.
// Read next: ../vectors/kinds.ts.

import { stepWriter } from '../../impl/sinks/asyncSink/writer.ts'
import type { CoordinatorBug } from '../../model/pipeline/coordination/index.ts'
import { replayOnWriter } from '../vectors/asyncSinkRuntime.ts'
import { replayBarriers1, replayBarriers2 } from '../vectors/barriersRuntime.ts'
import { replayOnCoordinator } from '../vectors/coordinationRuntime.ts'
import { replayWithBug } from '../vectors/coordinatorModel.ts'
import { replayOnRule } from '../vectors/repartitionRuntime.ts'
import type { Difference } from '../vectors/replay.ts'
import type { Recording } from '../vectors/replayFolder.ts'
import type { Kill } from './attempt.ts'
import type { Patch } from './mutant.ts'

type Replayed = (recorded: never) => Difference | null | Promise<Difference | null>
/** By `about` of the kind. */
export type Replays = Readonly<Record<string, Replayed>>

/** Bugs of the model that sit in its coordinator, which has recordings of its own. */
const COORDINATOR_BUGS: ReadonlySet<string> = new Set<CoordinatorBug>([
  'ackCountedByTask',
  'completeWithoutSink',
  'completionNotStored',
  'declineIgnored',
  'noSubsumption',
  'savepointStored',
])

/** Empty where nothing that was recorded can show it. */
export function replaysOf(patch: Patch): Replays {
  if ('model' in patch) {
    const bug = patch.model
    if (!COORDINATOR_BUGS.has(bug)) return {}
    return { coordinator: ((recorded) => replayWithBug(recorded, bug as CoordinatorBug)) satisfies Replayed }
  }
  if ('writer' in patch) {
    const step = patch.writer(stepWriter)
    return { 'async sink writer': (recorded) => replayOnWriter(recorded, step) }
  }
  const { gate, redistribute, stepCoordinator: coordinator } = patch.real.protocol ?? {}
  return {
    ...(coordinator === undefined
      ? {}
      : { coordinator: ((recorded) => replayOnCoordinator(recorded, coordinator)) satisfies Replayed }),
    ...(redistribute === undefined
      ? {}
      : { redistribution: ((recorded) => replayOnRule(recorded, redistribute)) satisfies Replayed }),
    ...(gate === undefined
      ? {}
      : {
          'barriers, aligned': replayBarriers1('aligned', gate),
          'barriers, at least once': replayBarriers1('atLeastOnce', gate),
          'barriers, unaligned': replayBarriers2('unaligned', gate),
          'barriers, alternating': replayBarriers2('alternating', gate),
        }),
  }
}

/** The first recorded case that disagrees. */
export async function disagreement(replays: Replays, recordings: readonly Recording[]): Promise<Kill | null> {
  for (const { kind, cases } of recordings) {
    const replay = replays[kind.about]
    if (replay === undefined) continue
    for (const recorded of cases) {
      const difference = await replay(recorded as never)
      if (difference !== null)
        return { steps: difference.step + 1, seen: `${kind.about}: ${recorded.name}, step ${difference.step + 1}` }
    }
  }
  return null
}
