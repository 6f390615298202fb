// All claims, in the order of the notes; at the end the questions that its references raise. Read next: claims.test.ts, which runs them and holds the notes covered.
import { BARRIER_MODES } from './barrierModes.ts'
import { BARRIERS } from './barriers.ts'
import { BATCHING } from './batching.ts'
import { CALLS_OF_A_SINK } from './callsOfASink.ts'
import { CHECKPOINT_SCOPE } from './checkpointScope.ts'
import type { Claim } from './claim.ts'
import { CLOSE_HIDES } from './closeHides.ts'
import { CODE_UPDATE } from './codeUpdate.ts'
import { COMMIT_BOOKKEEPING } from './commitBookkeeping.ts'
import { COMPLETION } from './completion.ts'
import { COMPLETION_BY_DESIGN } from './completionByDesign.ts'
import { COMPLETION_CRASHES } from './completionCrashes.ts'
import { CRASH_LOSS } from './crashLoss.ts'
import { DIAGRAM } from './diagram.ts'
import { DIAGRAM_END } from './diagramEnd.ts'
import { EFFECTIVELY_ONCE } from './effectivelyOnce.ts'
import { EPOCHS } from './epochs.ts'
import { EQUAL_RECORDS } from './equalRecords.ts'
import { IN_FLIGHT } from './inFlight.ts'
import { LIST_STATE_OR_HASH_SET } from './listStateOrHashSet.ts'
import { MODE_GUARANTEES } from './modeGuarantees.ts'
import { NO_CHECKPOINTED_FUNCTION } from './noCheckpointedFunction.ts'
import { NOTIFICATION } from './notification.ts'
import { STAGING } from './staging.ts'
import { STATE_COST } from './stateCost.ts'
import { STATEFULNESS } from './statefulness.ts'
import { STATE_HANDLING } from './stateHandling.ts'
import { STATE_UPGRADE } from './stateUpgrade.ts'
import { UNAVAILABLE_STORE } from './unavailableStore.ts'
import { VISIBILITY } from './visibility.ts'
import { WAYS_OF_STOPPING } from './waysOfStopping.ts'

export type { Claim, ClaimResult, ClaimVerdict } from './claim.ts'

export const CLAIMS: readonly Claim[] = [
  ...STATEFULNESS,
  ...CHECKPOINT_SCOPE,
  ...BATCHING,
  ...CRASH_LOSS,
  ...UNAVAILABLE_STORE,
  ...CODE_UPDATE,
  ...STATE_UPGRADE,
  ...CLOSE_HIDES,
  ...NO_CHECKPOINTED_FUNCTION,
  ...CALLS_OF_A_SINK,
  ...IN_FLIGHT,
  ...BARRIERS,
  ...EPOCHS,
  ...VISIBILITY,
  ...COMPLETION,
  ...NOTIFICATION,
  ...DIAGRAM,
  ...DIAGRAM_END,
  ...LIST_STATE_OR_HASH_SET,
  ...EQUAL_RECORDS,
  ...STATE_HANDLING,
  ...STATE_COST,
  ...COMMIT_BOOKKEEPING,
  ...BARRIER_MODES,
  ...MODE_GUARANTEES,
  ...COMPLETION_BY_DESIGN,
  ...COMPLETION_CRASHES,
  ...WAYS_OF_STOPPING,
  ...STAGING,
  ...EFFECTIVELY_ONCE,
]
