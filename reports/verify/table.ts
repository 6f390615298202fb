// The truth table: designs down, guarantees across, in as many blocks as 80 columns need. It prints what it is given:
// designs and guarantees that are new in the result appear here by themselves. Legend below, with the bounds.
// Read next: cells.ts (a cell's words), ../../properties/guarantees/catalogue.ts.
import Table from 'cli-table3'
import { CRASHES } from '../../model/pipeline/bounds.ts'
import { FAULTS } from '../../model/pipeline/vocabulary.ts'
import { GUARANTEES } from '../../properties/guarantees/catalogue.ts'
import type { TableRow, VerifyResult } from '../../properties/verify/result.ts'
import type { Io } from '../io.ts'
import { guaranteeName } from './calledNames.ts'
import { cellLines } from './cells.ts'
import { TIED } from './names.ts'
import { WIDTH, wrapped } from './wrapped.ts'

type Colours = Io['colours']
const GAP = 2

export function tableLines(rows: readonly TableRow[], colours: Colours): string[] {
  const blocks = groupsOf(rows).flatMap((group) => split(group, rows))
  return blocks.flatMap((block, i) => [...(i === 0 ? [] : ['']), ...drawn(block, rows, colours)])
}

interface Block {
  readonly designs: readonly string[]
  readonly guarantees: readonly string[]
}

/** Guarantees that the same designs are judged by stand together. */
export function groupsOf(rows: readonly TableRow[]): Block[] {
  const byDesigns = new Map<string, Block & { guarantees: string[] }>()
  for (const guarantee of distinct(rows.map((row) => row.guarantee))) {
    const designs = distinct(rows.filter((row) => row.guarantee === guarantee).map((row) => row.design))
    const key = designs.join()
    const block = byDesigns.get(key) ?? { designs, guarantees: [] }
    block.guarantees.push(guarantee)
    byDesigns.set(key, block)
  }
  return [...byDesigns.values()]
}

/** As many as fit. */
function split({ designs, guarantees }: Block, rows: readonly TableRow[]): Block[] {
  const out: { designs: readonly string[]; guarantees: string[] }[] = []
  const first = Math.max(...designs.map((design) => design.length))
  let room = 0
  for (const guarantee of guarantees) {
    const width = GAP + columnWidth(guarantee, designs, rows)
    if (out.length === 0 || width > room) {
      out.push({ designs, guarantees: [] })
      room = WIDTH - first
    }
    out.at(-1)?.guarantees.push(guarantee)
    room -= width
  }
  return out
}

const cell = (rows: readonly TableRow[], design: string, guarantee: string): string[] =>
  cellLines(rows.find((row) => row.design === design && row.guarantee === guarantee))

/** The id, then the name a word a line. */
const heading = (guarantee: string): string[] => [guarantee, ...guaranteeName(guarantee).split(' ')]

const columnWidth = (guarantee: string, designs: readonly string[], rows: readonly TableRow[]): number =>
  Math.max(
    ...[...heading(guarantee), ...designs.flatMap((design) => cell(rows, design, guarantee))].map((s) => s.length),
  )

function drawn({ designs, guarantees }: Block, rows: readonly TableRow[], colours: Colours): string[] {
  const table = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [], compact: true },
  })
  const bold = (lines: readonly string[]) => lines.map((line) => colours.bold(line)).join('\n')
  table.push(['', ...guarantees.map((guarantee) => bold(heading(guarantee)))])
  for (const design of designs)
    table.push([design, ...guarantees.map((guarantee) => coloured(cell(rows, design, guarantee), colours))])
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

/** Colour underlines what the words say already. */
function coloured(lines: readonly string[], { green, red, yellow, dim }: Colours): string {
  const paint = { holds: green, unknown: yellow, 'n/a': dim, '': dim }[lines[0] ?? ''] ?? red
  return lines.map((line) => paint(line)).join('\n')
}

/** How to read a cell. */
export const KEY: readonly { readonly term: string; readonly means: string }[] = [
  { term: 'holds', means: 'under every fault class, in the mixes that were searched' },
  { term: 'not X', means: 'falls under X, and not under less' },
  { term: 'X+Y', means: 'needs both' },
  { term: 'never', means: 'falls without any fault' },
  { term: 'F2', means: `each way in which an attempt ends: ${CRASHES.join(', ')}` },
]
export const KEY_LINES: readonly string[] = wrapped(
  KEY.map(({ term, means }) => `${term.replace(' ', TIED)} = ${means}`).join('; '),
  0,
)

/** What the ids stand for, and how the verdicts were reached. */
export function legendLines(result: VerifyResult): string[] {
  const used = distinct(result.table.map((row) => row.guarantee))
  const guarantees = GUARANTEES.filter(({ id }) => used.includes(id))
  const methods = new Map(result.table.flatMap((row) => row.how).map((how) => [`${how.method}: ${how.bounds}`, how]))
  const entry = (id: string, what: string) => wrapped(what, 9, 9, `  ${id.padEnd(5)}  `)
  return [
    'Fault classes',
    ...FAULTS.flatMap(({ id, what }) => entry(id, what)),
    '',
    'Guarantees',
    ...guarantees.flatMap(({ id, statement }) => entry(id, statement)),
    ...wrapped('quiescent: all input taken, the last checkpoint notified, nothing under way', 2, 2, '  '),
    '',
    'How the verdicts were reached (bounds: S sources with N records and K keys each,',
    'B checkpoints)',
    ...[...methods.keys()].flatMap((method) => wrapped(method, 4, 2, '  ')),
  ]
}

const distinct = <T>(items: readonly T[]): T[] => [...new Set(items)]

const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`, `mid-mid`, `left-mid`, `right-mid`])
    .map((side) => [side, '']),
)
