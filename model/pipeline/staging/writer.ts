// A staging sink: batches go into the staging table, a checkpoint closes their epoch, and an epoch goes into the table,
// record by record behind a fence, when a checkpoint that names it is told complete or restored from. One request at a
// time, and every call that needs the store blocks the task. The model's half of impl/sinks/staged; the housekeeping of
// rows that nobody names is left out (rows.ts).
// Sources followed: Flink's TwoPhaseCommitSinkFunction, impl/sinks/staged/epochs.ts and publishing.ts. Read next: rows.ts.
import { keyOf } from '../bounds.ts'
import type { Pipeline, Sink } from '../pipeline.ts'
import { abandon, maskOf, put } from '../store.ts'
import {
  ABSENT,
  IDLE,
  IN_FINISH,
  IN_FLUSH,
  IN_SNAPSHOT,
  LOAD,
  NO_REQUEST,
  OK,
  REMOVE,
  SCAN,
  SENT,
  STAGE,
  UNPROCESSED,
  VERIFY,
  WRITE,
} from '../variables.ts'
import { adds } from '../workloads.ts'
import type { RequestSlot, Writer } from '../writer.ts'
import { afterlifeOf, forgetUnnamed, REMOVING, STAGING } from './rows.ts'

/** `failed`: the task fails, and with it the attempt. */
export function stagingWriter(p: Pipeline, sink: Sink, failed: () => void): Writer {
  const { s, b, V } = p
  const { batch, bufferList: unstaged, staged, closedEpochs: closed, publishing } = sink
  const i = sink.p
  const goOn: ((id: number) => void)[] = []
  const sends = (what: number) => {
    s.backoff.set(i, 0)
    s.sending.set(i, what)
    s.request.set(i, SENT)
  }
  const over = () => {
    const was = s.doing.at(i)
    const id = s.doingId.at(i)
    s.doing.set(i, IDLE)
    s.doingId.set(i, 0)
    s.backoff.set(i, 0)
    s.sending.set(i, 0)
    s.opening.set(i, 0)
    if (was === IN_SNAPSHOT) closeEpoch(id)
    goOn[was]?.(id)
  }
  const closeEpoch = (id: number) => {
    while (staged.length > 0) {
      const record = staged.shift()
      s.closedBy.set(record - 1, id)
      closed.push(record)
    }
  }
  /** A write goes on while a batch is full, a snapshot and the end of the input until nothing is left. */
  const stageMore = () => {
    const least = s.doing.at(i) === IN_FLUSH ? b.batchLimit : 1
    if (unstaged.length < least) return over()
    for (let at = 0; at < b.batchLimit && at < unstaged.length; at++) batch.set(unstaged.at(at) - 1, 1)
    sends(STAGE)
  }
  const opens = () => s.opening.at(i) === 1
  /** All that is restored; of what checkpoints have closed here, what the newest one told includes. */
  const due = (record: number) =>
    opens() || p.bug('publishedBeforeComplete') || s.closedBy.at(record - 1) <= s.notified.at(i)
  /** What is added is not covered by what is added later. */
  const covered = (record: number) => {
    if (adds(b)) return false
    for (let at = 0; at < closed.length; at++) {
      const other = closed.at(at)
      if (other > record && due(other) && keyOf(b, other) === keyOf(b, record)) return true
    }
    return false
  }
  const publishDue = () => {
    for (let at = 0; at < closed.length; at++) {
      const record = closed.at(at)
      if (due(record) && !covered(record)) publishing.push(record)
    }
    if (publishing.length > 0) return sends(LOAD)
    if (opens()) sends(SCAN)
    else over()
  }
  const published = () => {
    publishing.shift()
    if (publishing.length > 0) return sends(LOAD)
    for (let at = 0; at < closed.length; at++) if (due(closed.at(at))) batch.set(closed.at(at) - 1, 1)
    sends(REMOVE)
  }
  const removed = () => {
    for (let n = closed.length; n > 0; n--) {
      const record = closed.shift()
      if (due(record)) s.closedBy.set(record - 1, 0)
      else closed.push(record)
    }
    if (opens()) sends(SCAN)
    else over()
  }
  const done = (answer: number) => {
    switch (s.sending.at(i)) {
      case STAGE:
        for (let n = 0; n < b.batchLimit && unstaged.length > 0; n++) staged.push(unstaged.shift())
        return stageMore()
      case LOAD:
        return sends(answer === ABSENT ? VERIFY : WRITE)
      case VERIFY:
        return answer === ABSENT ? failed() : published()
      case WRITE:
        return published()
      case REMOVE:
        return removed()
      default:
        return over()
    }
  }
  const carries = (record: number): boolean => {
    const what = s.sending.at(i)
    if (what === WRITE) return publishing.at(0) === record
    return (what === STAGE || what === REMOVE) && batch.at(record - 1) === 1
  }
  const handedBack = sink.handedBack[0] as RequestSlot['handedBack']
  const request: RequestSlot = {
    name: sink.name,
    at: i,
    handedBack,
    holds: carries,
    repeatsKey: () => false,
    isBatch: () => s.sending.at(i) === STAGE || s.sending.at(i) === REMOVE,
    take(record) {
      if (s.sending.at(i) === WRITE) put(p, record)
      else s.stagedRows.set(record - 1, s.sending.at(i) === STAGE ? 1 : 0)
    },
    result() {
      const head = publishing.length > 0 ? publishing.at(0) : 0
      const found =
        s.sending.at(i) === LOAD
          ? s.stagedRows.at(head - 1) === 1
          : s.sending.at(i) !== VERIFY || s.table.at(keyOf(b, head)) >= head
      return found ? OK : ABSENT
    },
    afterlife() {
      const what = s.sending.at(i)
      const records = maskOf(p, carries)
      return what === STAGE || what === REMOVE ? afterlifeOf(p, what === STAGE ? STAGING : REMOVING, records) : records
    },
    answered(kind) {
      if (kind === OK || kind === ABSENT) {
        batch.clear()
        handedBack.clear()
        return done(kind)
      }
      if (kind === UNPROCESSED) for (let r = 0; r < V; r++) batch.set(r, handedBack.at(r))
      handedBack.clear()
      s.sleeping.set(i, 1)
      if (s.backoff.at(i) < b.backoffLevels) s.backoff.set(i, s.backoff.at(i) + 1)
    },
  }
  const includes = (records: typeof closed, record: number) => {
    for (let at = 0; at < records.length; at++) if (records.at(at) === record) return true
    return false
  }
  return {
    rules() {
      p.rule(
        `timer(${sink.name})`,
        'timer',
        () => s.sleeping.at(i) === 1,
        () => {
          s.sleeping.set(i, 0)
          s.request.set(i, SENT)
        },
      )
    },
    start: () => {},
    startThen(then, id = 0) {
      s.doing.set(i, then)
      s.doingId.set(i, id)
      if (then === IN_SNAPSHOT || then === IN_FINISH) stageMore()
      else publishDue()
    },
    whenFlushed(doing, what) {
      goOn[doing] = what
    },
    invoke(record) {
      unstaged.push(record)
      if (unstaged.length < b.batchLimit) return
      s.doing.set(i, IN_FLUSH)
      stageMore()
    },
    mayFire: () => false,
    fire: () => {},
    takesMail: () => s.doing.at(i) === IDLE,
    mailEnded: () => {},
    holds: (record) => includes(staged, record) || includes(closed, record),
    holdsNothing: () => staged.length === 0 && closed.length === 0,
    quiet: () => s.request.at(i) === NO_REQUEST && s.sleeping.at(i) === 0,
    someSent: (test) =>
      s.request.at(i) === SENT && s.sending.at(i) === WRITE && publishing.length > 0 && test(publishing.at(0)),
    requests: () => [request],
    opened() {
      s.opening.set(i, 1)
      s.doing.set(i, IN_FLUSH)
      publishDue()
    },
    attemptOver() {
      if (s.request.at(i) === SENT) abandon(p, request)
      handedBack.clear()
      forgetUnnamed(p)
    },
    closeWrites: () => false,
    discard() {
      for (const records of [unstaged, staged, closed, publishing])
        while (records.length > 0) s.closedBy.set(records.shift() - 1, 0)
      batch.clear()
      s.sending.set(i, 0)
      s.opening.set(i, 0)
    },
  }
}
