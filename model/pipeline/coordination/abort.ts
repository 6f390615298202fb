// A pending checkpoint ends without completing: declined, expired, subsumed, or lost with the attempt. Its state goes, all
// tasks are told, newer ones stay. A decline counts whoever sends it, a dead attempt too; requests that wait survive.
// Source followed: Flink's CheckpointCoordinator#abortPendingCheckpoint. Read next: failures.ts.
import type { Coordinator } from './coordinator.ts'
import { countFailure, type DeclineReason, type FailureReason } from './failures.ts'
import { isWaitingFor, pendingCount, release, slotOf } from './pending.ts'

/** `sender` is the task whose decline it is, null where there is none. */
export function abortPending(k: Coordinator, slot: number, reason: FailureReason, sender: number | null): void {
  const { cells, effects } = k
  const id = cells.pendingId.at(slot)
  effects.requestFailed(id, reason)
  for (let task = 0; task < k.runningTasks(); task++) if (!isWaitingFor(k, slot, task)) effects.discard(task, id)
  countFailure(k, slot, reason, sender)
  release(k, slot)
  for (let task = 0; task < k.runningTasks(); task++) effects.notifyAbort(task, id, cells.newestCompleted.read())
}

export function decline(k: Coordinator, task: number, id: number, reason: DeclineReason): void {
  const slot = slotOf(k, id)
  if (slot >= 0 && !k.bug('declineIgnored')) abortPending(k, slot, reason, task)
}

export function expire(k: Coordinator, id: number): void {
  const slot = slotOf(k, id)
  if (slot < 0) return
  remember(k, id)
  abortPending(k, slot, 'CHECKPOINT_EXPIRED', null)
}

/** To be called before the running attempt changes its tasks. */
export function failover(k: Coordinator): void {
  while (pendingCount(k) > 0) abortPending(k, 0, 'JOB_FAILOVER_REGION', null)
}

function remember({ cells: { recentExpired }, config }: Coordinator, id: number): void {
  if (config.expiredRemembered === 0) return
  if (recentExpired.length === config.expiredRemembered) recentExpired.shift()
  recentExpired.push(id)
}
