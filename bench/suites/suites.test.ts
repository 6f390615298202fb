// Every suite with next to no work: the cases are there, their work is counted and as announced, and what is printed as
// JSON has the promised shape. No rate is asserted.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { machine } from '../../model/kernel/index.ts'
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { designNamed } from '../../model/pipeline/sinks/designs.ts'
import { pipelineSpec } from '../../model/pipeline/spec.ts'
import { memoryWorldStore } from '../../properties/world/store.ts'
import { World } from '../../properties/world/world.ts'
import { DESIGNS } from '../flush/sinks.ts'
import { runSuites } from '../run.ts'
import { DRIVERS } from '../schedules/drivers.ts'
import { countOrders } from '../schedules/orders.ts'
import { KINDS } from './buffer.ts'
import { checkCounts } from './checker.ts'
import { SERIALISERS } from './checkpoint.ts'
import { SUITES } from './index.ts'
import { COMPARED } from './schedules.ts'
import { COUNTEREXAMPLE, waited } from './start.ts'

const TWO_RECORDS = COMPARED['no fault, two records']?.bounds as Bounds

/** Each order of the model's steps as a text, found by walking: independent of how they are counted. */
function ordersOf(design: string, bounds: Bounds): ReadonlySet<string> {
  const { initial, enabled, step } = machine(pipelineSpec(designNamed(design), bounds))
  const orders = new Set<string>()
  const walk = (state: (typeof initial)[number], log: readonly string[]): void => {
    const next = enabled(state)
    if (next.length === 0) orders.add(log.join(' '))
    for (const name of next) walk(step(state, name), [...log, name])
  }
  for (const state of initial) walk(state, [])
  return orders
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const runOf = async (name: string) => {
  const suites = SUITES.filter((suite) => suite.name === name)
  const { run, outcomes } = await runSuites({ suites, size: 'tiny', root })
  return { run, summary: outcomes.flatMap((outcome) => outcome.summary) }
}

it('buffer: every kind does every operation, and what it holds is what its semantics say', async () => {
  const { run, summary } = await runOf('buffer')
  expect(Object.keys(run).sort()).toEqual(['commit', 'date', 'machine', 'node', 'observed', 'results', 'said'])
  for (const result of run.results)
    expect(Object.keys(result).sort()).toEqual(
      ['median', 'name', 'p99', 'parameters', 'recordsPerSecond', 'spread', 'suite', 'unit', 'work'].sort(),
    )
  const held = (name: string, duplicates: number) =>
    run.results.find(
      (result) =>
        result.name === name && result.parameters.operation === 'add' && result.parameters.duplicates === duplicates,
    )?.work.held
  for (const { name } of KINDS) {
    expect(run.results.filter((result) => result.name === name)).toHaveLength(10)
    expect(held(name, 0)).toBe(60)
    expect(held(name, 50)).toBe(name === 'HashSetBuffer' || name === 'KeyedBuffer' ? 30 : 60)
  }
  expect(summary[0]).toBe('at 60 records of 100 B, 0 % duplicates:')
  expect(summary.length).toBeGreaterThan(10)
})

it('buffer: a drain takes batches of 25, fewer where a repeated key closes one', async () => {
  const { run } = await runOf('buffer')
  const batches = (duplicates: number) =>
    run.results
      .filter(({ parameters }) => parameters.operation === 'drain' && parameters.duplicates === duplicates)
      .map(({ name, work }) => [name, work.batches])
  expect(batches(0)).toEqual(KINDS.map(({ name }) => [name, 3]))
  const [, list] = batches(50)[1] as [string, number]
  expect(list).toBeGreaterThan(3)
})

it('checkpoint: every serialiser gives the records back', async () => {
  const { run, summary } = await runOf('checkpoint')
  for (const { name } of SERIALISERS) {
    const own = run.results.filter((result) => result.name === name)
    expect(own.map(({ parameters }) => parameters.operation)).toEqual(expect.arrayContaining(['block', 'restore']))
    for (const { work } of own) expect(work).toMatchObject({ records: 30, bytes: expect.any(Number) })
  }
  expect(summary.at(-1)).toContain('bytes written a record')
})

it('flush: all send the same records, in requests of 25, as the other side counts them', async () => {
  const { run, summary } = await runOf('flush')
  const names = ['fast', 'sdk', 'lib-dynamodb', 'limit-undici', 'limit-tcp']
  expect(run.results.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  const to = (store: string) => run.results.filter(({ parameters }) => parameters.store === store)
  for (const { name, work } of to('stub')) {
    const sends = name !== 'limit-buffer-alone' && !name.startsWith('part-')
    const sent = sends ? { records: 60, requests: 3 } : { records: 0, requests: 0 }
    expect({ name, ...work }).toMatchObject(sent)
  }
  // As its table has them, read back after each case.
  for (const { name, work } of to('dynalite')) expect({ name, ...work }).toMatchObject({ name, records: 60 })
  expect(to('dynalite').map(({ name }) => name)).toEqual(
    expect.arrayContaining(['fast', 'sdk', 'sdk-tuned', 'lib-dynamodb', 'electrodb', 'aws4fetch', ...DESIGNS]),
  )
  expect(to('dynalite').filter(({ name }) => name.startsWith('limit-'))).toEqual([])
  for (const transport of ['sdk', 'fast'])
    expect(to('stub').filter(({ parameters }) => parameters.transport === transport)).toHaveLength(DESIGNS.length)
  expect(run.observed.filter(({ suite, name }) => suite === 'flush' && name === 'sdk-tuned')).toHaveLength(4)
  const bytes = (name: string) => run.results.find((result) => result.name === name)?.work.bytes
  expect(bytes('limit-tcp')).toBe(bytes('fast'))
  expect(bytes('limit-undici')).toBe(bytes('fast'))
  expect(summary).toEqual(
    expect.arrayContaining([expect.stringContaining('of unsigned prebuilt requests (limit-undici)')]),
  )
})

it('checker: the kernel counts what is known, and an engine that counts otherwise has no rate', async () => {
  const { run, summary } = await runOf('checker')
  const counted = run.results.map(({ name, parameters: { model, threads }, work: { states, transitions } }) => ({
    ...{ name, model, threads, states, transitions },
  }))
  const [, , pipeline] = counted
  const tpc4 = { name: 'kernel', model: 'tpc4', states: 1_568, transitions: 8_257 }
  expect(counted).toEqual([{ ...tpc4, threads: 1 }, { ...tpc4, threads: 2 }, pipeline, { ...pipeline, threads: 2 }])
  expect(pipeline).toMatchObject({ name: 'kernel', model: 'pipeline-S', threads: 1 })
  expect(summary).toEqual(expect.arrayContaining(['tpc4: 1,568 states, 8,257 transitions']))
  for (const peer of ['SPIN', 'Stateright 0.30.2', 'Stateright 0.31.0', 'TLC'])
    expect(summary).toContain(`${peer} was not measured: left out of this size`)
  const expected = { states: 3, transitions: 4, depth: 2 }
  const engine = { name: 'other', model: 'tpc4' }
  const seen = { seconds: 1, peakBytes: 0 }
  expect(() => checkCounts(engine, expected, { ...expected, ...seen })).not.toThrow()
  expect(() => checkCounts(engine, expected, { states: 3, transitions: 4, ...seen })).not.toThrow()
  expect(() => checkCounts(engine, expected, { ...expected, ...seen, transitions: 5 })).toThrow(
    'other on tpc4: expected 3 states, 4 transitions, depth 2, got 3 states, 5 transitions, depth 2',
  )
  expect(() => checkCounts(engine, expected, { ...expected, ...seen, depth: 3 })).toThrow('got 3 states')
})

it('schedules: the world and fast-check run the same pipeline, and no order is met that is not possible', async () => {
  const { run, summary } = await runOf('schedules')
  const of = (program: string) => run.results.filter(({ parameters }) => parameters.program === program)
  expect(of('50 actions').map(({ name, parameters }) => `${name} ${parameters.store}`)).toEqual([
    'world memory',
    'world in lockstep memory',
    'world in lockstep dynalite',
  ])
  expect(of('no fault, two records').map(({ name }) => name)).toEqual(DRIVERS.map(({ name }) => name))
  for (const { name, work } of of('no fault, two records')) {
    expect({ name, ...work }).toMatchObject({ schedules: 20, counted: 40, possibleOrders: 260 })
    expect(work.distinctOrders).toBeGreaterThan(1)
    expect(work.distinctOrders).toBeLessThanOrEqual(40)
  }
  expect(summary).toEqual(expect.arrayContaining([expect.stringContaining('of 260 possible orders')]))
})

it('schedules: every driver meets only orders that the model knows', async () => {
  const possible = ordersOf('listStateBuffer', TWO_RECORDS)
  expect(possible.size).toBe(countOrders('listStateBuffer', TWO_RECORDS))
  const store = memoryWorldStore()
  const made = () => new World({ design: 'listStateBuffer', bounds: TWO_RECORDS, store: 'memory', hashOrder: 0 }, store)
  for (const { name, run } of DRIVERS) {
    const met = new Set<string>()
    await run(made, 100, 1, (log) => met.add(log.join(' ')))
    expect({ name, impossible: [...met].filter((order) => !possible.has(order)) }).toEqual({ name, impossible: [] })
  }
})

it('start: a command is timed until its line or its end, and what it started ends with it', async () => {
  const { run, summary } = await runOf('start')
  expect(run.results.map(({ name, unit }) => [name, unit])).toEqual([
    ['a line', 'ms'],
    ['an end', 'ms'],
  ])
  expect(summary).toContain('npm test was not measured: left out of this size')
  expect(summary[0]).toMatch(/^a line: \d+\.\d s \(once\)$/)
  const node = (script: string) => ({ name: 'x', command: ['node', '-e', script], longestMs: 60_000 })
  await expect(waited(node('process.exit(3)'), root)).rejects.toThrow('x: expected exit code 0, got 3')
  await expect(waited({ ...node(''), until: COUNTEREXAMPLE }, root)).rejects.toThrow('before the end')
  const hangs = { ...node('setInterval(() => {}, 1000)'), longestMs: 300 }
  await expect(waited(hangs, root)).rejects.toThrow('x: not done after 0.3 s')
})

it('start: what is waited for is what verify prints', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  expect(readme).toMatch(COUNTEREXAMPLE)
})
