// The coordinator in the pipeline: when a checkpoint may start, what arrives, and where its messages go. The protocol
// itself (slots, acknowledgements, completion, subsumption) is in coordination/, which is held to what Flink's own
// coordinator did. Read next: coordination/index.ts, slots.ts (what the slots hold), notice.ts.
import { highestId } from './bounds.ts'
import { cover, keepsOlder, retainNewest } from './checkpointStore.ts'
import {
  acknowledge,
  type Coordinator,
  complete,
  decline,
  mayComplete,
  mayTrigger,
  pendingCount,
  type RequestKind,
  SILENT,
  slotOf,
  trigger,
} from './coordination/index.ts'
import { copyFifo } from './copy.ts'
import { cutConsistent, durableOrInState } from './guarantees.ts'
import type { Pipeline } from './pipeline.ts'
import { moveDown, type SnapshotBuffers } from './slots.ts'
import { keepsChannelState, pendingSlots } from './variables.ts'

/** A notice on its way to the sink: `complete(id)`, or `abort(id)` carrying the newest completed id. */
export const completeNotice = (id: number): number => id
export const abortNotice = (ids: number, id: number, newest: number): number => id * (ids + 1) + newest
export const isComplete = (ids: number, notice: number): boolean => notice <= ids

export function pipelineCoordinator(p: Pipeline, buffers: SnapshotBuffers): Coordinator {
  const { s, b, S } = p
  const ids = highestId(b)
  const none = { read: () => 0, write: () => {} }
  const store = (slot: number) => {
    retainNewest(p)
    for (let source = 0; source < S; source++) s.completedOffset.set(source, s.pendingOffset.at(slot * S + source))
    for (const sink of p.sinks) copyFifo(buffers(slot, sink.p), sink.completedBuffer)
    for (const channel of p.channels) {
      if (p.bug('channelStateForgotten')) channel.completedState.clear()
      else copyFifo(channel.pendingState, channel.completedState)
    }
    if ((b.budgets.F7 ?? 0) > 0) s.completedParallelism = s.parallelism
    cover(p)
    if ((b.budgets.F8 ?? 0) > 0 && s.pending.at(slot) > s.highestStored) s.highestStored = s.pending.at(slot)
  }
  return {
    cells: {
      nextId: {
        read: () => s.nextId,
        write: (value) => {
          s.nextId = value
        },
      },
      pendingId: s.pending,
      pendingSavepoint: s.isSavepoint,
      waiting: s.waiting,
      queuedSavepoints: none,
      queuedCheckpoints: none,
      newestCompleted: {
        read: () => s.completed,
        write: (value) => {
          s.completed = value
        },
      },
      olderRetained: s.olderRetained,
      failures: none,
      lastSucceeded: none,
      recentExpired: s.noRoom,
    },
    config: {
      tasks: S + p.P,
      tasksToTrigger: S,
      slots: pendingSlots(b),
      ids,
      queued: 0,
      savepoints: b.savepoints > 0,
      maxConcurrent: b.concurrency,
      unaligned: keepsChannelState(b),
      retained: keepsOlder(p) ? 2 : 1,
      tolerableFailures: Number.POSITIVE_INFINITY,
      expiredRemembered: 0,
    },
    effects: {
      ...SILENT,
      trigger: (task, id) => s.rpc.set(task, id),
      notifyComplete: (task, id) => p.sinks[task - S]?.notices.push(completeNotice(id)),
      notifyAbort: (task, id, newest) => p.sinks[task - S]?.notices.push(abortNotice(ids, id, newest)),
      stored: store,
      released: (slot) => moveDown(p, buffers, slot),
    },
    runningTasks: () => S + p.parallelism(),
    bug: (name) => p.bug(name) || (name === 'completionNotStored' && s.stopMode !== 0 && p.bug('stopNotNamed')),
  }
}

