// An acknowledgement arrives. What counts is the attempt that sends it and the id it names; state that will never be part
// of a checkpoint is discarded, except a repeated one, which may be the very state that counted.
// Source followed: Flink's CheckpointCoordinator#receiveAcknowledgeMessage, PendingCheckpoint#acknowledgeTask.
// Read next: complete.ts, abort.ts.
import type { Coordinator } from './coordinator.ts'
import { isWaitingFor, pendingCount, slotOf } from './pending.ts'

/** `discarded` and `expired`: the id is not pending. Flink answers false for `discarded` alone. */
export type AcknowledgeOutcome = 'success' | 'duplicate' | 'unknown' | 'discarded' | 'expired'

export function acknowledge(k: Coordinator, task: number, id: number): AcknowledgeOutcome {
  const { cells, config, effects } = k
  const slot = slotCounted(k, id)
  if (slot < 0) {
    effects.discard(task, id)
    return hasExpired(k, id) ? 'expired' : 'discarded'
  }
  if (task < 0 || task >= k.runningTasks()) {
    effects.discard(task, id)
    return 'unknown'
  }
  if (!isWaitingFor(k, slot, task)) return 'duplicate'
  cells.waiting.set(slot * config.tasks + task, 0)
  return 'success'
}

function slotCounted(k: Coordinator, id: number): number {
  const slot = slotOf(k, id)
  return slot < 0 && k.bug('ackCountedByTask') && pendingCount(k) > 0 ? 0 : slot
}

function hasExpired({ cells: { recentExpired } }: Coordinator, id: number): boolean {
  for (let i = 0; i < recentExpired.length; i++) if (recentExpired.at(i) === id) return true
  return false
}
