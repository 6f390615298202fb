// Requests and the decision which of them may start. Savepoints go first; they are forced, and so beyond the limit, iff
// barriers are aligned. The limit counts whatever is pending, savepoints too. An id is spent by the attempt alone.
// Source followed: Flink's CheckpointRequestDecider#chooseRequestToExecute. Read next: acknowledge.ts.
import type { Coordinator, RequestKind } from './coordinator.ts'
import { occupy, pendingCount } from './pending.ts'

/** Before the first id, once. */
export const start = ({ cells }: Coordinator): void => cells.nextId.write(1)

export function mayTrigger(k: Coordinator, kind: RequestKind): boolean {
  const { config, cells } = k
  const pending = pendingCount(k)
  const forced = kind === 'savepoint' && !config.unaligned
  const room = pending < config.slots && cells.nextId.read() <= config.ids
  return room && (pending < config.maxConcurrent || forced)
}

/** Starts one without it having waited; only where `mayTrigger`. */
export function trigger(k: Coordinator, kind: RequestKind): void {
  const { cells, config, effects } = k
  const id = cells.nextId.read()
  cells.nextId.write(id + 1)
  occupy(k, id, kind)
  effects.started(id, kind)
  for (let task = 0; task < config.tasksToTrigger; task++) effects.trigger(task, id)
}

const queueOf = ({ cells }: Coordinator, kind: RequestKind) =>
  kind === 'savepoint' ? cells.queuedSavepoints : cells.queuedCheckpoints

/** A request waits until `triggerQueued` takes it, at the earliest as the next step. */
export function request(k: Coordinator, kind: RequestKind): void {
  const queue = queueOf(k, kind)
  queue.write(queue.read() + 1)
}

const headOfQueue = ({ cells }: Coordinator): RequestKind =>
  cells.queuedSavepoints.read() > 0 ? 'savepoint' : 'checkpoint'

export function mayTriggerQueued(k: Coordinator): boolean {
  const head = headOfQueue(k)
  return queueOf(k, head).read() > 0 && mayTrigger(k, head)
}

export function triggerQueued(k: Coordinator): void {
  const head = headOfQueue(k)
  const queue = queueOf(k, head)
  queue.write(queue.read() - 1)
  trigger(k, head)
}
