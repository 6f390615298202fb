// A sink's flush loop: batch after batch until the buffer is empty, one request at a time. A mail that waits for it
// blocks the task (`doing`), and goes on when the loop is through. One loop at a time: a second flush joins it.
// Read next: sink.ts, receive.ts and notice.ts (who flushes), store.ts (what happens to a request).
import type { Vector } from '../kernel/index.ts'
import type { Buffer } from './buffer.ts'
import type { Pipeline, Sink } from './pipeline.ts'
import { abandon, putting } from './store.ts'
import { FAILING, IDLE, IN_CLOSE, IN_FLUSH, NO_REQUEST, OK, SENT, UNPROCESSED } from './variables.ts'
import type { RequestSlot, Writer } from './writer.ts'

export function flushLoop(p: Pipeline, sink: Sink, buf: Buffer): Writer {
  const { s, b, design } = p
  const { batch } = sink
  const handedBack = sink.handedBack[0] as Vector
  const i = sink.p
  const goOn: ((id: number) => void)[] = []
  const looping = () => s.request.at(i) !== NO_REQUEST || s.sleeping.at(i) === 1
  const batchEmpty = () => {
    for (let r = 0; r < p.V; r++) if (batch.at(r) === 1) return false
    return true
  }
  const send = () => s.request.set(i, SENT)
  const flushed = () => {
    const was = s.doing.at(i)
    const id = s.doingId.at(i)
    s.doing.set(i, IDLE)
    s.doingId.set(i, 0)
    goOn[was]?.(id)
  }
  const nextBatch = () => {
    s.backoff.set(i, 0)
    buf.takeBatch()
    if (batchEmpty()) flushed()
    else send()
  }
  const start = () => {
    if (looping()) return
    s.armed.set(i, 0)
    nextBatch()
  }
  const startThen = (then: number, id = 0) => {
    s.doing.set(i, then)
    s.doingId.set(i, id)
    start()
  }
  const retry = () => {
    if (s.job === FAILING) {
      // close() has nobody to retry for it: what it could not write is gone.
      batch.clear()
      flushed()
      return
    }
    if (!p.bug('backoffTimerLost')) s.sleeping.set(i, 1)
    if (s.backoff.at(i) < b.backoffLevels) s.backoff.set(i, s.backoff.at(i) + 1)
  }
  const request: RequestSlot = {
    name: sink.name,
    at: i,
    handedBack,
    holds: (record) => batch.at(record - 1) === 1,
    repeatsKey: () => false,
    ...putting(p, (record) => batch.at(record - 1) === 1),
    answered(kind) {
      if (kind === OK || (kind === UNPROCESSED && p.bug('unprocessedIgnored'))) {
        batch.clear()
        handedBack.clear()
        return nextBatch()
      }
      if (kind === UNPROCESSED) for (let r = 0; r < p.V; r++) batch.set(r, handedBack.at(r))
      handedBack.clear()
      retry()
    },
  }
  return {
    rules() {
      p.rule(
        `timer(${sink.name})`,
        'timer',
        () => s.sleeping.at(i) === 1,
        () => {
          s.sleeping.set(i, 0)
          if (!p.bug('retryForgotten')) return send()
          batch.clear()
          nextBatch()
        },
        () => !p.zombiesMatter(),
      )
    },
    start,
    startThen,
    whenFlushed(doing, what) {
      goOn[doing] = what
    },
    invoke(record) {
      if (design.buffer === 'none') {
        batch.set(record - 1, 1)
        s.doing.set(i, IN_FLUSH)
        s.backoff.set(i, 0)
        return send()
      }
      buf.add(record)
      if (!design.flushWhenFull && !p.bug('visibleEarly')) return
      if (buf.size() >= b.batchLimit) startThen(IN_FLUSH)
      else if (!looping()) s.armed.set(i, 1)
    },
    mayFire: () => s.doing.at(i) === IDLE && s.armed.at(i) === 1,
    fire: () => startThen(IN_FLUSH),
    takesMail: () => s.doing.at(i) === IDLE,
    mailEnded: () => {},
    holds: (record) => batch.at(record - 1) === 1,
    holdsNothing: batchEmpty,
    quiet: () => !looping(),
    someSent(test) {
      if (s.request.at(i) !== SENT) return false
      for (let r = 1; r <= p.V; r++) if (batch.at(r - 1) === 1 && test(r)) return true
      return false
    },
    requests: () => [request],
    opened: () => {},
    attemptOver() {
      if (s.request.at(i) === SENT) abandon(p, request)
      handedBack.clear()
    },
    closeWrites() {
      if (design.onClose !== 'write' || (batchEmpty() && buf.size() === 0)) return false
      s.doing.set(i, IN_CLOSE)
      if (batchEmpty()) nextBatch()
      else send()
      return true
    },
    discard() {
      buf.clear()
      batch.clear()
    },
  }
}
