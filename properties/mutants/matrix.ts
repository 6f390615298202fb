// The kill matrix: every mutant against every method that can meet it, then nothing planted against the same methods. A
// mutant of the real pipeline is hunted by random search under several seeds: once could be luck.
// Read next: methods.ts, ../../reports/mutants/command.ts.
import type { Attempt } from './attempt.ts'
import { type Accusation, accusations, accusedByRecordings } from './falseAlarms.ts'
import { type Budget, hunt, methodsFor, type Tools } from './methods.ts'
import type { Layer, Mutant } from './mutant.ts'
import { randomSearch } from './randomSearch.ts'
import { settingsOf } from './rows.ts'

export interface MutantResult {
  readonly id: string
  readonly layer: Layer
  readonly source: string
  readonly killed: boolean
  readonly by: readonly Attempt[]
  /** Random search on the real pipeline alone, on memory: of so many seeds so many killed it. Null for a mutant of the model. */
  readonly random: { readonly seeds: number; readonly killed: number; readonly error: string | null } | null
}

export interface Matrix {
  readonly mutants: readonly MutantResult[]
  readonly falseAlarms: readonly Accusation[]
  /** Nothing was left out for lack of time. */
  readonly complete: boolean
}

export interface MatrixOptions {
  readonly mutants: readonly Mutant[]
  readonly seed: number
  /** Of random search on memory: this many, from `seed` on. */
  readonly seeds: number
  readonly memoryRuns: number
  readonly dynaliteRuns: number
  /** By the tools' clock. */
  readonly untilMs: number
  readonly onMutant?: (done: number, total: number) => void
}

export async function killMatrix(options: MatrixOptions, tools: Tools): Promise<Matrix> {
  const { mutants, memoryRuns, dynaliteRuns, untilMs, onMutant } = options
  const budget: Budget = { seed: String(options.seed), memoryRuns, dynaliteRuns }
  const settings = settingsOf(mutants)
  const results: MutantResult[] = []
  const falseAlarms: Accusation[] = []
  const total = mutants.length + settings.length
  for (const mutant of mutants) {
    if (tools.clock() > untilMs) return { mutants: results, falseAlarms, complete: false }
    results.push(await result(mutant, options, budget, tools))
    onMutant?.(results.length, total)
  }
  for (const [at, setting] of settings.entries()) {
    if (tools.clock() > untilMs) return { mutants: results, falseAlarms, complete: false }
    falseAlarms.push(...(await accusations(setting, budget, tools)))
    onMutant?.(results.length + at + 1, total)
  }
  falseAlarms.push(...(await accusedByRecordings(tools)))
  return { mutants: results, falseAlarms, complete: true }
}

async function result(mutant: Mutant, options: MatrixOptions, budget: Budget, tools: Tools): Promise<MutantResult> {
  const by: Attempt[] = []
  for (const method of methodsFor(mutant)) by.push(await hunt(mutant, method, tools, budget))
  const { id, layer, source } = mutant
  const first = by.find(({ method }) => method === 'random memory')
  const random = first === undefined ? null : await overSeeds(mutant, first, options, tools)
  return { id, layer, source, killed: by.some(({ killed }) => killed), by, random }
}

async function overSeeds(
  { setting, patch }: Mutant,
  first: Attempt,
  { seed, seeds, memoryRuns: runs }: MatrixOptions,
  { memory: store }: Tools,
): Promise<NonNullable<MutantResult['random']>> {
  const planted = 'real' in patch ? patch.real : {}
  let killed = first.killed ? 1 : 0
  let error = first.error
  for (let more = 1; more < seeds; more++)
    try {
      if ((await randomSearch({ setting, planted, store, seed: String(seed + more), runs })) !== null) killed++
    } catch (thrown) {
      error ??= String(thrown)
    }
  return { seeds, killed, error }
}

/** Killed by random search alone under nine seeds of ten. */
export const isFoundAtRandom = ({ random }: MutantResult): boolean =>
  random !== null && random.killed * 10 >= random.seeds * 9

/** Of the mutants of the real pipeline the part that random search alone finds, 0 to 1. */
export function foundAtRandom(mutants: readonly MutantResult[]): { readonly found: number; readonly of: number } {
  const real = mutants.filter(({ layer }) => layer !== 'model')
  return { found: real.filter(isFoundAtRandom).length, of: real.length }
}
