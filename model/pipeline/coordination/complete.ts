// All have acknowledged: the checkpoint is stored, and what is older and pending is over. A step of its own: a death
// before it leaves no checkpoint, a death after it restores this one. Savepoints are neither stored nor notified, and
// neither subsume nor are subsumed. The abort of an older one, which carries this id, leaves before the completion.
// Source followed: Flink's CheckpointCoordinator#completePendingCheckpoint. Read next: abort.ts.
import { abortPending } from './abort.ts'
import type { Coordinator } from './coordinator.ts'
import { succeeded } from './failures.ts'
import { fullyAcknowledged, isSavepoint, isWaitingFor, release } from './pending.ts'

export function mayComplete(k: Coordinator, slot: number): boolean {
  if (k.cells.pendingId.at(slot) === 0) return false
  return k.bug('completeWithoutSink') ? triggeredAcknowledged(k, slot) : fullyAcknowledged(k, slot)
}

export function complete(k: Coordinator, slot: number): void {
  const { cells, effects } = k
  const id = cells.pendingId.at(slot)
  const savepoint = isSavepoint(k, slot)
  const lastSubsumed = savepoint && !k.bug('savepointStored') ? 0 : store(k, slot)
  effects.requestDone(id)
  succeeded(k, id)
  release(k, slot)
  if (savepoint) return
  if (!k.bug('noSubsumption')) subsumeOlder(k, id)
  for (let task = 0; task < k.runningTasks(); task++) effects.notifyComplete(task, id, lastSubsumed)
}

/** Returns the id that left the store for it, or 0. */
function store(k: Coordinator, slot: number): number {
  if (k.bug('completionNotStored')) return 0
  const { cells, config, effects } = k
  const { newestCompleted, olderRetained } = cells
  let oldest = newestCompleted.read()
  if (config.retained > 1) {
    const full = olderRetained.length === config.retained - 1
    const leaves = full ? olderRetained.shift() : 0
    if (oldest !== 0) olderRetained.push(oldest)
    oldest = leaves
  }
  newestCompleted.write(cells.pendingId.at(slot))
  effects.stored(slot)
  if (oldest !== 0) effects.evicted(oldest)
  return oldest
}

function subsumeOlder(k: Coordinator, id: number): void {
  const { pendingId } = k.cells
  let slot = 0
  while (slot < pendingId.length && pendingId.at(slot) !== 0 && pendingId.at(slot) < id) {
    if (isSavepoint(k, slot)) slot++
    else abortPending(k, slot, 'CHECKPOINT_SUBSUMED', null)
  }
}

function triggeredAcknowledged(k: Coordinator, slot: number): boolean {
  for (let task = 0; task < k.config.tasksToTrigger; task++) if (isWaitingFor(k, slot, task)) return false
  return true
}
