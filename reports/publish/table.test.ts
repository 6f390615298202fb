// The committed table is what a fresh run gives, figures included; only when and where it was made may differ.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { verify } from '../../properties/verify/verify.ts'
import { PACKAGE_ROOT } from '../packageRoot.ts'
import { outcomeFixture } from '../verify/outcome.fixture.ts'
import { PUBLISHED_BOUNDS, PUBLISHED_SEED } from './bounds.ts'
import { tableMarkdown, WRITTEN } from './table.ts'

const withoutDate = (text: string): string[] => text.split('\n').filter((line) => !line.startsWith(WRITTEN))

it('reports/published/table.md is what a fresh run gives (if not: npm run publish:table)', async () => {
  const options = { seed: PUBLISHED_SEED, budgetMs: 3_600_000, deep: false }
  const { result, surprises } = await verify(options, { bounds: PUBLISHED_BOUNDS, version: 'any' })
  expect(surprises).toEqual([])
  const missed = result.table.filter(
    (row) => row.trace !== null && /^S[1-7]$/.test(row.guarantee) && row.randomTrace === null,
  )
  expect(missed.filter(({ design }) => design !== 'aligned').map((row) => `${row.design}-${row.guarantee}`)).toEqual([])
  const committed = readFileSync(join(PACKAGE_ROOT, 'reports', 'published', 'table.md'), 'utf8')
  expect(withoutDate(committed)).toEqual(withoutDate(tableMarkdown(result, '')))
})

it('has a cell for every verdict, and says when it was made in one line', () => {
  const { result } = outcomeFixture()
  const [a, b] = [tableMarkdown(result, 'today, here'), tableMarkdown(result, 'tomorrow, there')]
  expect(a).not.toBe(b)
  expect(withoutDate(a)).toEqual(withoutDate(b))
  expect(a).toContain(
    '| hashSetTransient | not F2d or F2f (9) | not F2d+F3 or F2f+F3 or F3+F4 (9) | never (9) | not F2d or F1+F2f or F2f+F4 (9) | unknown | never (9) | n/a | not F1p (9) |',
  )
})

it('shows a changed verdict and a changed count', () => {
  const { result } = outcomeFixture()
  const change = (row: Partial<(typeof result.table)[number]>) =>
    tableMarkdown({ ...result, table: result.table.map((each, i) => (i === 3 ? { ...each, ...row } : each)) }, '')
  const before = tableMarkdown(result, '')
  expect(change({ verdict: 'unknown' })).not.toBe(before)
  expect(change({ how: [{ method: 'exhaustive', count: 1, bounds: 'S=1' }] })).not.toBe(before)
})
