// The coordinator of the barrier yardstick, and what can go wrong around it: abort, crash, restore, and writes of dead
// attempts that land late or never.

import { type Rule, rule } from '../kernel/index.ts'
import { type BarrierBounds, versionCount } from './barrierBounds.ts'
import {
  type BarrierState,
  COLLECTED,
  channelsOf,
  clearPending,
  keysOf,
  SENT,
  versions,
  write,
} from './barrierVariables.ts'

export function coordinatorRules(b: BarrierBounds, s: BarrierState): Rule[] {
  const { sources: S, keys: K } = b
  const allCollected = () => {
    for (let task = 0; task <= S; task++) if (s.ack.at(task) !== COLLECTED) return false
    return true
  }
  const collects = Array.from({ length: S + 1 }, (_, task) =>
    rule(
      `collect(${task})`,
      'progress',
      () => s.ack.at(task) === SENT,
      () => s.ack.set(task, COLLECTED),
    ),
  )
  return [
    rule(
      'trigger',
      'environment',
      () => s.up === 1 && s.pending === 0 && s.next <= b.checkpoints,
      () => {
        s.pending = s.next
        s.next = s.next + 1
        for (let i = 0; i < S; i++) s.rpc.set(i, s.pending)
      },
    ),
    ...collects,
    rule(
      'complete',
      'progress',
      () => s.pending !== 0 && allCollected(),
      () => {
        s.completed = s.pending
        s.notify = s.pending
        for (let i = 0; i < S; i++) s.completedOffset.set(i, s.pendingOffset.at(i))
        for (let k = 0; k < K; k++) s.completedBuffer.set(k, s.pendingBuffer.at(k))
        clearPending(s)
      },
    ),
    rule(
      'notify',
      'progress',
      () => s.notify !== 0,
      () => {
        s.notified = s.notify
        s.notify = 0
      },
    ),
    rule(
      'abort',
      'fault',
      () => s.pending !== 0 && s.aborts < b.aborts,
      () => {
        clearPending(s)
        s.aborts = s.aborts + 1
      },
    ),
  ]
}

export function crashRules(b: BarrierBounds, s: BarrierState): Rule[] {
  const { sources: S, keys: K } = b
  const V = versionCount(b)
  const key = keysOf(b)
  const channels = channelsOf(b, s)
  const zombieRules = versions(b).flatMap((v) => [
    rule(
      `zombieLands(${v})`,
      'environment',
      () => s.zombies.has(v),
      () => {
        write(b, s, key, v)
        s.zombies.remove(v)
      },
    ),
    rule(
      `zombieLost(${v})`,
      'environment',
      () => s.zombies.has(v),
      () => s.zombies.remove(v),
    ),
  ])
  return [
    rule(
      'crash',
      'fault',
      () => s.up === 1 && s.crashes < b.crashes,
      () => {
        s.up = 0
        s.crashes = s.crashes + 1
        s.offset.clear()
        s.rpc.clear()
        for (const channel of channels) channel.clear()
        for (let v = 1; v <= V; v++) if (s.inflight.has(v)) s.zombies.add(v)
        s.buffer.clear()
        s.inflight.clear()
        s.aligning = 0
        s.blocked.clear()
        s.syncing = 0
        s.notified = 0
        clearPending(s)
        s.notify = 0
      },
    ),
    rule(
      'restore',
      'progress',
      () => s.up === 0,
      () => {
        s.up = 1
        s.notified = s.completed
        for (let i = 0; i < S; i++) s.offset.set(i, s.completedOffset.at(i))
        for (let k = 0; k < K; k++) s.buffer.set(k, s.completedBuffer.at(k))
      },
    ),
    ...(b.crashes > 0 ? zombieRules : []),
  ]
}
