// What every benchmark record says about where it was measured: figures are compared on one machine only.

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Machine {
  readonly date: string
  readonly node: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  /** One-minute load when the record was written: beside other work, ratios say more than rates. */
  readonly load: number
  readonly commit: string
}

export function machineNow(): Machine {
  return {
    date: new Date().toISOString(),
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    commit: commitNow(),
  }
}

function commitNow(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return 'unknown'
  }
}

/** Writes a record to bench/results/<name>.json and returns its path. */
export function writeRecord(name: string, record: object): string {
  const path = join(
    process.env.SINKPROOF_ROOT === undefined
      ? dirname(fileURLToPath(import.meta.url))
      : join(process.env.SINKPROOF_ROOT, 'bench'),
    'results',
    `${name}.json`,
  )
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify({ machine: machineNow(), ...record }, null, 2)}\n`)
  return path
}

/** The middle of a list, and its ends: what a figure beside other work should be quoted with. */
export function spread(values: readonly number[]): { median: number; least: number; most: number } {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const median =
    sorted.length % 2 === 1
      ? (sorted[middle] as number)
      : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
  return { median, least: sorted[0] as number, most: sorted.at(-1) as number }
}
