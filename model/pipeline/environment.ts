// What the world does to a job: it crashes by death or by failover, comes back from the newest completed checkpoint,
// loses notifications, lets checkpoints expire, and applies requests that nobody waits for any more.
// Read next: store.ts (how a request becomes a zombie), coordinator.ts (what a crash does to a pending checkpoint).

import { checkpointStoreRules } from './checkpointStore.ts'
import { codeUpdateRules } from './codeUpdate.ts'
import { type Coordinator, expire, failover } from './coordination/index.ts'
import { coordinatorCrashRules } from './coordinatorCrash.ts'
import type { Gate } from './gates/index.ts'
import type { Pipeline } from './pipeline.ts'
import { restoreRules } from './restore.ts'
import type { SnapshotBuffers } from './slots.ts'
import { landInStaging } from './staging/rows.ts'
import { putAll } from './store.ts'
import { DOWN, FAILING, RUNNING } from './variables.ts'
import type { Task } from './writer.ts'

export interface TaskWithGate extends Task {
  readonly gate: Gate
}

/** The attempt is over. Its acknowledgements may still be on their way; its notices go nowhere. */
export function attemptEnd(p: Pipeline, tasks: readonly TaskWithGate[], k: Coordinator): () => void {
  const { s } = p
  return () => {
    for (const sink of p.sinks) sink.notices.clear()
    failover(k)
    for (const { sink, gate, writer } of tasks) {
      writer.attemptOver()
      sink.acking.clear()
      sink.abortedIds.clear()
      sink.notices.clear()
      gate.reset()
    }
    s.request.clear()
    s.answer.clear()
    s.sleeping.clear()
    s.backoff.clear()
    s.offset.clear()
    s.ended.clear()
    s.rpc.clear()
    for (const { queue, held } of p.channels) {
      queue.clear()
      held.clear()
    }
    s.capturing.clear()
    s.announced.clear()
    s.recovering.clear()
    s.endReceived.clear()
    s.finished.clear()
    s.doing.clear()
    s.doingId.clear()
    s.notified.clear()
    s.lastBarrier.clear()
    s.inSnapshot.clear()
    s.maxAborted.clear()
    s.armed.clear()
    s.finalId.clear()
    s.closed.clear()
    s.stopMode = 0
    s.inputStopped.clear()
  }
}

export function environmentRules(
  p: Pipeline,
  tasks: readonly TaskWithGate[],
  endAttempt: () => void,
  k: Coordinator,
  buffers: SnapshotBuffers,
): void {
  const { s } = p
  const die = () => {
    endAttempt()
    for (const { writer } of tasks) writer.discard()
    s.job = DOWN
  }
  p.fault('F2d', 'crash(death)', () => s.job !== DOWN, die)
  coordinatorCrashRules(p, k, buffers, die)
  // The sink objects live on until their close() returns: buffer and current batch are still there.
  p.fault(
    'F2f',
    'crash(failover)',
    () => s.job === RUNNING,
    () => {
      endAttempt()
      s.job = FAILING
    },
  )
  restoreRules(p, tasks)
  checkpointStoreRules(p)
  codeUpdateRules(p, k, endAttempt)
  for (const { sink } of tasks)
    p.fault(
      'F5',
      `lose(notification ${sink.name})`,
      () => p.running() && sink.notices.length > 0,
      () => {
        sink.notices.shift()
      },
    )
  if (p.b.alignment === 'alternating')
    p.rule(
      'overdue',
      'timer',
      () => p.running() && s.pending.at(0) > s.overdue,
      () => {
        s.overdue = s.pending.at(0)
      },
    )
  for (let slot = 0; slot < s.pending.length; slot++)
    p.fault(
      'F6',
      slot === 0 ? 'expire' : `expire(${slot})`,
      () => p.running() && s.pending.at(slot) !== 0,
      () => expire(k, s.pending.at(slot)),
    )
  for (let i = 0; i < s.zombies.length; i++)
    p.fault(
      'F3',
      `zombie(${i})`,
      () => s.zombies.at(i) !== 0 && (i === 0 || s.zombies.at(i) !== s.zombies.at(i - 1)),
      () => {
        const zombie = s.zombies.at(i)
        if (zombie >> p.V === 0) putAll(p, zombie)
        else landInStaging(p, zombie)
        for (let j = i; j + 1 < s.zombies.length; j++) s.zombies.set(j, s.zombies.at(j + 1))
        s.zombies.set(s.zombies.length - 1, 0)
      },
    )
}
