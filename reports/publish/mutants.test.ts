// The published kill matrix names exactly the mutants there are, none of which survives; a survivor would be seen.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { MutantResult } from '../../properties/mutants/matrix.ts'
import { MUTANTS } from '../../properties/mutants/rows.ts'
import { AT_RANDOM } from '../mutants/command.ts'
import { PACKAGE_ROOT } from '../packageRoot.ts'
import { mutantsMarkdown } from './mutants.ts'

const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => /^\| (model|runtime|sink|store)\//.test(line))
    .map((line) => line.split(' | ').map((cell) => cell.replaceAll('|', '').trim()))

const killed = (cells: readonly string[]): boolean => cells.slice(2, -1).some((cell) => /^\d+$/.test(cell))

it('reports/published/mutants.md has every mutant, killed (if not: npm run publish:mutants)', () => {
  const rows = rowsOf(readFileSync(join(PACKAGE_ROOT, 'reports', 'published', 'mutants.md'), 'utf8'))
  expect(rows.map(([id]) => id)).toEqual(MUTANTS.map(({ id }) => id))
  expect(rows.filter((cells) => !killed(cells)).map(([id]) => id)).toEqual([])
  const real = rows.filter(([id]) => !id?.startsWith('model/'))
  const found = real.filter((cells) => /^\d+$/.test(cells.at(-1) ?? ''))
  expect(found.length / real.length).toBeGreaterThanOrEqual(AT_RANDOM)
})

it('says so where a mutant survives, and where random search alone misses it', () => {
  const survivor: MutantResult = {
    id: 'sink/x',
    layer: 'sink',
    source: 'a test',
    killed: false,
    by: [{ method: 'random memory', killed: false, milliseconds: 1, steps: null, seen: null, error: null }],
    random: { seeds: 20, killed: 3, error: null },
  }
  const text = mutantsMarkdown({ mutants: [survivor], falseAlarms: [], complete: true }, 1, 'today')
  expect(text).toContain('1 mutants, 0 killed')
  const [row] = rowsOf(text)
  expect(row === undefined || killed(row)).toBe(false)
  expect(row?.at(-1)).toBe('3 !')
})