/** True when every subtask has been told of a checkpoint taken after all input was taken: nothing is left to do. */
export function lastNotified(p: Pipeline): boolean {
  const { finalId, notified } = p.s
  for (let i = 0; i < p.parallelism(); i++) if (finalId.at(i) === 0 || notified.at(i) < finalId.at(i)) return false
  return true
}

export function nothingToTell(p: Pipeline): boolean {
  for (const sink of p.sinks) if (sink.notices.length > 0) return false
  return true
}

export function coordinatorRules(p: Pipeline, k: Coordinator, buffers: SnapshotBuffers): void {
  triggerRules(p, k)
  collectRules(p, k)
  completeRules(p, k, buffers)
}

/** No stop, no source with a trigger to answer, every task open, and what a restore put back into channels taken. */
export function readyToTrigger(p: Pipeline): boolean {
  const { s, S } = p
  if (s.stopMode !== 0) return false
  for (let source = 0; source < S; source++) if (s.rpc.at(source) !== 0) return false
  for (let c = 0; c < s.recovering.length; c++) if (s.recovering.at(c) !== 0) return false
  for (let i = 0; i < s.opening.length; i++) if (s.opening.at(i) !== 0) return false
  return p.running()
}

export function inputTaken(p: Pipeline): boolean {
  const { s, S } = p
  for (let source = 0; source < S; source++) if (s.ended.at(source) === 0) return false
  for (let i = 0; i < p.parallelism(); i++) if (s.finished.at(i) === 0) return false
  return true
}

function triggerRules(p: Pipeline, k: Coordinator): void {
  const { s, b } = p
  const may = (kind: RequestKind) => readyToTrigger(p) && mayTrigger(k, kind) && !inputTaken(p)
  p.rule(
    'trigger',
    'environment',
    () => s.nextId <= b.checkpoints + s.savepoints && may('checkpoint'),
    () => trigger(k, 'checkpoint'),
  )
  if (b.savepoints > 0)
    p.rule(
      'savepoint',
      'environment',
      () => s.savepoints < b.savepoints && may('savepoint'),
      () => {
        s.savepoints = s.savepoints + 1
        trigger(k, 'savepoint')
      },
    )
  p.rule(
    'trigger(last)',
    'progress',
    () =>
      readyToTrigger(p) &&
      pendingCount(k) === 0 &&
      inputTaken(p) &&
      nothingToTell(p) &&
      !lastNotified(p) &&
      s.nextId <= highestId(b),
    () => trigger(k, 'checkpoint'),
  )
}

function collectRules(p: Pipeline, k: Coordinator): void {
  const { S } = p
  const ids = highestId(p.b)
  p.acks.forEach((queue, t) => {
    p.rule(
      `collect(${t < S ? `source${t}` : `sink${t - S}`})`,
      'progress',
      () => queue.length > 0,
      () => {
        const message = queue.shift()
        if (message > ids) return decline(k, t, message - ids, 'CHECKPOINT_DECLINED')
        const stale = slotOf(k, message) < 0
        if (acknowledge(k, t, message) === 'success' && stale) p.report('S10')
      },
      () => queue.at(0) <= ids,
    )
  })
}

function completeRules(p: Pipeline, k: Coordinator, buffers: SnapshotBuffers): void {
  const { s } = p
  for (let slot = 0; slot < s.pending.length; slot++)
    p.rule(
      slot === 0 ? 'complete' : `complete(${slot})`,
      'progress',
      () => mayComplete(k, slot),
      () => completes(p, k, buffers, slot),
    )
}

/** The entry in the checkpoint store is the commit point. */
export function completes(p: Pipeline, k: Coordinator, buffers: SnapshotBuffers, slot: number): void {
  const { s } = p
  const savepoint = s.isSavepoint.length > 0 && s.isSavepoint.at(slot) === 1
  if (!durableOrInState(p, buffers, slot)) p.report('S7')
  if (!cutConsistent(p, slot)) p.report('S6')
  if (!savepoint && s.pending.at(slot) > s.newestId) s.newestId = s.pending.at(slot)
  complete(k, slot)
}
