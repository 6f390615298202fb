// `sinkproof bench` with next to no work: what it prints as JSON, keeps, compares, and refuses. No rate is asserted.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { BenchRun } from '../../bench/method/benchRun.ts'
import { recordingIo } from '../recordingIo.fixture.ts'
import { benchCommand } from './command.ts'
import { changeLines } from './lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'sinkproof-bench-'))
const plain = { json: false, quick: true, suite: 'checkpoint', save: null, compare: null }
const bench = async (change: Partial<typeof plain> | { save?: string; compare?: string; json?: boolean }) => {
  const io = recordingIo()
  const code = await benchCommand({ ...plain, ...change }, io, folder, 'tiny')
  return { code, out: io.lines, err: io.errors }
}
const saved = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as BenchRun

it('prints one JSON object, and keeps the same', async () => {
  const { code, out } = await bench({ json: true, save: 'first' })
  expect(code).toBe(0)
  const run = JSON.parse(out.join('\n')) as BenchRun
  expect(Object.keys(run)).toEqual(['machine', 'node', 'date', 'commit', 'results', 'said', 'observed'])
  expect(run.node).toBe(process.version)
  expect(saved('first')).toEqual(run)
})

it('prints a table and sentences in 80 columns, and compares, noise first', async () => {
  await bench({ save: 'second' })
  const { code, out } = await bench({ compare: 'second' })
  expect(code).toBe(0)
  expect(out.filter((line) => line.length > 80)).toEqual([])
  const from = out.findIndex((line) => line.startsWith('compared with second'))
  expect(out[from]).toContain(saved('second').commit)
  expect(out.slice(from).join(' ')).toMatch(
    /compared with second .* noise: by itself a figure wavers by .* within noise/,
  )
  expect(out.join(' ')).toContain('to have a snapshot')
})

it('refuses to compare with another machine', async () => {
  await bench({ save: 'third' })
  const run = saved('third')
  writeFileSync(join(folder, 'elsewhere.json'), JSON.stringify({ ...run, machine: { ...run.machine, cpu: 'abacus' } }))
  await expect(bench({ compare: 'elsewhere' })).rejects.toThrow(
    '--compare elsewhere: saved on another machine (processor: abacus',
  )
})

it('names what changed with its noise, and that a machine was not quiet', () => {
  const run: BenchRun = {
    ...{ node: 'v20', date: 'then', commit: 'abc', results: [], said: [], observed: [] },
    machine: { cpu: 'x', cores: 2, memoryGiB: 1, load: 5, disturbed: ['load 5.0 on 2 cores'] },
  }
  const lines = changeLines('base', run, { ...run, machine: { ...run.machine, disturbed: [] } }, [
    { label: 's a size=1', times: 1.5, noise: 0.05, verdict: 'slower' },
    { label: 's b size=1', times: 1.1, noise: 0.2, verdict: 'within noise' },
  ])
  const said = lines.join(' ').replace(/ +/g, ' ')
  expect(said).toContain('the machine was not quiet, then: load 5.0 on 2 cores')
  expect(said).toContain('1 of 2 within noise, 1 slower, 0 faster s a size=1: slower, 1.50x the time (noise 5.0 %)')
  expect(said).not.toContain('s b size=1')
})
