// Publishing many records in one transaction: all of them become visible at once. Where a condition refuses some, each of
// those is asked why, as at the fence: what is covered by a newer row leaves the transaction, and the rest goes again.
// Pure; the state says what to do next. Read next: inTransactions.ts (what carries it out), ../fenced/fence.ts.
import { type FenceEvent, type FenceOutcome, isOver, stepFence } from '../fenced/fence.ts'
import type { Loaded, Publication } from './publishing.ts'

/** TransactWriteItems takes no more. */
export const MAX_TRANSACT_ITEMS = 100
export const MAX_TRANSACT_BYTES = 4 * 1024 * 1024

export interface StagedRow<Entry> {
  readonly publication: Publication
  readonly loaded: Loaded<Entry>
}

export interface TransactionState<Entry> {
  /** `read`: the rows that refused records in `unknown` are read, in that order. */
  readonly next: 'transact' | 'read' | 'pause' | 'fail' | 'done'
  /** Not known to be published. */
  readonly rows: readonly StagedRow<Entry>[]
  readonly unknown: readonly StagedRow<Entry>[]
  /** Tries in a row that have brought nothing. */
  readonly level: number
  readonly failure: { readonly publication: Publication; readonly why: FenceOutcome } | null
}

export type TransactionEvent =
  | { readonly type: 'committed' }
  /** By record, in their order; null where nothing was wrong with it, or what may pass. */
  | { readonly type: 'cancelled'; readonly answers: readonly (FenceEvent | null)[] }
  | { readonly type: 'found'; readonly answers: readonly FenceEvent[] }
  | { readonly type: 'failed' }
  | { readonly type: 'awake' }

/** Transactions hold a row once: of one key a later record goes into a later one. */
export function groupsOf(
  publications: readonly Publication[],
  most = MAX_TRANSACT_ITEMS,
): readonly (readonly Publication[])[] {
  const groups: Publication[][] = []
  const next = new Map<string, number>()
  for (const publication of publications) {
    let at = next.get(publication.key) ?? 0
    while ((groups[at]?.length ?? 0) >= most) at++
    groups[at] ??= []
    groups[at]?.push(publication)
    next.set(publication.key, at + 1)
  }
  return groups
}

export const startTransaction = <Entry>(rows: readonly StagedRow<Entry>[]): TransactionState<Entry> =>
  goOn({ next: 'transact', rows, unknown: [], level: 0, failure: null })

/** @throws RangeError for an event that does not answer what was to be done. */
export function stepTransaction<Entry>(
  state: TransactionState<Entry>,
  event: TransactionEvent,
): TransactionState<Entry> {
  const { next, rows, unknown, level } = state
  if (event.type === 'failed' && (next === 'transact' || next === 'read')) return pause(state)
  if (event.type === 'awake' && next === 'pause') return { ...state, next: 'transact' }
  if (event.type === 'committed' && next === 'transact') return goOn({ ...state, rows: [] })
  if (event.type === 'cancelled' && next === 'transact')
    return judged({ ...state, unknown: [] }, rows, event.answers, 'write')
  if (event.type === 'found' && next === 'read')
    return judged({ ...state, unknown: [] }, unknown, event.answers, 'read')
  throw new RangeError(`expected an answer to "${next}" (try ${level + 1}), got "${event.type}"`)
}

function judged<Entry>(
  state: TransactionState<Entry>,
  asked: readonly StagedRow<Entry>[],
  answers: readonly (FenceEvent | null)[],
  request: 'write' | 'read',
): TransactionState<Entry> {
  if (answers.length !== asked.length)
    throw new RangeError(`expected ${asked.length} answers, one for each record, got ${answers.length}`)
  const unknown: StagedRow<Entry>[] = []
  const covered = new Set<StagedRow<Entry>>()
  for (const [at, row] of asked.entries()) {
    const answer = answers[at]
    if (!answer) continue
    const outcome = stepFence(row.loaded, request, answer)
    if (!isOver(outcome)) unknown.push(row)
    else if (outcome === 'conflict' || outcome === 'unversioned')
      return { ...state, next: 'fail', failure: { publication: row.publication, why: outcome } }
    else if (outcome !== 'again') covered.add(row)
  }
  const left = { ...state, rows: state.rows.filter((row) => !covered.has(row)), unknown }
  if (unknown.length > 0) return { ...left, next: 'read' }
  return covered.size > 0 ? goOn({ ...left, level: 0 }) : pause(left)
}

const goOn = <Entry>(state: TransactionState<Entry>): TransactionState<Entry> => ({
  ...state,
  next: state.rows.length === 0 ? 'done' : 'transact',
})

const pause = <Entry>(state: TransactionState<Entry>): TransactionState<Entry> => ({
  ...state,
  next: 'pause',
  unknown: [],
  level: state.level + 1,
})
