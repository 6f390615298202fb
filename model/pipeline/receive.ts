// What the sink's task does with the next element of a channel: a record is invoked, a barrier aligned and answered with
// a snapshot, end of data finished. Source followed: Flink's SingleCheckpointBarrierHandler and
// SubtaskCheckpointCoordinatorImpl, aligned mode. Read next: notice.ts, flushLoop.ts.
import type { Buffer } from './buffer.ts'
import { copyFifo } from './copy.ts'
import type { FlushLoop } from './flushLoop.ts'
import { taken } from './guarantees.ts'
import type { Pipeline } from './pipeline.ts'
import { barrierElement, endOfData } from './source.ts'
import { IDLE, IN_FINISH, IN_FLUSH, IN_SNAPSHOT } from './variables.ts'

export function receiveRules(p: Pipeline, buf: Buffer, loop: FlushLoop): void {
  const { s, b, S, design } = p

  const invoke = (record: number) => {
    if (design.buffer === 'none') {
      s.batch.set(record - 1, 1)
      s.doing = IN_FLUSH
      s.backoff = 0
      loop.send()
      return
    }
    buf.add(record)
    if (!design.flushWhenFull && !p.bug('visibleEarly')) return
    if (buf.size() >= b.batchLimit) loop.startThen(IN_FLUSH)
    else if (!loop.looping()) s.armed = 1
  }

  const snapshot = (id: number) => {
    s.acking.push(id)
    if (s.finished === 1 && s.finalId === 0) s.finalId = id
    if (s.pending !== id) return
    if (design.onSnapshot === 'copy' && !p.bug('bufferNotInState')) copyFifo(s.bufferList, s.pendingBuffer)
    for (let source = 0; source < S; source++) s.pendingTaken.set(source, taken(p, source))
  }
  loop.whenFlushed(IN_SNAPSHOT, snapshot)

  const takeBarrier = (id: number) => {
    // Told of the abort before the barrier came: no snapshot (FLINK-18238).
    if (s.abortedId === id) return
    if (design.onSnapshot === 'flush') return loop.startThen(IN_SNAPSHOT, id)
    if (design.onSnapshot === 'flushNotAwaited') loop.start()
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

  const finished = () => {
    s.finished = 1
  }
  loop.whenFlushed(IN_FINISH, finished)
  const endOfInput = (channel: number) => {
    s.endReceived.set(channel, 1)
    for (let c = 0; c < S; c++) if (s.endReceived.at(c) === 0) return
    if (p.bug('firstRecordAgain')) buf.add(1)
    if (design.onFinish === 'write') return loop.startThen(IN_FINISH)
    if (design.onFinish === 'drop') {
      buf.clear()
      s.armed = 0
    }
    finished()
  }

  p.channels.forEach((channel, c) => {
    p.rule(
      `receive(${c})`,
      'progress',
      () => p.running() && s.doing === IDLE && channel.length > 0 && s.blocked.at(c) === 0,
      () => {
        const element = channel.shift()
        if (element < endOfData(p)) return invoke(c * b.records + element)
        if (element === endOfData(p)) return endOfInput(c)
        align(c, element - barrierElement(p, 0))
      },
    )
  })
}
