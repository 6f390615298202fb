// A sink's flush loop: batch after batch until the buffer is empty, one request at a time. A mail that waits for it
// blocks the task (`doing`), and goes on when the loop is through. One loop at a time: a second flush joins it.
// Read next: sink.ts, receive.ts and notice.ts (who flushes), store.ts (what happens to a request).
import { type Buffer, batchEmpty } from './buffer.ts'
import type { Pipeline, Sink } from './pipeline.ts'
import { IDLE, NO_REQUEST, SENT } from './variables.ts'

export interface FlushLoop {
  looping(): boolean
  /** Starts the loop where none runs. */
  start(): void
  /** The mail waits until everything buffered is written; `then` says what it was in the middle of. */
  startThen(then: number, id?: number): void
  /** Sends the batch as it stands. */
  send(): void
  /** Sends the next batch, or ends the loop. */
  nextBatch(): void
  /** The loop is through: the waiting mail goes on. */
  flushed(): void
  /** What a mail that was in the middle of `doing` does then. */
  whenFlushed(doing: number, goOn: (id: number) => void): void
}

export function flushLoop(p: Pipeline, sink: Sink, buf: Buffer): FlushLoop {
  const { s } = p
  const i = sink.p
  const goOn: ((id: number) => void)[] = []
  const loop: FlushLoop = {
    looping: () => s.request.at(i) !== NO_REQUEST || s.sleeping.at(i) === 1,
    send() {
      s.request.set(i, SENT)
    },
    start() {
      if (loop.looping()) return
      s.armed.set(i, 0)
      loop.nextBatch()
    },
    startThen(then, id = 0) {
      s.doing.set(i, then)
      s.doingId.set(i, id)
      loop.start()
    },
    nextBatch() {
      s.backoff.set(i, 0)
      buf.takeBatch()
      if (batchEmpty(p, sink)) loop.flushed()
      else loop.send()
    },
    flushed() {
      const was = s.doing.at(i)
      const id = s.doingId.at(i)
      s.doing.set(i, IDLE)
      s.doingId.set(i, 0)
      goOn[was]?.(id)
    },
    whenFlushed(doing, what) {
      goOn[doing] = what
    },
  }
  return loop
}
