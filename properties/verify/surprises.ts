// What differs from what was expected, one sentence each: verdicts, claims, situations that never came about, edges that
// were not executed. An empty list is exit 0. Read next: expectations.ts.
import { describeBounds } from '../../model/pipeline/bounds.ts'
import { FAULTS, faultSet } from '../../model/pipeline/vocabulary.ts'
import type { DynaliteStage } from './dynaliteStage.ts'
import { DIFFERS, EXPECTED } from './expectations.ts'
import type { Finding, ModelStage } from './modelStage.ts'
import type { RandomStage } from './randomStage.ts'
import type { ClaimRow, TableRow } from './result.ts'
import type { DesignTours } from './tourStage.ts'
import { underWorkloadFaults } from './workloadBounds.ts'

/** Classes that have a budget in the random schedules: all but the refusal for ever, which needs no luck to strike. */
const STRIKING: readonly string[] = FAULTS.map(({ id }) => id).filter((id) => id !== 'F1p')

/** In fewer, not every class can be expected to strike: what is counted there is said, and asks for nothing. */
const ENOUGH_ON_DYNALITE = 200

export interface Seen {
  readonly table: readonly TableRow[]
  readonly claims: readonly ClaimRow[]
  readonly modelled: readonly ModelStage[]
  readonly random: Pick<RandomStage, 'witnesses'>
  readonly dynalite: Pick<DynaliteStage, 'witnesses' | 'schedules'>
  readonly tours: readonly DesignTours[]
}

export function surprises({ table, claims, modelled, random, dynalite, tours }: Seen): string[] {
  return [
    ...table.flatMap(verdict),
    ...claims
      .filter(({ verdict: seen }) => seen === 'unknown')
      .map(({ id, how }) => `claim ${id} was not shown: ${how}`),
    ...modelled.flatMap(({ design, missing }) =>
      missing.map((name) => `${design}: no state of "${name}" was reached, so it tests nothing`),
    ),
    ...Object.entries(random.witnesses).flatMap(([design, counts]) =>
      FAULTS.filter(({ id }) => STRIKING.includes(id) && (counts[id] ?? 0) === 0).map(
        ({ id }) => `${design}: ${id} never struck in the random schedules`,
      ),
    ),
    ...(dynalite.schedules < ENOUGH_ON_DYNALITE
      ? []
      : STRIKING.filter((id) => (dynalite.witnesses[id] ?? 0) === 0).map(
          (id) => `${id} never struck in the ${dynalite.schedules} schedules on dynalite`,
        )),
    ...tours
      .filter(({ executed, transitions }) => executed < transitions)
      .map(
        ({ design, executed, transitions }) =>
          `${design}: ${transitions - executed} of ${transitions} transitions were not executed`,
      ),
  ]
}

export const wideSurprise = ({ design, guarantee, faults, bounds }: Finding): string =>
  `${design} ${guarantee}: falls under ${faultSet(faults).join('+') || 'no fault'}, which was not expected, in ${describeBounds(bounds)}`

/** Of an unfinished search only what fell without being expected to: what it has not found yet is no surprise. */
export const contradictions = (table: readonly TableRow[]): string[] =>
  table.flatMap((row) => {
    const { verdict: found, faults } = row
    const expected = expectedOf(row)
    const explained = (set: readonly string[]) => expected.some((sets) => sets.every((fault) => set.includes(fault)))
    const beyond = found === 'falls' ? faults.filter((set) => !explained(set)) : []
    return beyond.length === 0 ? [] : [`${nameOf(row)}: ${spell(beyond)}, which was not expected`]
  })

function verdict(row: TableRow): string[] {
  const { verdict: found, faults } = row
  if (found === 'n/a') return []
  const expected = expectedOf(row)
  const seen = found === 'falls' ? spell(faults) : found
  const wanted = expected.length === 0 ? 'holds' : spell(expected)
  return seen === wanted ? [] : [`${nameOf(row)}: expected ${wanted}, found ${seen}`]
}

/** Another workload's are upsert's, as far as its fault classes go, but for what is listed as different. */
function expectedOf({ design, guarantee, workload }: TableRow): readonly (readonly string[])[] {
  const upsert = EXPECTED[design]?.[guarantee] ?? []
  return workload === 'upsert' ? upsert : (DIFFERS[workload]?.[design]?.[guarantee] ?? underWorkloadFaults(upsert))
}

const nameOf = ({ design, guarantee, workload }: TableRow): string =>
  `${design} ${guarantee}${workload === 'upsert' ? '' : ` (${workload})`}`

const spell = (sets: readonly (readonly string[])[]): string =>
  `falls under ${sets
    .map((set) => (set.length === 0 ? 'no fault' : [...set].sort().join('+')))
    .sort()
    .join(' or ')}`
