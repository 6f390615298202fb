// Saved runs: they come back as they were; another machine, a wrong name or a damaged file is refused in words; and a
// change is only what is larger than the noise.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { changes, incomparable, loadBaseline, saveBaseline } from './baseline.ts'
import type { BenchResult } from './benchCase.ts'
import type { BenchRun } from './benchRun.ts'

const folder = mkdtempSync(join(tmpdir(), 'sinkproof-bench-'))
const result = (median: number, change: Partial<BenchResult> = {}): BenchResult => ({
  suite: 's',
  name: 'a',
  parameters: { size: 1 },
  median,
  spread: [median * 0.95, median * 1.05],
  p99: median * 2,
  unit: 'ns/record',
  recordsPerSecond: Math.round(1e9 / median),
  work: { records: 10 },
  ...change,
})
const run = (...results: BenchResult[]): BenchRun => ({
  machine: { cpu: 'x', cores: 2, memoryGiB: 24, load: 0.1, disturbed: [] },
  node: 'v20.20.2',
  date: '2026-11-23T00:00:00.000Z',
  commit: 'abc',
  results,
  said: [],
  observed: [],
})

it('comes back as it was saved', () => {
  saveBaseline(folder, 'first', run(result(100)))
  expect(loadBaseline(folder, 'first')).toEqual(run(result(100)))
})

it('refuses names that leave the folder, names nobody saved, and files that are no run', () => {
  for (const name of ['../x', 'a/b', '', '.', 'x'.repeat(65)])
    expect(() => saveBaseline(folder, name, run())).toThrow('expected a name of letters, digits, - and _')
  expect(readdirSync(folder)).toEqual(['first.json'])
  expect(() => loadBaseline(folder, 'never')).toThrow('no baseline "never"')
  writeFileSync(join(folder, 'text.json'), 'no JSON')
  writeFileSync(join(folder, 'other.json'), JSON.stringify({ ...run(), more: 1 }))
  expect(() => loadBaseline(folder, 'text')).toThrow('text.json is no saved run')
  expect(() => loadBaseline(folder, 'other')).toThrow('other.json is no saved run')
})

it('compares on one machine and one Node only', () => {
  const here = run()
  expect(incomparable(here, run())).toBeNull()
  expect(incomparable({ ...here, commit: 'def', date: 'later' }, here)).toBeNull()
  const other = { ...here, machine: { ...here.machine, cpu: 'y' } }
  expect(incomparable(other, here)).toBe(
    'saved on another machine (processor: y, here x); rates are compared on one machine only',
  )
  expect(incomparable({ ...here, machine: { ...here.machine, cores: 64 } }, here)).toContain(
    'number of cores: 64, here 2',
  )
  expect(incomparable({ ...here, node: 'v22.0.0' }, here)).toContain('Node version: v22.0.0')
})

it('calls a change what is larger than the noise of both, and compares no rates of different work', () => {
  const verdict = (before: BenchResult, now: BenchResult) => changes(run(before), run(now))[0]?.verdict
  expect(verdict(result(100), result(102))).toBe('within noise')
  expect(verdict(result(100), result(112))).toBe('within noise')
  expect(verdict(result(100), result(150))).toBe('slower')
  expect(verdict(result(150), result(100))).toBe('faster')
  expect(verdict(result(100, { spread: [40, 200] }), result(150))).toBe('within noise')
  expect(verdict(result(100), result(100, { work: { records: 11 } }))).toBe('other work')
  const weighed = (retainedBytesPerRecord: number) => result(100, { work: { records: 10, retainedBytesPerRecord } })
  expect(verdict(weighed(100), weighed(101))).toBe('within noise')
  expect(changes(run(result(100)), run(result(100, { name: 'b' })))).toEqual([])
  expect(changes(run(result(100)), run(result(150)))[0]).toMatchObject({ times: 1.5, noise: expect.closeTo(0.05) })
})
