// What the coordinator tells the sink's task: a checkpoint is complete, or aborted. Ids up to the newest one told, or
// restored, are dropped; an abort carries the newest completed id, which is delivered first (FLINK-21080).
// Source followed: Flink's StreamTask. Read next: coordinator.ts (who sends).
import { highestId } from './bounds.ts'
import type { Buffer } from './buffer.ts'
import { isComplete } from './coordinator.ts'
import type { FlushLoop } from './flushLoop.ts'
import { accounted } from './guarantees.ts'
import type { Pipeline, Sink } from './pipeline.ts'
import { toldAborted } from './taskCheckpoints.ts'
import { IDLE, IN_ABORT, IN_FLUSH } from './variables.ts'

export function noticeRules(p: Pipeline, sink: Sink, buf: Buffer, loop: FlushLoop): void {
  const { s, design } = p
  const { notices } = sink
  const i = sink.p
  const ids = highestId(p.b)

  /** True where the sink now flushes. */
  const notified = (id: number) => {
    if (id <= s.notified.at(i)) {
      if (!p.bug('notifyUnfiltered')) return false
      p.report('S8')
    }
    s.notified.set(i, id)
    return design.onNotify === 'flush'
  }
  const abortNow = (id: number) => {
    const complete = accounted(p, sink, buf)
    toldAborted(p, sink, id)
    if (p.bug('abortDiscards')) {
      buf.clear()
      s.armed.set(i, 0)
    }
    if (complete && !accounted(p, sink, buf)) p.report('S11')
  }
  loop.whenFlushed(IN_ABORT, abortNow)

  const arrives = (complete: boolean) =>
    p.running() && s.doing.at(i) === IDLE && notices.length > 0 && isComplete(ids, notices.at(0)) === complete
  p.rule(
    `notify(${sink.name})`,
    'progress',
    () => arrives(true),
    () => {
      if (notified(notices.shift())) loop.startThen(IN_FLUSH)
    },
  )
  p.rule(
    `abort(${sink.name})`,
    'progress',
    () => arrives(false),
    () => {
      const notice = notices.shift()
      const id = Math.floor(notice / (ids + 1))
      const newest = notice % (ids + 1)
      const deliver = newest > s.notified.at(i) || (newest > 0 && p.bug('notifyUnfiltered'))
      if (deliver && notified(newest)) loop.startThen(IN_ABORT, id)
      else abortNow(id)
    },
  )
}
