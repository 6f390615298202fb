// Which records' writes the store takes in a step, whether or not the table changes by them: what a delete did cannot be
// read from a table that has no row. Read next: ending.ts (who asks).
import { keyOf } from '../../model/pipeline/bounds.ts'
import type { Configured } from './inFlight.ts'
import { listOf, maskMembers, type Values } from './names.ts'
import { stepOf } from './sinkView.ts'

/** Of a design without a second table; empty where the store takes nothing. */
export function landings(configured: Configured, action: string, before: Values, after: Values): number[] {
  const { b, open, openAfter, at, outcome, argument } = stepOf(configured, action, before, after)
  if (action.startsWith('zombie(')) {
    const late = maskMembers(b, listOf(before, 'zombies')[Number(argument)] ?? 0)
    return new Set(late.map((record) => keyOf(b, record))).size < late.length ? [] : late
  }
  if (!action.startsWith('apply(')) return []
  if (outcome === 'refused' || outcome === 'rejected') return []
  if (outcome.startsWith('torn ')) return [Number(outcome.slice('torn '.length))]
  const back = openAfter[at]?.handedBack ?? []
  return (open[at]?.sent ?? []).filter((record) => !back.includes(record))
}
