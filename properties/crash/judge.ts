// Whether a round kept what its design promises. Evidence: what the store confirmed, write by write, and the final table,
// once nothing is under way any more. The promise: the expectations of the table of guarantees, which `verify` confirms,
// for the fault classes that really struck in this round. Pure.
// Read next: ../verify/expectations.ts, campaign.ts.
import type { FaultId } from '../../model/pipeline/vocabulary.ts'
import { type Symbols, tableDifference } from '../kill/input.ts'
import type { Rows } from '../kill/store.ts'
import { EXPECTED } from '../verify/expectations.ts'

export interface RoundEvidence {
  readonly design: string
  readonly symbols: Symbols
  /** Classes of what struck. */
  readonly classes: ReadonlySet<FaultId>
  readonly expected: Rows
  readonly rows: Rows
  /** Newest version of each key that the store confirmed. */
  readonly confirmed: ReadonlyMap<string, number>
}

/** `right`: nothing fell. `allowed`: what fell may fall under what struck. `fell`: a promise was broken. */
export type Verdict = 'right' | 'allowed' | 'fell'

export interface Judgement {
  readonly verdict: Verdict
  /** Keys of which no write as new as the input's newest was ever applied: S1. */
  readonly lost: readonly string[]
  /** Keys that are missing, stale or nobody's in the final table: S2. */
  readonly wrong: readonly string[]
}

export function judge({ design, symbols, classes, expected, rows, confirmed }: RoundEvidence): Judgement {
  const lost = [...expected].flatMap(([key, { version }]) => {
    const newest = Math.max(confirmed.get(key) ?? 0, Number(rows.get(key)?.version ?? 0))
    return newest < Number(version) ? [key] : []
  })
  const { missing, stale, foreign } = tableDifference(expected, rows)
  const wrong = [...missing, ...stale, ...foreign]
  const allowed = (guarantee: string) => mayFall(design, guarantee, classes)
  // What overwrites does not remove: a row that is not there is a lost one. And where no key has two versions, none is old.
  const excused =
    (lost.length + missing.length === 0 || allowed('S1')) &&
    (stale.length === 0 || (symbols !== 'unique' && allowed('S2'))) &&
    foreign.length === 0
  return { verdict: lost.length + wrong.length === 0 ? 'right' : excused ? 'allowed' : 'fell', lost, wrong }
}

/** Whether the table of guarantees expects it to fall under these classes together. */
export const mayFall = (design: string, guarantee: string, classes: ReadonlySet<FaultId>): boolean =>
  (EXPECTED[design]?.[guarantee] ?? []).some((set) => set.every((fault) => classes.has(fault)))
