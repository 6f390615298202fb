// All claims, in the order of the notes. Read next: claims.test.ts, which runs them and holds the notes covered.
import { BATCHING } from './batching.ts'
import { CHECKPOINT_SCOPE } from './checkpointScope.ts'
import type { Claim } from './claim.ts'
import { CRASH_LOSS } from './crashLoss.ts'
import { STATEFULNESS } from './statefulness.ts'
import { UNAVAILABLE_STORE } from './unavailableStore.ts'

export type { Claim, ClaimResult, ClaimVerdict } from './claim.ts'

export const CLAIMS: readonly Claim[] = [
  ...STATEFULNESS,
  ...CHECKPOINT_SCOPE,
  ...BATCHING,
  ...CRASH_LOSS,
  ...UNAVAILABLE_STORE,
]
