// A run as it is printed, saved and compared: where it was measured, when, on which commit, whether the machine was
// quiet, and the results. Read next: baseline.ts.

import type { BenchResult } from './benchCase.ts'
import { machineNow } from './machine.ts'

export interface BenchMachine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  /** One-minute load at the end of the run. */
  readonly load: number
  /** Sentences; empty where nothing disturbed the run. */
  readonly disturbed: readonly string[]
}

export interface BenchRun {
  readonly machine: BenchMachine
  readonly node: string
  readonly date: string
  readonly commit: string
  readonly results: readonly BenchResult[]
  /** What the figures mean, in sentences: ratios are formed within rounds, which are not kept. */
  readonly said: readonly Said[]
  /** What was seen once, each in some trouble; it has no rate. */
  readonly observed: readonly (Observation & { readonly suite: string })[]
}

export interface Observation {
  /** As in the results. */
  readonly name: string
  readonly about: string
  readonly seen: string
}

export interface Said {
  readonly suite: string
  readonly lines: readonly string[]
}

export function benchRun(
  results: readonly BenchResult[],
  said: readonly Said[],
  observed: BenchRun['observed'],
  disturbed: readonly string[],
): BenchRun {
  const { cpu, cores, memoryGiB, load, node, date, commit } = machineNow()
  return { machine: { cpu, cores, memoryGiB, load, disturbed }, node, date, commit, results, said, observed }
}

/** A line a name: what was seen of it, by what it was about. */
export function observationLines(observed: readonly Observation[]): string[] {
  const names = [...new Set(observed.map(({ name }) => name))]
  return names.map((of) => {
    const own = observed.filter(({ name }) => name === of).map(({ about, seen }) => `${about}: ${seen}`)
    return `${of}: ${own.join('; ')}`
  })
}
