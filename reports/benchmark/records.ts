// The figures of the checker and of the world, which have records of their own (npm run bench:checker, bench:spin,
// bench:schedules), as sentences. A record that is not there is named. Read next: markdown.ts, page.ts.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const spread = z.object({ median: z.number(), least: z.number(), most: z.number() })
const machine = z.object({ date: z.string(), node: z.string(), cpu: z.string(), load: z.number(), commit: z.string() })
const CHECKER = z.object({
  machine,
  rows: z.array(
    z.object({
      ...{ name: z.string(), states: z.number(), transitions: z.number(), bytesPerState: z.number() },
      ...{ statesPerSecond: spread, transitionsPerSecond: spread },
    }),
  ),
})
const SPIN = z.object({
  ...{ machine, model: z.string(), kernelOverSpin: spread },
  spin: z.object({ version: z.string(), compile: z.string(), statesPerSecond: spread, bytesPerState: z.number() }),
})
const SCHEDULES = z.object({
  machine,
  results: z.array(z.object({ name: z.string(), schedulesPerSecond: spread, actionsPerSchedule: z.number() })),
})

export interface RecordLines {
  readonly title: string
  readonly lines: readonly string[]
}

/** @throws z.ZodError for a file that is no such record. */
export function recordLines(folder: string): RecordLines[] {
  const read = <T>(name: string, schema: z.ZodType<T>): T | null => {
    const path = join(folder, `${name}.json`)
    return existsSync(path) ? schema.parse(JSON.parse(readFileSync(path, 'utf8'))) : null
  }
  const checker = read('checker', CHECKER)
  const spin = read('peers-spin', SPIN)
  const schedules = read('schedules', SCHEDULES)
  return [
    {
      title: 'checker: exhaustive search, one thread',
      lines: [
        ...(checker?.rows ?? []).map(
          ({ name, states, statesPerSecond, transitionsPerSecond, bytesPerState }) =>
            `${name}, ${count(states)} states: ${range(statesPerSecond)} states/s, ${range(transitionsPerSecond)} transitions/s, ${bytesPerState} B a state`,
        ),
        ...(spin === null
          ? []
          : [
              `${spin.model}: ${ratio(spin.kernelOverSpin)} the states/s of SPIN, exact (${spin.spin.version.split(' -- ')[0]}, ${spin.spin.compile}: ${range(spin.spin.statesPerSecond)} states/s, ${spin.spin.bytesPerState} B a state), run by run beside each other`,
            ]),
        checker === null ? 'Not measured: npm run bench:checker.' : where(checker.machine),
        'Not measured here: TLC and Stateright, and a search with two workers, which there is none of.',
      ],
    },
    {
      title: 'schedules: random runs of the real pipeline',
      lines:
        schedules === null
          ? ['Not measured: npm run bench:schedules.']
          : [
              ...schedules.results.map(
                ({ name, schedulesPerSecond, actionsPerSchedule }) =>
                  `${name}: ${range(schedulesPerSecond)} schedules/s of ${actionsPerSchedule} actions each`,
              ),
              where(schedules.machine),
            ],
    },
  ]
}

type Spread = z.infer<typeof spread>

const count = (value: number): string => Math.round(value).toLocaleString('en')
const range = ({ median, least, most }: Spread): string => `${count(median)} (${count(least)}-${count(most)})`
const ratio = ({ median, least, most }: Spread): string =>
  `${median.toFixed(2)} times (${least.toFixed(2)}-${most.toFixed(2)})`
const where = ({ cpu, node, date, commit, load }: z.infer<typeof machine>): string =>
  `Measured on ${cpu}, Node ${node}, ${date}, commit ${commit}, load ${load}.`
