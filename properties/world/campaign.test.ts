// A campaign with a fixed seed: every action and every fault class is witnessed, the same seed gives the same runs, and
// what falls is what is expected to fall.
import { expect, it } from 'vitest'
import { SMALL } from '../../model/pipeline/bounds.ts'
import { actionName, FAULTS } from '../../model/pipeline/vocabulary.ts'
import { campaign } from './campaign.ts'
import { dynaliteWorldStore, memoryWorldStore } from './store.ts'
import { World } from './world.ts'

const configuration = (store: 'memory' | 'dynalite') => ({
  design: 'listStateBuffer',
  bounds: { ...SMALL, checkpoints: 2, others: 2 },
  store,
  hashOrder: 0,
})

it('witnesses every action and every fault class of the mode', async () => {
  const world = new World({ ...configuration('memory') }, memoryWorldStore())
  const possible = new Set(world.steps.map(({ name }) => actionName(name)))
  const { witnesses, executedTwice } = await campaign({
    configuration: configuration('memory'),
    store: memoryWorldStore(),
    seed: 'w',
    runs: 1_500,
  })
  const faults = FAULTS.map(({ id }) => id).filter((id) => id in world.configuration.bounds.budgets)
  // No alignment timer where barriers do not overtake; the other modes are toured, transition by transition.
  const names = [...[...possible].filter((name) => name !== 'overtake'), ...faults]
  expect(names.filter((name) => (witnesses[name] ?? 0) === 0)).toEqual([])
  expect(executedTwice).toBe(30)
})

it('finds the same things with the same seed, others with another', async () => {
  const find = async (seed: string) =>
    (await campaign({ configuration: configuration('memory'), store: memoryWorldStore(), seed, runs: 200 })).findings
  expect(await find('a')).toEqual(await find('a'))
  expect(await find('a')).not.toEqual(await find('b'))
})

it('on dynalite each run executed twice sends the same requests in the same order', async () => {
  const store = await dynaliteWorldStore()
  const result = await campaign({ configuration: configuration('dynalite'), store, seed: 'd', runs: 25, twiceEvery: 1 })
  expect(result.executedTwice).toBe(25)
})
