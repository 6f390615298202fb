// The kill matrix at a size for every test run: its rows are sound, and of each layer one planted bug meets every method
// that it can meet and is killed by the same ones each time; the settings accuse nobody with nothing planted.
// The whole matrix is `sinkproof mutants`. Read next: matrix.ts, rows.ts.
import { beforeAll, describe, expect, it } from 'vitest'
import { readRecordings } from '../vectors/replayFolder.ts'
import { dynaliteWorldStore, memoryWorldStore } from '../world/store.ts'
import type { Method } from './attempt.ts'
import { RightGraphs } from './everyTransition.ts'
import { accusations } from './falseAlarms.ts'
import { hunt, methodsFor, type Tools } from './methods.ts'
import type { Mutant } from './mutant.ts'
import { MUTANTS, settingsOf } from './rows.ts'

const BUDGET = { seed: '1', memoryRuns: 300, dynaliteRuns: 40 }
const named = (id: string): Mutant => MUTANTS.find((mutant) => mutant.id === id) as Mutant

let tools: Tools
beforeAll(async () => {
  tools = {
    memory: memoryWorldStore(),
    dynalite: await dynaliteWorldStore(),
    graphs: new RightGraphs(),
    recordings: readRecordings(new URL('../vectors/flink', import.meta.url).pathname).read,
    clock: () => 0,
  }
})

describe('the rows', () => {
  it('are 60 and more, each with an id of its own, a source, and a method that it can meet', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(60)
    expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length)
    expect(MUTANTS.filter(({ source, what }) => source === '' || what === '')).toEqual([])
    expect(MUTANTS.filter((mutant) => methodsFor(mutant).length === 0)).toEqual([])
  })

  it('stand in all four layers', () => {
    expect(new Set(MUTANTS.map(({ layer }) => layer))).toEqual(new Set(['model', 'runtime', 'sink', 'store']))
  })
})

it.each<readonly [string, readonly Method[]]>([
  ['model/bufferNotInState', ['exhaustive', 'every transition']],
  ['runtime/sinksNotAwaited', ['every transition', 'random memory', 'random dynalite', 'vectors']],
  ['runtime/stateByReference', ['every transition', 'random memory', 'random dynalite']],
])('%s is killed by %j', async (id, methods) => {
  const mutant = named(id)
  expect(methodsFor(mutant)).toEqual(methods)
  for (const method of methods)
    expect(await hunt(mutant, method, tools, BUDGET)).toMatchObject({ killed: true, error: null })
})

it.each(['sink', 'store'] as const)('the first of the %s’s is killed by random schedules alone', async (layer) => {
  const mutant = MUTANTS.find((row) => row.layer === layer && methodsFor(row).includes('random memory')) as Mutant
  expect(await hunt(mutant, 'random memory', tools, BUDGET)).toMatchObject({ killed: true, error: null })
})

it('with nothing planted nobody is accused', async () => {
  const [first] = settingsOf([named('runtime/sinksNotAwaited')])
  expect(await accusations(first as Mutant['setting'], { ...BUDGET, memoryRuns: 100, dynaliteRuns: 2 }, tools)).toEqual(
    [],
  )
})
