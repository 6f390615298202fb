// The store and the requests on their way to it. A request is applied and answered in two steps; what the store answers
// is fixed when it is applied. Writes are unconditional puts: the designs of this file's readers (D0-D5) have no fence.
// Read next: guarantees.ts (what a write may break), environment.ts (crashes, zombies).
import { indexOf, keyOf, sourceOf } from './bounds.ts'
import type { FlushLoop } from './flushLoop.ts'
import type { Pipeline, Sink } from './pipeline.ts'
import { APPLIED, ERROR, FAILING, NO_REQUEST, OK, SENT, UNPROCESSED } from './variables.ts'

/** One record's put takes effect: the table changes, and whoever reads it sees the record from now on. */
export function put(p: Pipeline, record: number): void {
  const { s } = p
  const key = keyOf(p.b, record)
  const before = s.table.at(key)
  if (before > record) p.report('S3')
  if (before !== record) {
    if (s.changed.at(record - 1) === 1) p.report('S4')
    s.changed.set(record - 1, 1)
  }
  if (indexOf(p.b, record) >= s.completedOffset.at(sourceOf(p.b, record))) p.report('S5')
  s.table.set(key, record)
  if (record > s.newest.at(key)) s.newest.set(key, record)
}

/** A sink's batch becomes a zombie: applied late, or never. Kept in falling order, since two of a kind are one of a kind. */
export function abandon(p: Pipeline, { batch }: Sink): void {
  const { s } = p
  if (!p.zombiesMatter()) return
  let mask = 0
  for (let r = 0; r < p.V; r++) mask |= batch.at(r) << r
  for (let i = 0; i < s.zombies.length; i++) {
    const other = s.zombies.at(i)
    if (mask <= other) continue
    s.zombies.set(i, mask)
    mask = other
  }
}

export function storeRules(p: Pipeline, sink: Sink, loop: FlushLoop): void {
  const { s, b, V } = p
  const { batch, handedBack, name } = sink
  const i = sink.p
  const each = (what: (record: number) => void) => {
    for (let r = 0; r < V; r++) if (batch.at(r) === 1) what(r + 1)
  }
  const size = () => {
    let n = 0
    for (let r = 0; r < V; r++) n += batch.at(r)
    return n
  }
  const poisoned = () => b.poison !== 0 && batch.at(b.poison - 1) === 1
  const answer = (kind: number) => {
    s.request.set(i, APPLIED)
    s.answer.set(i, kind)
  }
  const handBack = (record: number) => {
    each((r) => {
      if (r !== record) put(p, r)
    })
    handedBack.set(record - 1, 1)
    answer(UNPROCESSED)
  }
  p.rule(
    `apply(${name}, ok)`,
    'progress',
    () => s.request.at(i) === SENT && !poisoned(),
    () => {
      each((r) => put(p, r))
      answer(OK)
    },
  )
  if (b.poison !== 0)
    p.rule(
      `apply(${name}, poison ${b.poison})`,
      'progress',
      () => s.request.at(i) === SENT && poisoned(),
      () => handBack(b.poison),
    )
  p.fault(
    'F1',
    `apply(${name}, refused)`,
    () => s.request.at(i) === SENT && !poisoned(),
    () => answer(ERROR),
  )
  for (let record = 1; record <= V; record++) {
    const holds = () => s.request.at(i) === SENT && batch.at(record - 1) === 1 && !poisoned()
    p.fault('F1', `apply(${name}, unprocessed ${record})`, holds, () => handBack(record))
    p.fault(
      'F1',
      `apply(${name}, torn ${record})`,
      () => holds() && size() > 1,
      () => {
        put(p, record)
        answer(ERROR)
      },
    )
  }

  const retry = () => {
    if (s.job === FAILING) {
      // close() has nobody to retry for it: what it could not write is gone.
      batch.clear()
      loop.flushed()
      return
    }
    if (!p.bug('backoffTimerLost')) s.sleeping.set(i, 1)
    if (s.backoff.at(i) < b.backoffLevels) s.backoff.set(i, s.backoff.at(i) + 1)
  }
  const settle = () => {
    const kind = s.answer.at(i)
    s.request.set(i, NO_REQUEST)
    s.answer.set(i, 0)
    return kind
  }
  p.rule(
    `respond(${name})`,
    'progress',
    () => s.request.at(i) === APPLIED,
    () => {
      const kind = settle()
      if (kind === OK || (kind === UNPROCESSED && p.bug('unprocessedIgnored'))) {
        batch.clear()
        handedBack.clear()
        loop.nextBatch()
        return
      }
      if (kind === UNPROCESSED) {
        for (let r = 0; r < V; r++) batch.set(r, handedBack.at(r))
        handedBack.clear()
      }
      retry()
    },
  )
  p.fault(
    'F4',
    `lose(response ${name})`,
    () => s.request.at(i) === APPLIED,
    () => {
      settle()
      handedBack.clear()
      retry()
    },
  )
  p.fault(
    'F4',
    `timeout(${name})`,
    () => s.request.at(i) === SENT,
    () => {
      abandon(p, sink)
      settle()
      retry()
    },
  )
}
