// `npm run modes`: every row searched, the table written to reports/published/modes.md. Exit 1 where a verdict is not the
// expected one, 3 where a search did not end. Read next: modes.ts.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { MODES, OF_MODE } from './modes.ts'
import { type ModeResult, searchMode } from './searchMode.ts'

const TIME_MS = 120_000

const results: ModeResult[] = []
for (const row of MODES) {
  const result = searchMode(row, { clock: () => performance.now(), timeMs: TIME_MS })
  results.push(result)
  const fell = result.fell.length === 0 ? 'nothing falls' : `falls: ${result.fell.join(' ')}`
  console.error(`${row.name}: ${result.states.toLocaleString('en-US')} states, ${result.seconds.toFixed(1)} s, ${fell}`)
}
const folder = new URL('../../reports/published/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('modes.md', folder), markdown(results))
const surprises = results.flatMap((result) => result.surprises)
for (const surprise of surprises) console.error(surprise)
process.exitCode = surprises.length > 0 ? 1 : results.every(({ exhausted }) => exhausted) ? 0 : 3

function markdown(rows: readonly ModeResult[]): string {
  const total = rows.reduce((sum, { states }) => sum + states, 0)
  const cell = ({ fell, tested, shortest }: ModeResult, guarantee: (typeof OF_MODE)[number]) => {
    if (fell.includes(guarantee)) return `falls, ${shortest[guarantee]} steps`
    return tested.includes(guarantee) ? 'holds' : '-'
  }
  return [
    '# The protocol by mode',
    '',
    `Written by \`npm run modes\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}. ` +
      `${total.toLocaleString('en-US')} states in all. The sink is listStateBuffer where a row names no other; S2 to S5 are the sink's own and are in the main table.`,
    'L1 and L2 are searched under the second bounds of a row, the rest under both. Nothing is claimed beyond them.',
    'A dash: nothing in the row puts it to the test (no rescale, no crash, no abort).',
    '',
    `| mode | ${OF_MODE.join(' | ')} | states | transitions | exhaustive |`,
    `| --- | ${OF_MODE.map(() => '---').join(' | ')} | --: | --: | --- |`,
    ...rows.map(
      (result) =>
        `| ${result.row.name} | ${OF_MODE.map((guarantee) => cell(result, guarantee)).join(' | ')} | ${result.states.toLocaleString('en-US')} | ${result.transitions.toLocaleString('en-US')} | ${result.exhausted ? 'yes' : 'no'} |`,
    ),
    '',
    ...rows.map(
      ({ row, bounds }) =>
        `- **${row.name}**: ${row.what}${row.bug === null ? '' : ` (planted: ${row.bug})`}${row.design === 'listStateBuffer' ? '' : `; the sink is ${row.design}`}. ${bounds.safety}; fair runs: ${bounds.liveness}, from ${row.from}.`,
    ),
    '',
  ].join('\n')
}
