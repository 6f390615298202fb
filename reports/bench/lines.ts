// A benchmark as a person reads it: where it was measured, a table for each suite, sentences below it, and what changed.
// Read next: command.ts, ../../bench/method/summary.ts.
import Table from 'cli-table3'
import type { Change } from '../../bench/method/baseline.ts'
import type { BenchResult } from '../../bench/method/benchCase.ts'
import type { BenchRun } from '../../bench/method/benchRun.ts'
import type { SuiteOutcome } from '../../bench/run.ts'
import { amount } from '../numbers.ts'
import { PLAIN_TABLE } from '../plainTable.ts'
import { wrapped } from '../verify/wrapped.ts'

export function headLines({ machine, node, date, commit }: BenchRun): string[] {
  const { cpu, cores, memoryGiB, load, disturbed } = machine
  const where = `${cpu}, ${cores} cores, ${memoryGiB} GiB, load ${load}; Node ${node}, commit ${commit}, ${date}`
  const quiet = disturbed.length === 0 ? [] : [`DISTURBED, do not quote: ${disturbed.join('; ')}`]
  return [where, ...quiet].flatMap((line) => wrapped(line, 2, 0))
}

export function outcomeLines({ suite, cases, summary }: SuiteOutcome): string[] {
  const table = new Table({
    chars: PLAIN_TABLE,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1, compact: true },
    head: ['', '', 'median', 'half of all', 'p99', '', 'records/s'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left', 'right'],
  })
  for (const { result } of cases) table.push(row(result))
  const sentences = summary.flatMap((line) => wrapped(line, 4, 2))
  return [
    '',
    suite,
    ...table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd()),
    '',
    ...sentences,
  ]
}

function row({ name, parameters, median, spread, p99, unit, recordsPerSecond }: BenchResult): string[] {
  const [operation, ...others] = Object.values(parameters).map(short)
  return [
    name,
    [operation, ...others].join(' '),
    figure(median),
    `${figure(spread[0])}-${figure(spread[1])}`,
    figure(p99),
    unit,
    amount(recordsPerSecond),
  ]
}

const short = (value: string | number): string =>
  typeof value === 'string' || value < 1_000 ? String(value) : `1e${Math.round(Math.log10(value) * 100) / 100}`

const figure = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0))

/** Noise first: a change is only what is larger than it. */
export function changeLines(name: string, before: BenchRun, now: BenchRun, all: readonly Change[]): string[] {
  const noise = all.map((change) => change.noise).sort((a, b) => a - b)
  const usual = noise[Math.floor(noise.length / 2)] ?? 0
  const beside = [
    ...before.machine.disturbed.map((remark) => `then: ${remark}`),
    ...now.machine.disturbed.map((remark) => `now: ${remark}`),
  ]
  const count = (verdict: Change['verdict']) => all.filter((change) => change.verdict === verdict).length
  const lines = [
    `compared with ${name} (commit ${before.commit}, ${before.date}):`,
    `noise: by itself a figure wavers by ${percent(usual)} (at most ${percent(noise.at(-1) ?? 0)})` +
      (beside.length === 0 ? '' : `; the machine was not quiet, ${beside.join('; ')}`),
    `${count('within noise')} of ${all.length} within noise, ${count('slower')} slower, ${count('faster')} faster` +
      (count('other work') === 0 ? '' : `, ${count('other work')} did other work and have no ratio`),
    ...all
      .filter(({ verdict }) => verdict === 'slower' || verdict === 'faster')
      .map(
        ({ label, times, noise: own, verdict }) =>
          `${label}: ${verdict}, ${times.toFixed(2)}x the time (noise ${percent(own)})`,
      ),
    ...all.filter(({ verdict }) => verdict === 'other work').map(({ label }) => `${label}: other work than then`),
  ]
  return ['', ...lines.flatMap((line) => wrapped(line, 4, 2))]
}

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
