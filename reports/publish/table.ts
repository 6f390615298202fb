// The truth table as Markdown, to be committed: verdicts, how they were reached, under which bounds. One line, the second
// paragraph, says when and where it was made; the rest is the same for the same code and seed.
// Read next: main.ts (writes it), table.test.ts (makes it anew).
import type { How, TableRow, VerifyResult } from '../../properties/verify/result.ts'
import { WORKLOAD_FAULTS } from '../../properties/verify/workloadBounds.ts'
import { counted } from '../numbers.ts'
import { boundsOf, letterOf, methodsOf, UNITS } from '../page/evidence.ts'
import { guaranteeName } from '../verify/calledNames.ts'
import { cellLines } from '../verify/cells.ts'
import { groupsOf, KEY_LINES } from '../verify/table.ts'
import { ofUpsert, workloadBlocks } from '../verify/workloads.ts'
import { line } from './markdownLine.ts'

/** What the line that may differ starts with. */
export const WRITTEN = 'Written by `npm run publish:table`'

export function tableMarkdown({ table, seed, exit }: VerifyResult, madeAt: string): string {
  const upsert = ofUpsert(table)
  const bounds = boundsOf(upsert)
  return [
    '# Which design keeps which guarantee',
    '',
    `${WRITTEN}, ${madeAt}.`,
    '',
    `Seed ${seed}, ${exit === 0 ? 'every verdict as expected' : `exit code ${exit}: not every verdict is as expected`}. Under the bounds below, which are smaller than those of`,
    '`sinkproof verify`; beyond them nothing is claimed. In brackets the steps of the shortest counterexample found.',
    '',
    ...groupsOf(upsert).flatMap((group) => [...matrix(group, upsert), '']),
    ...KEY_LINES,
    '',
    ...workloads(table),
    '',
    '## How the verdicts were reached',
    '',
    ...evidence(upsert, bounds),
    '',
    'Bounds: S sources with N records and K keys each, B checkpoints.',
    '',
    ...bounds.map((each, i) => `- **${letterOf(i)}** \`${each}\``),
    '',
  ].join('\n')
}

/** Those whose verdicts differ from upsert's; the searches are those of `sinkproof verify`. */
const workloads = (table: readonly TableRow[]): string[] =>
  workloadBlocks(table).flatMap(({ name, what, rows, said }) => [
    `## ${name}: ${what}`,
    '',
    `Searched under ${WORKLOAD_FAULTS.join(', ')}.`,
    '',
    ...groupsOf(rows).flatMap((group) => [...matrix(group, rows), '']),
    ...(said === '' ? [] : [said, '']),
  ])

function matrix({ designs, guarantees }: ReturnType<typeof groupsOf>[number], rows: readonly TableRow[]): string[] {
  const cell = (design: string, guarantee: string) => {
    const row = rows.find((each) => each.design === design && each.guarantee === guarantee)
    const words = cellLines(row)
      .map((each) => each.trim())
      .join(' ')
    return row?.steps == null ? words : `${words} (${row.steps})`
  }
  return [
    line(['design', ...guarantees.map((id) => `${id} ${guaranteeName(id)}`)]),
    line(['---', ...guarantees.map(() => '---')]),
    ...designs.map((design) => line([design, ...guarantees.map((guarantee) => cell(design, guarantee))])),
  ]
}

/** A row for all that the cells of a design share, and for each guarantee that was reached by other means. */
function evidence(rows: readonly TableRow[], bounds: readonly string[]): string[] {
  const methods = methodsOf(rows)
  const counts = (how: readonly How[], method: string) =>
    how
      .filter((each) => each.method === method)
      .map(({ count, bounds: under }) => `${counted(count)} ${letterOf(bounds.indexOf(under))}`)
      .join(', ') || '-'
  const groups = new Map<string, { readonly design: string; readonly how: readonly How[]; readonly of: string[] }>()
  for (const { design, guarantee, how } of rows) {
    const key = JSON.stringify([design, how])
    const group = groups.get(key) ?? { design, how, of: [] }
    group.of.push(guarantee)
    groups.set(key, group)
  }
  return [
    line(['design', 'guarantees', ...methods.map((method) => [method, UNITS[method]].filter(Boolean).join(', '))]),
    line(['---', '---', ...methods.map(() => '---')]),
    ...[...groups.values()].map(({ design, how, of }) =>
      line([design, of.join(' '), ...methods.map((method) => counts(how, method))]),
    ),
  ]
}
