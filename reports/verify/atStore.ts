// Words about what the store does with a request: which records it writes, hands back or refuses, over which rows.
// Read next: writing.ts (the sink's side), phrases.ts (who asks).
import { type Bounds, keyOf } from '../../model/pipeline/bounds.ts'
import { ERROR } from '../../model/pipeline/variables.ts'
import { adds } from '../../model/pipeline/workloads.ts'
import { keyName, listed, listOf, recordName, recordNames, rowName, type Values, versionOf } from './names.ts'
import type { Step } from './sinkView.ts'
import { storeDoes } from './staging.ts'

export function applied({ b, design, whole, open, openAfter, at, outcome }: Step): string {
  const request = open[at]
  if (request === undefined) return 'the store takes a request'
  const others = at > 0 && open[0]?.applied === false ? '; an older request is still on its way' : ''
  if (outcome === 'refused' || (openAfter[at]?.answer === ERROR && !outcome.startsWith('torn')))
    return 'the store refuses the request: nothing is written'
  if (outcome === 'rejected') return `the store refuses the whole batch: it repeats a key`
  const staged = storeDoes(b, request, openAfter[at], outcome)
  if (staged !== null) return staged
  const fence = design.fenced ? fencedOff(b, whole.before, request.sent) : ''
  if (fence !== '') return `the store ${fence}`
  const change = `${tableChange(b, whole.before, whole.after)}${design.inFlight > 1 ? others : ''}`
  if (outcome.startsWith('torn')) {
    const written = Number(outcome.slice('torn '.length))
    return `the store writes ${recordName(b, written)}, then fails${change}`
  }
  const back = openAfter[at]?.handedBack ?? []
  if (back.length === 0) return `the store writes ${recordNames(b, request.sent)}${change}`
  const rest = request.sent.filter((record) => !back.includes(record))
  return `the store hands back ${recordNames(b, back)}${rest.length === 0 ? '' : `, writes ${recordNames(b, rest)}`}${change}`
}

/** Of a conditional write that the table is not older than; empty where it is. */
export function fencedOff(b: Bounds, before: Values, records: readonly number[]): string {
  const record = records[0] ?? 0
  const row = listOf(before, 'table')[keyOf(b, record)] ?? 0
  if (row < record) return ''
  return row === record
    ? `has ${rowName(b, row)} already`
    : `keeps ${rowName(b, row)}, ${recordName(b, record)} is older`
}

/** Only what cannot be guessed: a row that was there before, and what a row adds up to. */
export function tableChange(b: Bounds, before: Values, after: Values): string {
  if (adds(b)) return sumChange(b, before, after)
  const changes = listOf(after, 'table').flatMap((record, key) => {
    const old = listOf(before, 'table')[key] ?? 0
    if (old === record || old === 0) return []
    if (record === 0) return [`${rowName(b, old)} is gone`]
    return [`${rowName(b, record)} over v${versionOf(b, old)}`]
  })
  return changes.length === 0 ? '' : `; ${listed(changes)}`
}

function sumChange(b: Bounds, before: Values, after: Values): string {
  const changes = listOf(after, 'sums').flatMap((sum, key) =>
    sum === (listOf(before, 'sums')[key] ?? 0) ? [] : [`${keyName(b, key)} adds up to ${sum}`],
  )
  return changes.length === 0 ? '' : `; ${listed(changes)}`
}
