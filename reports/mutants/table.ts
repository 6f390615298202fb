// What a person sees of the kill matrix: a row a mutant, a column a method, in a cell the time to the kill. A dot: not
// killed. Nothing: a method that the mutant cannot meet. Few rows are shown with what was seen. Read next: command.ts.
import Table from 'cli-table3'
import { METHODS, type Method } from '../../properties/mutants/attempt.ts'
import { foundAtRandom, isFoundAtRandom, type Matrix, type MutantResult } from '../../properties/mutants/matrix.ts'
import type { Mutant } from '../../properties/mutants/mutant.ts'
import { PLAIN_TABLE } from '../plainTable.ts'
import { wrapped } from '../verify/wrapped.ts'

const HEADS: Readonly<Record<Method, string>> = {
  exhaustive: 'model\nsearch',
  'every transition': 'every\nstep',
  'random memory': 'random\nmemory',
  'random dynalite': 'random\ndynal.',
  vectors: 'Flink\nvector',
}
/** The line that hunts a mutant again, with the same numbers. */
export const replayLine = (id: string, seed: number): string => `npx sinkproof mutants --only ${id} --seed ${seed}`

/** Up to so many rows are told in full. */
const TOLD = 4

export function matrixLines(matrix: Matrix, rows: readonly Mutant[], seed: number): string[] {
  const { mutants, falseAlarms, complete } = matrix
  const table = new Table({
    head: ['mutant', ...METHODS.map((method) => HEADS[method]), 'seeds'],
    colAligns: ['left', ...METHODS.map(() => 'right' as const), 'right'],
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: { ...PLAIN_TABLE, middle: '  ' },
  })
  for (const mutant of mutants)
    table.push([mutant.id, ...METHODS.map((method) => cell(mutant, method)), seedsOf(mutant)])
  const survivors = mutants.filter(({ killed }) => !killed)
  const { found, of } = foundAtRandom(mutants)
  const seeds = mutants.find(({ random }) => random !== null)?.random?.seeds ?? 0
  return [
    `again: ${replayLine('ID', seed)}`,
    'Time to the kill in ms; a dot: not killed; empty: cannot meet it.',
    '',
    ...table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd()),
    '',
    `${mutants.length} mutants, ${mutants.length - survivors.length} killed${complete ? '' : '; the budget ended before the rest'}`,
    ...(of === 0
      ? []
      : [`${found} of ${of} of the real pipeline found by random search alone (9 of 10 of ${seeds} seeds)`]),
    ...(mutants.length > TOLD ? [] : mutants.flatMap((mutant) => told(mutant, rows, seed))),
    ...survivors.flatMap(({ id }) => wrapped(`survives: ${id}: ${replayLine(id, seed)}`, 4, 0, '')),
    ...mutants.flatMap(errors),
    ...(falseAlarms.length === 0 ? ['nobody accused wrongly'] : []),
    ...falseAlarms.flatMap(({ setting, method, seen }) =>
      wrapped(`accused wrongly: ${setting}, ${method}: ${seen}`, 4, 0, ''),
    ),
  ]
}

function cell({ by }: MutantResult, method: Method): string {
  const attempt = by.find((each) => each.method === method)
  if (attempt === undefined) return ''
  if (attempt.error !== null) return 'threw'
  return attempt.killed ? String(Math.ceil(attempt.milliseconds)) : '.'
}

/** Seeds under which random search alone killed it, with a mark where they are too few. */
export const seedsOf = (mutant: MutantResult): string =>
  mutant.random === null ? '' : `${mutant.random.killed}${isFoundAtRandom(mutant) ? '' : ' !'}`

function told({ id, source, by }: MutantResult, rows: readonly Mutant[], seed: number): string[] {
  const row = rows.find((each) => each.id === id)
  return [
    '',
    ...wrapped(`${id} (${source}): ${row?.what ?? ''}`, 2, 0, ''),
    ...wrapped(`hunted in: ${row?.setting.name ?? ''}`, 2, 2, '  '),
    ...by.flatMap(({ method, killed, steps, seen }) =>
      killed ? wrapped(`${method}, ${steps} steps: ${seen}`, 4, 2, '  ') : [`  ${method}: not killed`],
    ),
    `  ${replayLine(id, seed)}`,
  ]
}

const errors = ({ id, by, random }: MutantResult): string[] =>
  [...by.map(({ error }) => error), random?.error ?? null].flatMap((error) =>
    error === null ? [] : wrapped(`the harness threw, which is no kill: ${id}: ${error.split('\n')[0]}`, 4, 0, ''),
  )
