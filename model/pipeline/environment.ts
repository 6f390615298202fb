// What the world does to a job: it crashes by death or by failover, comes back from the newest completed checkpoint,
// loses notifications, lets checkpoints expire, and applies requests that nobody waits for any more.
// Read next: store.ts (how a request becomes a zombie), coordinator.ts (what a crash does to a pending checkpoint).
import type { Buffer } from './buffer.ts'
import { abortPending, clearPending } from './coordinator.ts'
import { copyFifo } from './copy.ts'
import type { Pipeline } from './pipeline.ts'
import { abandon, put } from './store.ts'
import { DOWN, FAILING, IDLE, NO_REQUEST, RUNNING, SENT } from './variables.ts'

export function environmentRules(p: Pipeline, buf: Buffer): void {
  const { s } = p
  /** The attempt is over. Its acknowledgements may still be on their way; its notices go nowhere. */
  const endAttempt = () => {
    if (s.request === SENT) abandon(p)
    s.request = NO_REQUEST
    s.answer = 0
    s.handedBack.clear()
    s.sleeping = 0
    s.backoff = 0
    s.offset.clear()
    s.ended.clear()
    s.rpc.clear()
    for (const channel of p.channels) channel.clear()
    s.aligning = 0
    s.blocked.clear()
    s.endReceived.clear()
    s.finished = 0
    s.doing = IDLE
    s.doingId = 0
    s.acking.clear()
    s.notified = 0
    s.abortedId = 0
    s.armed = 0
    s.finalId = 0
    s.notices.clear()
    clearPending(p)
  }
  p.fault(
    'F2d',
    'crash(death)',
    () => s.job !== DOWN,
    () => {
      endAttempt()
      buf.clear()
      s.batch.clear()
      s.job = DOWN
    },
  )
  // The sink object lives on until its close() returns: buffer and current batch are still there.
  p.fault(
    'F2f',
    'crash(failover)',
    () => s.job === RUNNING,
    () => {
      endAttempt()
      s.job = FAILING
    },
  )
  p.rule(
    'restore',
    'progress',
    () => s.job === DOWN,
    () => {
      s.job = RUNNING
      if (s.completed !== s.newestId) p.report('S9')
      s.notified = s.completed
      for (let source = 0; source < p.S; source++) s.offset.set(source, s.completedOffset.at(source))
      if (p.design.onSnapshot !== 'copy') return
      copyFifo(s.completedBuffer, s.bufferList)
      if (s.bufferList.length > 0) s.armed = 1
    },
  )
  p.fault(
    'F5',
    'lose(notification sink0)',
    () => p.running() && s.notices.length > 0,
    () => {
      s.notices.shift()
    },
  )
  p.fault(
    'F6',
    'expire',
    () => p.running() && s.pending !== 0,
    () => {
      abortPending(p)
    },
  )
  for (let i = 0; i < s.zombies.length; i++)
    p.fault(
      'F3',
      `zombie(${i})`,
      () => s.zombies.at(i) !== 0 && (i === 0 || s.zombies.at(i) !== s.zombies.at(i - 1)),
      () => {
        const mask = s.zombies.at(i)
        for (let r = 0; r < p.V; r++) if ((mask >> r) & 1) put(p, r + 1)
        for (let j = i; j + 1 < s.zombies.length; j++) s.zombies.set(j, s.zombies.at(j + 1))
        s.zombies.set(s.zombies.length - 1, 0)
      },
    )
}
