// A sink with several requests in flight: its calls wait for mails, and a timer that fires while one waits runs inside
// that wait. A wait lasts for one mail, whichever it is; a call that has waited goes on behind its wait without a look at
// its loop's condition. Failures go back to the head of the buffer; a snapshot waits until nothing is in flight.
// Source followed: Flink's AsyncSinkWriter. Read next: inFlight.ts (requests and rate), receive.ts, notice.ts.
import type { Vector } from '../kernel/index.ts'
import type { Buffer } from './buffer.ts'
import { inFlight } from './inFlight.ts'
import type { Pipeline, Sink } from './pipeline.ts'
import { abandon } from './store.ts'
import { IDLE, IN_FINISH, IN_FLUSH, IN_SNAPSHOT, MOST_NESTED, OK, REJECTED, SENT, UNPROCESSED } from './variables.ts'
import type { RequestSlot, Writer } from './writer.ts'

type Call = 'write' | 'timer' | 'checkpoint' | 'endInput'

/** `failed`: the task fails, and its attempt with it. */
export function asyncWriter(p: Pipeline, sink: Sink, buf: Buffer, failed: () => void): Writer {
  const { s, b, design } = p
  const { bufferList: buffer, flights } = sink
  const i = sink.p
  const R = design.inFlight
  const flight = inFlight(p, sink)
  const goOn: ((id: number) => void)[] = []
  /** A write waits while the buffer holds this many: the least that Flink allows. */
  const mostBuffered = b.batchLimit + 1
  const continues = (call: Call) => {
    if (call === 'write') return buffer.length >= mostBuffered
    if (call === 'timer') return buffer.length > 0
    return flight.count() > 0 || (call === 'endInput' && buffer.length > 0)
  }
  const waitsForMail = (call: Call) => call === 'checkpoint' || call === 'endInput'

  /** The call that waits for longest is `doing`; those inside its wait are timers. */
  const depth = () => (s.doing.at(i) === IDLE ? 0 : 1 + s.nested.at(i))
  const waits = (call: Call, doing: number, id: number, record: number) => {
    if (call === 'timer' && s.doing.at(i) !== IDLE) return s.nested.set(i, s.nested.at(i) + 1)
    s.doing.set(i, doing)
    s.doingId.set(i, id)
    s.adding.set(i, record)
  }
  const run = (call: Call, behindItsWait: boolean, doing: number, id: number, record: number) => {
    for (let inside = behindItsWait; inside || continues(call); inside = false) {
      if (!inside && waitsForMail(call) && flight.count() > 0) return waits(call, doing, id, record)
      if (call === 'checkpoint') continue
      if (flight.blocked()) return waits(call, doing, id, record)
      flight.send()
    }
    if (call === 'write') {
      flight.add(record)
      flight.sendFull()
    } else if (call !== 'timer') goOn[doing]?.(id)
  }
  const callOf = (doing: number): Call => {
    if (doing === IN_SNAPSHOT) return 'checkpoint'
    if (doing === IN_FINISH) return 'endInput'
    return s.adding.at(i) > 0 ? 'write' : 'timer'
  }
  /** The innermost call goes on; where it ends, its own mail is over for the call that it ran inside of. */
  const mailEnded = () => {
    for (let left = depth(); left > 0; left--) {
      if (s.nested.at(i) > 0) {
        s.nested.set(i, s.nested.at(i) - 1)
        run('timer', true, IN_FLUSH, 0, 0)
      } else {
        const doing = s.doing.at(i)
        const call = callOf(doing)
        const id = s.doingId.at(i)
        const record = s.adding.at(i)
        s.doing.set(i, IDLE)
        s.doingId.set(i, 0)
        s.adding.set(i, 0)
        run(call, true, doing, id, record)
      }
      if (depth() === left) return
    }
  }
  const requests = flights.map(
    (_, at): RequestSlot => ({
      name: at === 0 ? sink.name : `${sink.name}.${at}`,
      at: i * R + at,
      handedBack: sink.handedBack[at] as Vector,
      holds: (record) => flight.carries(at, record),
      repeatsKey: () => flight.repeatsKey(at),
      answered(kind) {
        if (kind === REJECTED) return failed()
        flight.complete(at, kind === OK ? 'none' : kind === UNPROCESSED ? 'handedBack' : 'all')
        mailEnded()
      },
    }),
  )
  return {
    rules: () => {},
    start: () => {},
    startThen: (doing, id = 0) => run(callOf(doing), false, doing, id, 0),
    whenFlushed(doing, what) {
      goOn[doing] = what
    },
    invoke: (record) => run('write', false, IN_FLUSH, 0, record),
    mayFire: () => s.armed.at(i) === 1 && depth() <= MOST_NESTED,
    fire() {
      s.armed.set(i, 0)
      const before = depth()
      run('timer', false, IN_FLUSH, 0, 0)
      if (depth() === before) mailEnded()
    },
    takesMail: () => true,
    mailEnded,
    holds(record) {
      if (s.adding.at(i) === record) return true
      for (const entries of flights) for (let n = 0; n < entries.length; n++) if (entries.at(n) === record) return true
      return false
    },
    holdsNothing: () => flight.count() === 0 && s.adding.at(i) === 0,
    quiet: () => flight.count() === 0,
    someSent(test) {
      for (const { at, holds } of requests)
        if (s.request.at(at) === SENT) for (let r = 1; r <= p.V; r++) if (holds(r) && test(r)) return true
      return false
    },
    requests: () => requests,
    opened: () => s.limit.set(i, b.batchLimit),
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
