// The sink's task: takes elements, aligns barriers, writes batches one request at a time, snapshots, acknowledges.
// One mail runs at a time; a mail that waits for the store blocks the task (`doing`), and its continuation runs when the
// flush is through. Sources followed: DESIGN section 5, Flink's StreamTask and SubtaskCheckpointCoordinatorImpl.
// Read next: store.ts (what happens to a request), sinks/designs.ts (the rows), guarantees.ts.
import { highestId } from './bounds.ts'
import { type Buffer, batchEmpty } from './buffer.ts'
import { isComplete } from './coordinator.ts'
import { copyFifo } from './copy.ts'
import { accounted, taken } from './guarantees.ts'
import type { Pipeline } from './pipeline.ts'
import { barrierElement, endOfData } from './source.ts'
import {
  CLOSING,
  DOWN,
  FAILING,
  IDLE,
  IN_ABORT,
  IN_CLOSE,
  IN_FINISH,
  IN_FLUSH,
  IN_SNAPSHOT,
  NO_REQUEST,
  SENT,
} from './variables.ts'

export interface SinkTask {
  /** The flush loop is through: the waiting mail goes on. */
  flushed(): void
  /** Sends the next batch, or ends the flush loop. */
  nextBatch(): void
}

export function sinkRules(p: Pipeline, buf: Buffer): SinkTask {
  const { s, b, S, design } = p
  const ids = highestId(b)
  const idle = () => p.running() && s.doing === IDLE
  const looping = () => s.request !== NO_REQUEST || s.sleeping === 1

  const send = () => {
    s.request = SENT
  }
  const nextBatch = () => {
    s.backoff = 0
    buf.takeBatch()
    if (batchEmpty(p)) flushed()
    else send()
  }
  /** The mail waits until everything buffered is written; D4's background loop is joined, never doubled. */
  const flushThen = (then: number, id = 0) => {
    s.doing = then
    s.doingId = id
    startLoop()
  }
  const startLoop = () => {
    if (looping()) return
    s.armed = 0
    nextBatch()
  }
  const flushed = () => {
    const then = s.doing
    const id = s.doingId
    s.doing = IDLE
    s.doingId = 0
    if (then === IN_SNAPSHOT) snapshot(id)
    else if (then === IN_FINISH) s.finished = 1
    else if (then === IN_ABORT) abortNow(id)
    else if (then === IN_CLOSE) closed()
  }
  const closed = () => {
    buf.clear()
    s.batch.clear()
    s.backoff = 0
    s.job = DOWN
  }

  const invoke = (record: number) => {
    if (design.buffer === 'none') {
      s.batch.set(record - 1, 1)
      s.doing = IN_FLUSH
      s.backoff = 0
      send()
      return
    }
    buf.add(record)
    if (!design.flushWhenFull && !p.bug('visibleEarly')) return
    if (buf.size() >= b.batchLimit) flushThen(IN_FLUSH)
    else if (!looping()) s.armed = 1
  }

  const snapshot = (id: number) => {
    s.acking.push(id)
    if (s.finished === 1 && s.finalId === 0) s.finalId = id
    if (s.pending !== id) return
    if (design.onSnapshot === 'copy' && !p.bug('bufferNotInState')) copyFifo(s.bufferList, s.pendingBuffer)
    for (let source = 0; source < S; source++) s.pendingTaken.set(source, taken(p, source))
  }
  const takeBarrier = (id: number) => {
    if (s.abortedId === id) return
    if (design.onSnapshot === 'flush') return flushThen(IN_SNAPSHOT, id)
    if (design.onSnapshot === 'flushNotAwaited') startLoop()
    snapshot(id)
  }
  const align = (channel: number, id: number) => {
    if (p.bug('noAlignment')) {
      if (s.aligning >= id) return
      s.aligning = id
      return takeBarrier(id)
    }
    s.blocked.set(channel, 1)
    s.aligning = S === 1 ? 0 : id
    for (let c = 0; c < S; c++) if (s.blocked.at(c) === 0) return
    s.aligning = 0
    s.blocked.clear()
    takeBarrier(id)
  }
  const endOfInput = (channel: number) => {
    s.endReceived.set(channel, 1)
    for (let c = 0; c < S; c++) if (s.endReceived.at(c) === 0) return
    if (p.bug('firstRecordAgain')) buf.add(1)
    if (design.onFinish === 'write') return flushThen(IN_FINISH)
    if (design.onFinish === 'drop') {
      buf.clear()
      s.armed = 0
    }
    s.finished = 1
  }
  p.channels.forEach((channel, c) => {
    p.rule(
      `receive(${c})`,
      'progress',
      () => idle() && channel.length > 0 && s.blocked.at(c) === 0,
      () => {
        const element = channel.shift()
        if (element < endOfData(p)) return invoke(c * b.records + element)
        if (element === endOfData(p)) return endOfInput(c)
        const id = element - barrierElement(p, 0)
        align(c, id)
      },
    )
  })

  p.rule(
    'flush(sink0)',
    'timer',
    () => idle() && s.armed === 1,
    () => flushThen(IN_FLUSH),
  )
  p.rule(
    'timer(sink0)',
    'timer',
    () => s.sleeping === 1,
    () => {
      s.sleeping = 0
      if (p.bug('retryForgotten')) {
        s.batch.clear()
        nextBatch()
      } else send()
    },
  )
  p.rule(
    'acknowledge(sink0)',
    'progress',
    () => p.running() && s.acking.length > 0,
    () => {
      p.acks[S]?.push(s.acking.shift())
    },
  )
  p.fault(
    'F6',
    'decline(sink0)',
    () => p.running() && s.acking.length > 0 && s.acking.at(0) === s.pending,
    () => {
      p.acks[S]?.push(ids + s.acking.shift())
      // What a decline leaves behind is no snapshot.
      s.pendingBuffer.clear()
      s.pendingTaken.clear()
    },
  )

  const notified = (id: number) => {
    if (id <= s.notified) {
      if (!p.bug('notifyUnfiltered')) return false
      p.report('S8')
    }
    s.notified = id
    return design.onNotify === 'flush'
  }
  const abortNow = (id: number) => {
    const complete = accounted(p, buf)
    s.abortedId = id
    for (let i = s.acking.length; i > 0; i--) {
      const open = s.acking.shift()
      if (open !== id) s.acking.push(open)
    }
    if (p.bug('abortDiscards')) {
      buf.clear()
      s.armed = 0
    }
    if (complete && !accounted(p, buf)) p.report('S11')
  }
  const headNotice = () => (s.notices.length === 0 ? 0 : s.notices.at(0))
  p.rule(
    'notify(sink0)',
    'progress',
    () => idle() && headNotice() !== 0 && isComplete(ids, headNotice()),
    () => {
      if (notified(s.notices.shift())) flushThen(IN_FLUSH)
    },
  )
  p.rule(
    'abort(sink0)',
    'progress',
    () => idle() && headNotice() !== 0 && !isComplete(ids, headNotice()),
    () => {
      const notice = s.notices.shift()
      const id = Math.floor(notice / (ids + 1))
      // FLINK-21080: the newest completed id comes with the abort and is delivered first.
      const newest = notice % (ids + 1)
      if ((newest > s.notified || (newest > 0 && p.bug('notifyUnfiltered'))) && notified(newest))
        flushThen(IN_ABORT, id)
      else abortNow(id)
    },
  )

  p.rule(
    'close(sink0)',
    'progress',
    () => s.job === FAILING,
    () => {
      if (design.onClose !== 'write' || (batchEmpty(p) && buf.size() === 0)) return closed()
      s.job = CLOSING
      s.doing = IN_CLOSE
      if (batchEmpty(p)) nextBatch()
      else send()
    },
  )
  return { flushed, nextBatch }
}
