// What a person sees of a folder of recordings: one row a file, then each disagreement with what was recorded and what
// came out here. Read next: command.ts.
import { isDeepStrictEqual } from 'node:util'
import Table from 'cli-table3'
import type { Disagreement, FileResult, FolderResult } from '../../properties/vectors/replayFolder.ts'
import { counted } from '../numbers.ts'
import { PLAIN_TABLE } from '../plainTable.ts'
import { wrapped } from '../verify/wrapped.ts'

/** Of each file; the rest is counted. */
const MOST_SHOWN = 10

export function vectorLines({ files }: FolderResult): string[] {
  const table = new Table({
    head: ['file', 'recorded from Flink', 'cases', 'runtime', 'model'],
    style: { head: [], border: [], compact: true },
    chars: PLAIN_TABLE,
    colAligns: ['left', 'left', 'right', 'right', 'right'],
  })
  for (const { file, about, cases, agreedBy } of files)
    table.push([file, about, counted(cases), agreement(agreedBy.runtime), agreement(agreedBy.model)])
  const all = files.reduce((sum, { cases }) => sum + cases, 0)
  const skipped = files.flatMap(({ notReplayed }) => notReplayed)
  const disagreeing = files.reduce(
    (sum, { cases, agreed, notReplayed }) => sum + cases - agreed - notReplayed.length,
    0,
  )
  return [
    'Cases that agree, by side (- where it has no notion of them):',
    ...table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd()),
    '',
    `${counted(all)} cases: ${counted(all - disagreeing - skipped.length)} agree, ${counted(disagreeing)} disagree, ${counted(skipped.length)} not replayed`,
    ...skipped.flatMap(({ case: name, why }) => wrapped(`not replayed: ${name}: ${why}`, 4, 2, '  ')),
    ...files.flatMap(disagreements),
  ]
}

const agreement = (agreed: number | null): string => (agreed === null ? '-' : counted(agreed))

function disagreements({ file, disagreed }: FileResult): string[] {
  if (disagreed.length === 0) return []
  const more = disagreed.length - MOST_SHOWN
  return [
    '',
    `${file}:`,
    ...disagreed.slice(0, MOST_SHOWN).flatMap(shown),
    ...(more > 0 ? [`  and ${counted(more)} more (--json has all)`] : []),
  ]
}

const shown = ({ case: name, side, step, expected, seen }: Disagreement): string[] => {
  const [recorded, here] = differing(expected, seen)
  return [
    ...wrapped(`${name}, step ${step + 1}, on the ${side}`, 4, 2, '  '),
    ...wrapped(`recorded ${spaced(recorded)}`, 13, 4, '    '),
    ...wrapped(`seen     ${spaced(here)}`, 13, 4, '    '),
  ]
}

/** Of two records only the fields in which they differ; --json has them whole. */
function differing(expected: unknown, seen: unknown): readonly [unknown, unknown] {
  if (!isRecord(expected) || !isRecord(seen)) return [expected, seen]
  const names = [...new Set([...Object.keys(expected), ...Object.keys(seen)])]
  const differ = names.filter((name) => !isDeepStrictEqual(expected[name], seen[name]))
  const only = (of: Readonly<Record<string, unknown>>) => Object.fromEntries(differ.map((name) => [name, of[name]]))
  return [only(expected), only(seen)]
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON that a line can be broken in. */
const spaced = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').replace(/,(?=["[{])/g, ', ')
