// An input of the shape of stock prices (symbol, day, price), made from a seed, and the table it must end in.
// Read next: killedRun.ts.
import { writeFileSync } from 'node:fs'
import seedrandom from 'seedrandom'
import type { Rows } from './store.ts'

export interface GeneratedInput {
  readonly path: string
  readonly records: number
  /** Latest price per symbol: the sequential result. */
  readonly table: Rows
}

/**
 * Which symbol a row is of. `unique`: no row has a newer one after it, so that what is lost stays lost. `blocks`: each
 * symbol eight times in a row, so that a buffer in order of arrival leaves in requests of one row and takes long to flush.
 */
export type Symbols = number | 'unique' | 'blocks'

export function writeInput(path: string, records: number, symbols: Symbols, seed: string): GeneratedInput {
  const random = seedrandom(seed)
  const lines = ['symbol,day,price']
  const table = new Map<string, { version: string; value: string }>()
  for (let day = 1; day <= records; day++) {
    const number = symbols === 'unique' ? day : symbols === 'blocks' ? (day - 1) >> 3 : Math.floor(random() * symbols)
    const symbol = `S${number}`
    const price = (random() * 500).toFixed(2)
    lines.push(`${symbol},${day},${price}`)
    table.set(symbol, { version: String(day), value: JSON.stringify({ symbol, day: String(day), price }) })
  }
  writeFileSync(path, `${lines.join('\n')}\n`)
  return { path, records, table }
}

export interface TableDifference {
  /** Keys that are not in the table. */
  readonly missing: readonly string[]
  /** Keys that are there with another version or value. */
  readonly stale: readonly string[]
  /** Keys that nobody wrote. */
  readonly foreign: readonly string[]
}

export function tableDifference(expected: Rows, seen: Rows): TableDifference {
  const keys = [...expected.keys()]
  const missing = keys.filter((key) => !seen.has(key))
  const stale = keys.filter((key) => {
    const [want, got] = [expected.get(key), seen.get(key)]
    return got !== undefined && (got.version !== want?.version || got.value !== want.value)
  })
  return { missing, stale, foreign: [...seen.keys()].filter((key) => !expected.has(key)) }
}
