// The kill matrix as Markdown, to be committed: which method killed which mutant, after how many steps, and under how many
// seeds random search alone did. Times are left out: they are of one machine on one day.
// Read next: mutantsMain.ts (writes it), ../../properties/mutants/matrix.ts.
import { METHODS } from '../../properties/mutants/attempt.ts'
import { foundAtRandom, type Matrix, type MutantResult } from '../../properties/mutants/matrix.ts'
import { seedsOf } from '../mutants/table.ts'
import { line } from './markdownLine.ts'

export function mutantsMarkdown(matrix: Matrix, seed: number, madeAt: string): string {
  const { mutants, falseAlarms, complete } = matrix
  const killed = mutants.filter((mutant) => mutant.killed).length
  const { found, of } = foundAtRandom(mutants)
  const seeds = mutants.find(({ random }) => random !== null)?.random?.seeds ?? 0
  return [
    '# Planted bugs, and what killed them',
    '',
    `Written by \`npm run publish:mutants\`, ${madeAt}.`,
    '',
    `${mutants.length} mutants, ${killed} killed${complete ? '' : '; the budget ended before the rest'}; ` +
      `correct designs accused: ${falseAlarms.length}. Of the ${of} in runtime, sink and store, random search on the real`,
    `pipeline alone killed ${found} under nine of ten of ${seeds} seeds, from seed ${seed} on.`,
    '',
    'In a cell the steps of the killing run; a dot: not killed; empty: the method cannot meet that mutant.',
    '',
    line(['mutant', 'after', ...METHODS, 'seeds']),
    line(['---', '---', ...METHODS.map(() => '--:'), '--:']),
    ...mutants.map((mutant) =>
      line([mutant.id, mutant.source, ...METHODS.map((each) => cell(mutant, each)), seedsOf(mutant)]),
    ),
    '',
  ].join('\n')
}

function cell({ by }: MutantResult, method: (typeof METHODS)[number]): string {
  const attempt = by.find((each) => each.method === method)
  if (attempt === undefined) return ''
  return attempt.killed ? String(attempt.steps) : '.'
}
