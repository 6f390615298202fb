// The requests that a sink has in flight, oldest first, and the limit that its answers move: what Flink's AsyncSinkWriter
// knows of them. Entries go back to the head of the buffer in the order in which they were handed back.
// Sources followed: Flink's AsyncSinkWriter, AIMDScalingStrategy. Read next: asyncWriter.ts (the calls that wait).
import type { Fifo, Vector } from '../kernel/index.ts'
import { keyOf } from './bounds.ts'
import { copyFifo } from './copy.ts'
import type { Pipeline, Sink } from './pipeline.ts'
import { NO_REQUEST, SENT } from './variables.ts'

const INCREASE_RATE = 10

export interface InFlight {
  /** How many. */
  count(): number
  /** One more would be over the limit. */
  blocked(): boolean
  /** The buffer holds a whole batch. */
  full(): boolean
  /** A batch leaves the buffer, full or not; nothing where it is empty. */
  send(): void
  sendFull(): void
  /** An entry comes into the buffer; the first one arms the timer. */
  add(record: number): void
  /** A request is over: what failed of it goes back. */
  complete(at: number, failed: 'none' | 'handedBack' | 'all'): void
  /** Whether the request carries that record: deduplication keeps one record of a key. */
  carries(at: number, record: number): boolean
  repeatsKey(at: number): boolean
}

export function inFlight(p: Pipeline, sink: Sink): InFlight {
  const { s, b, design } = p
  const { bufferList: buffer, flights, handedBack } = sink
  const i = sink.p
  const R = design.inFlight
  const request = (at: number) => flights[at] as Fifo
  const backOf = (at: number) => handedBack[at] as Vector
  const sameKey = (one: number, other: number) => keyOf(b, one) === keyOf(b, other)
  const count = () => {
    let n = 0
    while (n < R && request(n).length > 0) n++
    return n
  }
  const entries = () => {
    let n = 0
    for (let at = 0; at < R; at++) n += request(at).length
    return n
  }
  const nextBatch = () => Math.min(b.batchLimit, s.limit.at(i), buffer.length)
  const blocked = () => count() >= R || entries() + nextBatch() > s.limit.at(i)
  const full = () => buffer.length >= Math.min(b.batchLimit, s.limit.at(i))
  const send = () => {
    const size = nextBatch()
    if (size === 0) return
    const at = count()
    for (let n = 0; n < size; n++) request(at).push(buffer.shift())
    s.request.set(i * R + at, SENT)
  }
  const sendFull = () => {
    while (!blocked() && full()) send()
  }
  const arm = () => {
    if (buffer.length === 0) s.armed.set(i, 1)
  }
  const replaces = (entries: Fifo, place: number, other: number) => {
    const record = entries.at(place)
    const rival = entries.at(other)
    if (other === place || !sameKey(record, rival)) return false
    if (design.dedupe === 'byVersion') return rival > record
    return design.dedupe === 'lastInBatch' && other > place
  }
  /** What is behind the request in the order of sending moves up. */
  const remove = (at: number) => {
    for (let n = at; n < R; n++) {
      const last = n + 1 === R
      if (last) request(n).clear()
      else copyFifo(request(n + 1), request(n))
      s.request.set(i * R + n, last ? NO_REQUEST : s.request.at(i * R + n + 1))
      s.answer.set(i * R + n, last ? 0 : s.answer.at(i * R + n + 1))
      for (let r = 0; r < p.V; r++) backOf(n).set(r, last ? 0 : backOf(n + 1).at(r))
    }
  }
  const putBack = (at: number, all: boolean) => {
    const behind = buffer.length
    let failed = 0
    for (let place = 0; place < request(at).length; place++) {
      const record = request(at).at(place)
      if (!all && backOf(at).at(record - 1) === 0) continue
      if (failed++ === 0) arm()
      buffer.push(record)
    }
    for (let n = 0; n < behind; n++) buffer.push(buffer.shift())
    return failed
  }
  return {
    count,
    blocked,
    full,
    send,
    sendFull,
    add(record) {
      arm()
      buffer.push(record)
    },
    complete(at, failed) {
      const back = failed === 'none' ? 0 : putBack(at, failed === 'all')
      remove(at)
      const limit = s.limit.at(i)
      const raised = Math.min(limit + INCREASE_RATE, b.batchLimit * R)
      s.limit.set(i, back > 0 ? Math.max(1, Math.round(limit / 2)) : raised)
      sendFull()
    },
    carries(at, record) {
      const entries = request(at)
      for (let place = 0; place < entries.length; place++) {
        if (entries.at(place) !== record) continue
        for (let other = 0; other < entries.length; other++) if (replaces(entries, place, other)) return false
        return true
      }
      return false
    },
    repeatsKey(at) {
      const entries = request(at)
      if (design.dedupe !== 'none') return false
      for (let place = 1; place < entries.length; place++)
        for (let other = 0; other < place; other++) if (sameKey(entries.at(place), entries.at(other))) return true
      return false
    },
  }
}
