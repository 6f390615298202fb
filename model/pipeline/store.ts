// The store and the requests on their way to it. A request is applied and answered in two steps; what the store answers
// is fixed when it is applied. Writes are unconditional puts, but those of a design with a fence; a staging sink's go to
// another table.
// Read next: guarantees.ts (what a write may break), environment.ts (crashes, zombies).

import type { Vector } from '../kernel/index.ts'
import { indexOf, keyOf, sourceOf } from './bounds.ts'
import { coveredOffset } from './checkpointStore.ts'
import type { Pipeline } from './pipeline.ts'
import { mayRepeatKey } from './sinks/designs.ts'
import { APPLIED, ERROR, IDLE, IN_FINISH, NO_REQUEST, OK, REJECTED, SENT, UNPROCESSED } from './variables.ts'
import { adds, amountOf, forgetsVersions, isDelete } from './workloads.ts'
import type { RequestSlot } from './writer.ts'

/** One record's write takes effect: the table changes, and whoever reads it sees the record from now on. */
export function put(p: Pipeline, record: number): void {
  const { s, b } = p
  const key = keyOf(b, record)
  const before = s.table.at(key)
  // Behind the fence an older version, or the same again, is refused, which the sink takes for success.
  if (p.design.fenced && before >= record && !p.bug('additionUnfenced')) return
  const versionless = forgetsVersions(b, p.design)
  const after = isDelete(b, record) && (versionless || p.bug('tombstonesDropped')) ? 0 : record
  const changes = before !== after || adds(b)
  const seen = versionless ? s.lastSeen.at(key) : before
  if (changes) {
    if (seen > record) p.report('S3')
    if (s.changed.at(record - 1) === 1) p.report('S4')
    s.changed.set(record - 1, 1)
  }
  // A delete of what is not there shows nothing.
  if ((changes || after !== 0) && indexOf(b, record) >= coveredOffset(p, sourceOf(b, record))) p.report('S5')
  s.table.set(key, after)
  if (versionless && (changes || record > seen)) s.lastSeen.set(key, record)
  if (adds(b)) s.sums.set(key, s.sums.at(key) + amountOf(b, record))
  if (record > s.newest.at(key)) s.newest.set(key, record)
}

/** All puts of a bit set of records; the store takes none of a request that repeats a key. */
export function putAll(p: Pipeline, mask: number): void {
  for (let key = 0, seen = 0; key < p.K; key++, seen = 0)
    for (let r = 0; r < p.V; r++) if ((mask >> r) & 1 && keyOf(p.b, r + 1) === key && ++seen > 1) return
  for (let r = 0; r < p.V; r++) if ((mask >> r) & 1) put(p, r + 1)
}

/** Of a request that puts records into the table, what the store does with it. */
export const putting = (
  p: Pipeline,
  holds: RequestSlot['holds'],
): Pick<RequestSlot, 'isBatch' | 'take' | 'result' | 'afterlife'> => ({
  isBatch: () => !p.design.fenced,
  take: (record) => put(p, record),
  result: () => OK,
  afterlife: () => maskOf(p, holds),
})

export function maskOf({ V }: Pick<Pipeline, 'V'>, holds: (record: number) => boolean): number {
  let mask = 0
  for (let r = 0; r < V; r++) if (holds(r + 1)) mask |= 1 << r
  return mask
}

/** A request becomes a zombie: applied late, or never. Kept in falling order, since two of a kind are one of a kind. */
export function abandon(p: Pipeline, request: Pick<RequestSlot, 'afterlife'>): void {
  const { s } = p
  if (!p.zombiesMatter()) return
  let mask = request.afterlife()
  for (let i = 0; i < s.zombies.length; i++) {
    const other = s.zombies.at(i)
    if (mask <= other) continue
    s.zombies.set(i, mask)
    mask = other
  }
}

/** In the order in which zombies are kept. */
export function byFallingMask(zombies: Vector): void {
  for (let i = 1; i < zombies.length; i++)
    for (let at = i; at > 0 && zombies.at(at) > zombies.at(at - 1); at--) {
      const larger = zombies.at(at)
      zombies.set(at, zombies.at(at - 1))
      zombies.set(at - 1, larger)
    }
}

/** What may become of a request. */
export function storeRules(p: Pipeline, request: RequestSlot): void {
  const { s, b, V } = p
  const { at, handedBack, name } = request
  const sent = () => s.request.at(at) === SENT
  const each = (what: (record: number) => void) => {
    for (let record = 1; record <= V; record++) if (request.holds(record)) what(record)
  }
  const size = () => {
    let n = 0
    each(() => n++)
    return n
  }
  const poisoned = () => b.poison !== 0 && request.holds(b.poison)
  const takes = () => sent() && !poisoned() && !request.repeatsKey()
  const answer = (kind: number) => {
    s.request.set(at, APPLIED)
    s.answer.set(at, kind)
  }
  const handBack = (record: number) => {
    each((r) => {
      if (r !== record) request.take(r)
    })
    handedBack.set(record - 1, 1)
    answer(UNPROCESSED)
  }
  p.rule(`apply(${name}, ok)`, 'progress', takes, () => {
    each(request.take)
    answer(request.result())
  })
  if (mayRepeatKey(p.design))
    p.rule(
      `apply(${name}, rejected)`,
      'progress',
      () => sent() && request.repeatsKey(),
      () => answer(REJECTED),
    )
  if (b.poison !== 0)
    p.rule(
      `apply(${name}, poison ${b.poison})`,
      'progress',
      () => sent() && poisoned() && !request.repeatsKey(),
      // A request of one item is refused as a whole.
      () => (request.isBatch() ? handBack(b.poison) : answer(ERROR)),
    )
  p.fault('F1', `apply(${name}, refused)`, takes, () => answer(ERROR))
  for (let record = 1; record <= V; record++) {
    const holds = () => takes() && request.holds(record)
    if (!p.design.fenced || p.design.staged)
      p.fault(
        'F1',
        `apply(${name}, unprocessed ${record})`,
        () => holds() && request.isBatch(),
        () => handBack(record),
      )
    p.fault(
      'F1',
      `apply(${name}, torn ${record})`,
      () => holds() && size() > 1,
      () => {
        request.take(record)
        answer(ERROR)
      },
    )
  }
  const settle = () => {
    const kind = s.answer.at(at)
    s.request.set(at, NO_REQUEST)
    s.answer.set(at, 0)
    return kind
  }
  const applied = () => s.request.at(at) === APPLIED
  p.rule(
    `respond(${name})`,
    'progress',
    applied,
    () => request.answered(settle()),
    () =>
      p.design.inFlight === 1 &&
      !p.mayStrike('F4') &&
      s.doing.at(at) !== IDLE &&
      (s.doing.at(at) !== IN_FINISH || p.triggersSpent()) &&
      !p.zombiesMatter() &&
      !p.mayStrike('F2f') &&
      !p.mayStrike('F8'),
  )
  p.fault('F4', `lose(response ${name})`, applied, () => {
    settle()
    request.answered(ERROR)
  })
  p.fault('F4', `timeout(${name})`, sent, () => {
    abandon(p, request)
    settle()
    request.answered(ERROR)
  })
}
