// `sinkproof yardsticks`: the models whose exact counts are known, searched here and now. Counts must be what they are
// elsewhere (TLC, Stateright, SPIN); seconds are this machine's. Read next: ../model/yardsticks/index.ts.
import Table from 'cli-table3'
import { Search } from '../model/kernel/index.ts'
import { type Yardstick, yardsticks } from '../model/yardsticks/index.ts'
import { EXIT } from './exit.ts'
import type { Io } from './io.ts'
import { amount, counted } from './numbers.ts'
import { Progress } from './progress.ts'

export interface YardstickRow {
  readonly name: string
  readonly states: number
  readonly transitions: number
  readonly depth: number
  readonly seconds: number
}

export async function yardsticksCommand({ json }: { json: boolean }, io: Io, rows = yardsticks): Promise<number> {
  const progress = new Progress(io)
  const results: YardstickRow[] = []
  for (const yardstick of rows) {
    results.push(measured(yardstick, progress))
    // A turn of the event loop between two: signals and a closed pipe are noticed.
    await new Promise((resolve) => setImmediate(resolve))
  }
  progress.clear()
  if (json) io.out(JSON.stringify(results, null, 2))
  else for (const line of lines(results)) io.out(line)
  const wrong = rows.filter(({ expected }, i) => !same(results[i], expected))
  for (const { name, expected } of wrong)
    io.err(
      `${name}: expected ${counted(expected.states)} states, ${counted(expected.transitions)} transitions, depth ${expected.depth}`,
    )
  return wrong.length === 0 ? EXIT.asExpected : EXIT.surprise
}

function measured({ name, spec }: Yardstick, progress: Progress): YardstickRow {
  const search = new Search(spec, {
    clock: () => performance.now(),
    onProgress: ({ states }) => progress.report({ stage: name, done: states, unit: 'states' }),
  })
  search.run()
  const { states, transitions, depth, seconds } = search.result()
  return { name, states, transitions, depth, seconds }
}

const same = (row: YardstickRow | undefined, expected: Yardstick['expected']): boolean =>
  row?.states === expected.states && row.transitions === expected.transitions && row.depth === expected.depth

function lines(results: readonly YardstickRow[]): string[] {
  const table = new Table({
    head: ['model', 'states', 'transitions', 'depth', 'seconds', 'states/s'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
  for (const { name, states, transitions, depth, seconds } of results)
    table.push([name, counted(states), counted(transitions), depth, seconds.toFixed(2), amount(states / seconds)])
  return table.toString().split('\n')
}
