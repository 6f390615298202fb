// Saved runs, and what has changed since one of them. Two runs are compared on one machine and one Node only; a
// difference is called a change only where it is larger than what either run wavered by itself.
// Read next: benchRun.ts, ../../reports/bench/command.ts.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { caseLabel, UNITS } from './benchCase.ts'
import type { BenchRun } from './benchRun.ts'

/** A name or a file that cannot be used: one line for the person who typed it. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError'
}

const numbers = z.record(z.string(), z.number())
const RUN = z.strictObject({
  machine: z.strictObject({
    cpu: z.string(),
    cores: z.number(),
    memoryGiB: z.number(),
    load: z.number(),
    disturbed: z.array(z.string()),
  }),
  node: z.string(),
  date: z.string(),
  commit: z.string(),
  results: z.array(
    z.strictObject({
      suite: z.string(),
      name: z.string(),
      parameters: z.record(z.string(), z.union([z.string(), z.number()])),
      median: z.number(),
      spread: z.tuple([z.number(), z.number()]),
      p99: z.number(),
      unit: z.enum(UNITS),
      recordsPerSecond: z.number(),
      work: numbers,
    }),
  ),
  // Absent in runs from before sentences were kept.
  said: z.array(z.strictObject({ suite: z.string(), lines: z.array(z.string()) })).default([]),
  observed: z
    .array(z.strictObject({ suite: z.string(), name: z.string(), about: z.string(), seen: z.string() }))
    .default([]),
})

/** `folder/<name>.json`; a name is letters, digits, dashes and underscores, so it stays inside the folder. */
export function baselinePath(folder: string, name: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name))
    throw new BaselineError(`expected a name of letters, digits, - and _, got ${JSON.stringify(name)}`)
  return join(folder, `${name}.json`)
}

export function saveBaseline(folder: string, name: string, run: BenchRun): string {
  const path = baselinePath(folder, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, `${JSON.stringify(run, null, 2)}\n`)
  return path
}

/** @throws BaselineError where there is none of that name, or the file is no saved run. */
export function loadBaseline(folder: string, name: string): BenchRun {
  const path = baselinePath(folder, name)
  if (!existsSync(path)) throw new BaselineError(`no baseline "${name}" (${path}); save one with --save ${name}`)
  try {
    return RUN.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).split('\n')[0] : (error as Error).message
    throw new BaselineError(`${path} is no saved run: ${why}`)
  }
}

/** Why the two runs cannot be compared; null where they can. */
export function incomparable(before: BenchRun, now: BenchRun): string | null {
  const fields = [
    ['processor', before.machine.cpu, now.machine.cpu],
    ['number of cores', before.machine.cores, now.machine.cores],
    ['memory in GiB', before.machine.memoryGiB, now.machine.memoryGiB],
    ['Node version', before.node, now.node],
  ] as const
  const other = fields.find(([, left, right]) => left !== right)
  if (other === undefined) return null
  return `saved on another machine (${other[0]}: ${other[1]}, here ${other[2]}); rates are compared on one machine only`
}

export interface Change {
  readonly label: string
  /** Time now over time before. */
  readonly times: number
  /** Half the middle spread of either run over its median, the larger of the two: what it wavers by itself. */
  readonly noise: number
  readonly verdict: 'slower' | 'faster' | 'within noise' | 'other work'
}

/** Of every case that both runs have. */
export function changes(before: BenchRun, now: BenchRun): Change[] {
  const earlier = new Map(before.results.map((result) => [caseLabel(result), result]))
  return now.results.flatMap((result): Change[] => {
    const label = caseLabel(result)
    const was = earlier.get(label)
    if (was === undefined || was.unit !== result.unit) return []
    const noise = Math.max(...[was, result].map(({ spread, median }) => (spread[1] - spread[0]) / 2 / median))
    const times = result.median / was.median
    return [{ label, times, noise, verdict: sameWork(was.work, result.work) ? verdictOf(was, result) : 'other work' }]
  })
}

type Spreading = Pick<BenchRun['results'][number], 'median' | 'spread'>

/** A change is where the middle halves do not touch and the medians are further apart than both halves are wide. */
function verdictOf(was: Spreading, is: Spreading): Change['verdict'] {
  const width = was.spread[1] - was.spread[0] + (is.spread[1] - is.spread[0])
  if (is.spread[0] > was.spread[1] && is.median - was.median > width) return 'slower'
  if (is.spread[1] < was.spread[0] && was.median - is.median > width) return 'faster'
  return 'within noise'
}

/** Counts must be equal; what is an estimate by itself (bytes a record, from the profiler or the system) is no count. */
const sameWork = (was: Readonly<Record<string, number>>, is: Readonly<Record<string, number>>): boolean =>
  Object.entries(was).every(([name, value]) => ESTIMATES.test(name) || is[name] === value)

const ESTIMATES = /Per(Record|State|Schedule)$/
