// What the coordinator tells the sink's task: a checkpoint is complete, or aborted. Ids up to the newest one told, or
// restored, are dropped; an abort carries the newest completed id, which is delivered first (FLINK-21080).
// Source followed: Flink's StreamTask. Read next: coordinator.ts (who sends).
import { highestId } from './bounds.ts'
import { isComplete } from './coordinator.ts'
import { accounted } from './guarantees.ts'
import type { Pipeline } from './pipeline.ts'
import { toldAborted } from './taskCheckpoints.ts'
import { IN_ABORT, IN_FLUSH, STATE_LOST } from './variables.ts'
import type { Task } from './writer.ts'

export function noticeRules(p: Pipeline, task: Task): void {
  const { s, design } = p
  const { sink, buf, writer } = task
  const { notices } = sink
  const i = sink.p
  const ids = highestId(p.b)

  const writes = design.onNotify !== 'nothing'
  /** False where the sink is not told. */
  const notified = (id: number) => {
    if (id <= s.notified.at(i)) {
      if (!p.bug('notifyUnfiltered')) return false
      p.report('S8')
    }
    s.notified.set(i, id)
    return true
  }
  const abortNow = (id: number) => {
    const complete = accounted(p, task)
    toldAborted(p, sink, id)
    if (s.inSnapshot.length > 0 && s.inSnapshot.at(i) > 0 && s.doingId.at(i) === id) s.inSnapshot.set(i, STATE_LOST)
    if (p.bug('abortDiscards')) {
      buf.clear()
      s.armed.set(i, 0)
    }
    if (complete && !accounted(p, task)) p.report('S11')
    writer.mailEnded()
  }
  writer.whenFlushed(IN_ABORT, abortNow)

  const arrives = (complete: boolean) =>
    p.running() && writer.takesMail() && notices.length > 0 && isComplete(ids, notices.at(0)) === complete
  p.rule(
    `notify(${sink.name})`,
    'progress',
    () => arrives(true),
    () => {
      if (!notified(notices.shift())) return
      if (writes) writer.startThen(IN_FLUSH)
      else writer.mailEnded()
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
      if (deliver && notified(newest)) {
        if (writes) return writer.startThen(IN_ABORT, id)
        writer.mailEnded()
      }
      abortNow(id)
    },
  )
}
