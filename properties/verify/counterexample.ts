// A counterexample of the model, executed on the real pipeline: in lockstep, judged by the real run's own history.
// What comes out is a trace file; a counterexample that does not show on the real sink is an error of ours.
// Read next: ../world/trace.ts, ../world/replay.ts.
import { faultSet } from '../../model/pipeline/vocabulary.ts'
import { Lockstep } from '../world/lockstep.ts'
import { recordRun } from '../world/recordRun.ts'
import type { WorldStore } from '../world/store.ts'
import { TRACE_FORMAT, TRACE_VERSION, type Trace } from '../world/trace.ts'
import type { Finding } from './modelStage.ts'

/** The run shows something else than the model said. */
export class NotReproducedError extends Error {
  override readonly name = 'NotReproducedError'
}

/** @throws NotReproducedError, LockstepError: model and real pipeline disagree. */
export async function executeCounterexample(finding: Finding, store: WorldStore): Promise<Trace> {
  const { design, bounds, hashOrder, guarantee, repeatsFrom } = finding
  const configuration = { design, bounds, store: store.kind, hashOrder: hashOrder === 0 ? (0 as const) : (1 as const) }
  const rounds = repeatsFrom === null ? finding.actions : [...finding.actions, ...finding.actions.slice(repeatsFrom)]
  const { actions, violations, states } = await recordRun(
    configuration,
    rounds,
    store,
    new Lockstep({ design, bounds }),
  )
  if (repeatsFrom === null) {
    if (!violations.some((violation) => violation.guarantee === guarantee))
      throw new NotReproducedError(
        `${design}: ${guarantee} falls in the model after ${finding.actions.join(' ')}, the real run keeps it`,
      )
  } else if (states[repeatsFrom] !== states[finding.actions.length])
    throw new NotReproducedError(
      `${design}: ${guarantee}: the real run does not come back to the state its cycle started from`,
    )
  return {
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    verdict: { guarantee, faults: faultSet(finding.faults) },
    origin: 'model search',
    configuration,
    actions: actions.slice(0, finding.actions.length),
    repeatsFrom,
  }
}
