// `sinkproof mutants`: every planted bug against every method. Exit 1 where one survives all of them, where a right design
// is accused, or where random search alone finds too few; 3 where the budget ended first; 4 where the harness itself threw.
// Read next: ../../properties/mutants/matrix.ts, table.ts.
import { join } from 'node:path'
import { METHODS } from '../../properties/mutants/attempt.ts'
import { huntAll, RUNS } from '../../properties/mutants/huntAll.ts'
import { foundAtRandom, type Matrix, type MutantResult } from '../../properties/mutants/matrix.ts'
import type { Mutant } from '../../properties/mutants/mutant.ts'
import { MUTANTS } from '../../properties/mutants/rows.ts'
import { EXIT, UsageError } from '../exit.ts'
import type { Io } from '../io.ts'
import { PACKAGE_ROOT } from '../packageRoot.ts'
import { Progress } from '../progress.ts'
import { matrixLines, replayLine } from './table.ts'

export interface MutantsOptions {
  readonly json: boolean
  readonly seed: number
  readonly seeds: number
  readonly budgetMs: number
  /** Part of an id; null for all rows. */
  readonly only: string | null
}

/** Of the mutants of the real pipeline, the share that random search alone has to find. */
export const AT_RANDOM = 0.8

export async function mutantsCommand(options: MutantsOptions, io: Io): Promise<number> {
  const { json, seed, seeds, budgetMs, only } = options
  const mutants = chosen(only)
  const progress = new Progress(io)
  const matrix = await huntAll({
    ...RUNS,
    mutants,
    seed,
    seeds,
    budgetMs,
    vectors: join(PACKAGE_ROOT, 'properties', 'vectors', 'flink'),
    clock: () => performance.now(),
    onMutant: (done, total) => progress.report({ stage: 'mutants', unit: 'rows', done, total }),
  })
  progress.clear()
  if (json) io.out(JSON.stringify(asJson(matrix, seed), null, 2))
  else for (const line of matrixLines(matrix, mutants, seed)) io.out(line)
  return exitCode(matrix, only)
}

export function exitCode({ mutants, falseAlarms, complete }: Matrix, only: string | null): number {
  if (mutants.some(threw)) return EXIT.internal
  if (falseAlarms.length > 0 || mutants.some(({ killed }) => !killed)) return EXIT.surprise
  if (!complete) return EXIT.noVerdict
  const { found, of } = foundAtRandom(mutants)
  // Of a few rows a share says nothing.
  return only === null && found < of * AT_RANDOM ? EXIT.surprise : EXIT.asExpected
}

const threw = ({ by, random }: MutantResult): boolean =>
  by.some(({ error }) => error !== null) || (random?.error ?? null) !== null

function chosen(only: string | null): readonly Mutant[] {
  if (only === null) return MUTANTS
  const found = MUTANTS.filter(({ id }) => id.includes(only))
  if (found.length > 0) return found
  throw new UsageError(
    `--only: expected a part of an id such as ${MUTANTS[0]?.id}, none of ${MUTANTS.length} has ${only}`,
  )
}

const asJson = ({ mutants, falseAlarms, complete }: Matrix, seed: number) => ({
  seed,
  complete,
  methods: METHODS,
  mutants: mutants.map((mutant) => ({ ...mutant, replay: replayLine(mutant.id, seed) })),
  falseAlarms,
  foundAtRandom: foundAtRandom(mutants),
})
