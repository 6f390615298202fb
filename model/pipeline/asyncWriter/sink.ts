// The async sink in the pipeline: the writer's calls over the sink's own variables, and its requests as the store sees
// them. Every mail of the task may end a wait; the task fails where the store refuses a request for good.
// Read next: calls.ts, ../receive.ts, ../notice.ts, ../store.ts.
import type { Vector } from '../../kernel/index.ts'
import { keyOf } from '../bounds.ts'
import type { Buffer } from '../buffer.ts'
import type { Pipeline, Sink } from '../pipeline.ts'
import { batchLimitOf } from '../sinks/designs.ts'
import { abandon, putting } from '../store.ts'
import {
  IDLE,
  IN_FINISH,
  IN_FLUSH,
  IN_SNAPSHOT,
  MOST_NESTED,
  NO_REQUEST,
  OK,
  REJECTED,
  SENT,
  UNPROCESSED,
} from '../variables.ts'
import type { RequestSlot, Writer } from '../writer.ts'
import { asyncCalls } from './calls.ts'
import type { Call, WaitingCell, WriterCells } from './cells.ts'
import { carried } from './dedupe.ts'

const DOING: Readonly<Record<Call, number>> = {
  none: IDLE,
  write: IN_FLUSH,
  timer: IN_FLUSH,
  checkpoint: IN_SNAPSHOT,
  endInput: IN_FINISH,
}
const NONE: readonly number[] = []

/** `failed`: the task fails, and its attempt with it. */
export function asyncWriter(p: Pipeline, sink: Sink, buf: Buffer, failed: () => void): Writer {
  const { s, b, design } = p
  const { flights } = sink
  const i = sink.p
  const R = design.inFlight
  const goOn: ((id: number) => void)[] = []
  const sameKey = (one: number, other: number) => keyOf(b, one) === keyOf(b, other)
  /** A request in flight holds the entry's key. */
  const flies = (entry: number) => {
    for (const entries of flights)
      for (let n = 0; n < entries.length; n++) if (sameKey(entries.at(n), entry)) return true
    return false
  }
  const calls = asyncCalls(
    cellsOf(p, sink),
    {
      maxBatchSize: batchLimitOf(design, b),
      maxInFlightRequests: R,
      // The least that Flink allows.
      maxBufferedRequests: b.batchLimit + 1,
      maxBatchSizeInBytes: Number.POSITIVE_INFINITY,
      maxRecordSizeInBytes: Number.POSITIVE_INFINITY,
      bytesOf: () => 0,
      ...(design.oneInFlightPerKey ? { mayLeave: (entry) => !flies(entry) } : {}),
    },
    {
      send: (at) => s.request.set(i * R + at, SENT),
      removed: (at) => moveUp(p, sink, at),
      snapshot: (id) => goOn[IN_SNAPSHOT]?.(id),
      inputEnded: () => goOn[IN_FINISH]?.(0),
      fail: failed,
    },
  )
  const { carries, repeatsKey } = carried(design.dedupe, sameKey)
  const requests = flights.map((entries, at): RequestSlot => {
    const handedBack = sink.handedBack[at] as Vector
    const back = (all: boolean) => {
      const places: number[] = []
      for (let place = 0; place < entries.length; place++)
        if (all || handedBack.at(entries.at(place) - 1) === 1) places.push(place)
      return places
    }
    return {
      name: at === 0 ? sink.name : `${sink.name}.${at}`,
      at: i * R + at,
      handedBack,
      holds: (record) => carries(entries, record),
      ...putting(p, (record) => carries(entries, record)),
      repeatsKey: () => repeatsKey(entries),
      answered(kind) {
        if (kind === REJECTED) return failed()
        calls.answered(at, kind === OK ? NONE : back(kind !== UNPROCESSED))
      },
    }
  })
  return {
    rules: () => {},
    start: () => {},
    startThen: (doing, id = 0) => (doing === IN_SNAPSHOT ? calls.checkpoint(id) : calls.endInput()),
    whenFlushed(doing, what) {
      goOn[doing] = what
    },
    invoke: calls.write,
    mayFire: () => s.armed.at(i) === 1 && calls.depth() <= MOST_NESTED,
    fire: calls.fire,
    takesMail: () => true,
    mailEnded: calls.mailEnded,
    holds(record) {
      if (s.adding.at(i) === record) return true
      for (const entries of flights) for (let n = 0; n < entries.length; n++) if (entries.at(n) === record) return true
      return false
    },
    holdsNothing: () => calls.requests.count() === 0 && s.adding.at(i) === 0,
    quiet: () => calls.requests.count() === 0,
    someSent(test) {
      for (const { at, holds } of requests)
        if (s.request.at(at) === SENT) for (let r = 1; r <= p.V; r++) if (holds(r) && test(r)) return true
      return false
    },
    requests: () => requests,
    opened: calls.requests.opened,
    attemptOver() {
      for (const [at, request] of requests.entries()) {
        if (s.request.at(request.at) === SENT) abandon(p, request)
        request.handedBack.clear()
        flights[at]?.clear()
      }
      s.limit.set(i, 0)
      s.adding.set(i, 0)
      s.nested.set(i, 0)
    },
    closeWrites: () => false,
    discard: () => buf.clear(),
  }
}

function cellsOf({ s }: Pipeline, sink: Sink): WriterCells {
  const { p: i, flights } = sink
  const cell = (vector: Vector) => ({ read: () => vector.at(i), write: (value: number) => vector.set(i, value) })
  const call = (): Call => {
    const doing = s.doing.at(i)
    if (doing === IN_SNAPSHOT) return 'checkpoint'
    if (doing === IN_FINISH) return 'endInput'
    if (doing === IDLE) return 'none'
    return s.adding.at(i) > 0 ? 'write' : 'timer'
  }
  const waiting: WaitingCell = {
    call,
    about: () => (s.adding.at(i) > 0 ? s.adding.at(i) : s.doingId.at(i)),
    set(what, about) {
      s.doing.set(i, DOING[what])
      s.doingId.set(i, what === 'checkpoint' ? about : 0)
      s.adding.set(i, what === 'write' ? about : 0)
    },
  }
  return {
    buffer: sink.bufferList,
    flights,
    asked: (at) => flights[at]?.length ?? 0,
    limit: cell(s.limit),
    timerArmed: cell(s.armed),
    waiting,
    nested: cell(s.nested),
  }
}

/** What is behind a request that is over moves up, in the order of sending. */
function moveUp({ s, design, V }: Pipeline, { p: i, handedBack }: Sink, from: number): void {
  const R = design.inFlight
  for (let at = from; at < R; at++) {
    const last = at + 1 === R
    s.request.set(i * R + at, last ? NO_REQUEST : s.request.at(i * R + at + 1))
    s.answer.set(i * R + at, last ? 0 : s.answer.at(i * R + at + 1))
    for (let r = 0; r < V; r++) handedBack[at]?.set(r, last ? 0 : (handedBack[at + 1]?.at(r) ?? 0))
  }
}
