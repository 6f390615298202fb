// Pending checkpoints in slots, oldest first and without gaps, free slots all zero: equal situations are equal states.
// Read next: trigger.ts (fills a slot), complete.ts and abort.ts (free it).
import type { Coordinator, RequestKind } from './coordinator.ts'

/** Slot of a pending id, or -1. */
export function slotOf({ cells: { pendingId } }: Coordinator, id: number): number {
  for (let slot = 0; slot < pendingId.length; slot++) if (id > 0 && pendingId.at(slot) === id) return slot
  return -1
}

export function pendingCount({ cells: { pendingId } }: Coordinator): number {
  let count = 0
  while (count < pendingId.length && pendingId.at(count) !== 0) count++
  return count
}

export const isSavepoint = ({ cells: { pendingSavepoint } }: Coordinator, slot: number): boolean =>
  pendingSavepoint.length > 0 && pendingSavepoint.at(slot) === 1

export const isWaitingFor = ({ cells, config }: Coordinator, slot: number, task: number): boolean =>
  cells.waiting.at(slot * config.tasks + task) === 1

export function fullyAcknowledged(k: Coordinator, slot: number): boolean {
  for (let task = 0; task < k.runningTasks(); task++) if (isWaitingFor(k, slot, task)) return false
  return true
}

/** Takes the first free slot; ids rise, so the slots stay in order. */
export function occupy(k: Coordinator, id: number, kind: RequestKind): void {
  const { cells, config } = k
  const slot = pendingCount(k)
  cells.pendingId.set(slot, id)
  if (kind === 'savepoint') cells.pendingSavepoint.set(slot, 1)
  for (let task = 0; task < k.runningTasks(); task++) cells.waiting.set(slot * config.tasks + task, 1)
}

export function release({ cells, config: { tasks }, effects }: Coordinator, slot: number): void {
  const { pendingId, pendingSavepoint, waiting } = cells
  const last = pendingId.length - 1
  for (let at = slot; at <= last; at++) {
    pendingId.set(at, at < last ? pendingId.at(at + 1) : 0)
    if (pendingSavepoint.length > 0) pendingSavepoint.set(at, at < last ? pendingSavepoint.at(at + 1) : 0)
    for (let task = 0; task < tasks; task++)
      waiting.set(at * tasks + task, at < last ? waiting.at((at + 1) * tasks + task) : 0)
  }
  effects.released(slot)
}
