// What the README shows is what the program prints: the timeline from the model's shortest trace, the table from the
// verdicts that a verification has to find to end with exit code 0. Nothing in it is typed by hand.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pc from 'picocolors'
import { expect, it } from 'vitest'
import type { CrashOutcome } from '../properties/crash/outcome.ts'
import { EXPECTED } from '../properties/verify/expectations.ts'
import type { TableRow } from '../properties/verify/result.ts'
import { OF_DESIGN } from '../properties/verify/table.ts'
import { crashLines, reasons } from './crash/lines.ts'
import { realDesigns } from './layout/vocabularyRules.ts'
import { PACKAGE_ROOT } from './packageRoot.ts'
import { shortestTrace } from './verify/outcome.fixture.ts'
import { tableLines } from './verify/table.ts'
import { timeline } from './verify/timeline.ts'

const page = (name: string) => readFileSync(join(PACKAGE_ROOT, name), 'utf8')
const readme = page('README.md')

const expectedRow = (design: string, guarantee: string): TableRow => {
  const sets = EXPECTED[design]?.[guarantee]
  const faults = sets ?? []
  return {
    design,
    guarantee,
    workload: 'upsert',
    verdict: sets === undefined ? 'holds' : 'falls',
    faults,
    how: [],
    steps: null,
    trace: null,
    randomTrace: null,
  }
}

it('shows the timeline that is printed first', () => {
  const lines = timeline(shortestTrace('hashSetTransient', 'S7'), '').slice(2)
  expect(readme).toContain(`\n${lines.join('\n')}\n`)
})

it('shows the first block of the table', () => {
  const rows = realDesigns().flatMap((design) => OF_DESIGN.map((guarantee) => expectedRow(design, guarantee)))
  const lines = tableLines(rows, pc.createColors(false))
  expect(readme).toContain(`\n${lines.slice(0, lines.indexOf('')).join('\n')}\n`)
})

it('shows a campaign of crashes that was run, of 200 kills and more, with nothing left open', () => {
  const published = JSON.parse(page('reports/published/crash.json')) as CrashOutcome
  expect(readme).toContain(`\n${crashLines(published).join('\n')}\n`)
  expect(reasons(published)).toEqual([])
  expect(published.kills).toBeGreaterThanOrEqual(200)
  expect(published.designs.map(({ design }) => design).filter((design) => !realDesigns().includes(design))).toEqual([])
})

it('gives commands that exist', () => {
  const scripts = Object.keys((JSON.parse(page('package.json')) as { scripts: object }).scripts)
  for (const command of readme.matchAll(/npm (?:run )?(start|test|bench|sinkproof)\b/g))
    expect(scripts).toContain(command[1])
})

it.each(['README.md', 'ARCHITECTURE.md'])('%s links to files that exist', (name) => {
  const links = [...page(name).matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '')
  expect(links.length).toBeGreaterThan(3)
  expect(links.filter((link) => !existsSync(join(PACKAGE_ROOT, link)))).toEqual([])
})
