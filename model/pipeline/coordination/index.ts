// The coordinator as rules over views: who holds the cells steps them, one function a step. `mayTrigger`, `mayTriggerQueued`
// and `mayComplete` are the guards of the steps of the same names; the other steps may come at any time.
// Read next: cells.ts, coordinator.ts.
export { decline, expire, failover } from './abort.ts'
export { type AcknowledgeOutcome, acknowledge } from './acknowledge.ts'
export {
  type Cell,
  type CoordinatorCells,
  type CoordinatorConfig,
  coordinatorCells,
  coordinatorVariables,
} from './cells.ts'
export { complete, mayComplete } from './complete.ts'
export type { RequestKind } from './coordinator.ts'
export { type Coordinator, type CoordinatorBug, type CoordinatorEffects, SILENT, UNKNOWN_TASK } from './coordinator.ts'
export { DECLINE_REASONS, type DeclineReason, type FailureReason } from './failures.ts'
export { fullyAcknowledged, isSavepoint, isWaitingFor, pendingCount, slotOf } from './pending.ts'
export { mayTrigger, mayTriggerQueued, request, start, trigger, triggerQueued } from './trigger.ts'
