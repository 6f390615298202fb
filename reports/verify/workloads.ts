// The workloads beside upsert, where it matters: a block of the table for each whose verdicts differ, a sentence for each
// whose verdicts do not, and for designs that cannot carry one the reason.
// Read next: table.ts (draws a block), ../../properties/verify/workloadStage.ts (what differs).
import { WORKLOADS } from '../../model/pipeline/workloads.ts'
import type { TableRow } from '../../properties/verify/result.ts'
import { WORKLOAD_FAULTS } from '../../properties/verify/workloadBounds.ts'
import { differsFromUpsert } from '../../properties/verify/workloadStage.ts'
import type { Io } from '../io.ts'
import { tableLines } from './table.ts'
import { wrapped } from './wrapped.ts'

export const ofUpsert = (rows: readonly TableRow[]): TableRow[] => rows.filter(({ workload }) => workload === 'upsert')

export interface WorkloadBlock {
  readonly name: string
  readonly what: string
  /** Every cell of the designs and guarantees of which some cell differs. */
  readonly rows: readonly TableRow[]
  /** What the block does not show. */
  readonly said: string
}

export function workloadBlocks(table: readonly TableRow[]): WorkloadBlock[] {
  return WORKLOADS.flatMap(({ name, what }) => {
    const all = table.filter(({ workload }) => workload === name)
    if (name === 'upsert' || all.length === 0) return []
    const differs = all.filter((row) => differsFromUpsert(row, table))
    const designs = new Set(differs.map(({ design }) => design))
    const guarantees = new Set(differs.map(({ guarantee }) => guarantee))
    const rows = all.filter(({ design, guarantee }) => designs.has(design) && guarantees.has(guarantee))
    return [{ name, what, rows, said: said(all, designs) }]
  })
}

function said(all: readonly TableRow[], differ: ReadonlySet<string>): string {
  const left = all.filter(({ design }) => !differ.has(design))
  const designsOf = (rows: readonly TableRow[]) => [...new Set(rows.map(({ design }) => design))]
  const reasons = new Map(left.flatMap(({ reason }) => (reason === undefined ? [] : [[reason, left]])))
  const same = designsOf(left.filter(({ verdict }) => verdict !== 'n/a'))
  const every = same.length === designsOf(all).length
  return [
    ...(same.length === 0 ? [] : [`${every ? 'Every design' : same.join(', ')}: verdicts as for upsert.`]),
    ...[...reasons].map(([reason]) => {
      const without = designsOf(left.filter((row) => row.reason === reason))
      return `Not applicable to ${without.length} designs: ${reason}.`
    }),
  ].join(' ')
}

export function workloadLines(table: readonly TableRow[], colours: Io['colours']): string[] {
  const blocks = workloadBlocks(table)
  if (blocks.length === 0) return []
  const faults = `Other workloads, where their verdicts differ from upsert's, under ${WORKLOAD_FAULTS.join(', ')}:`
  return [
    ...wrapped(faults, 0),
    ...blocks.flatMap(({ name, what, rows, said: rest }) => [
      '',
      `${colours.bold(name)}: ${what}`,
      ...(rows.length === 0 ? [] : tableLines(rows, colours)),
      ...(rest === '' ? [] : wrapped(rest, 2, 2, '  ')),
    ]),
  ]
}
