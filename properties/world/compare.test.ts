// A variable of the model that nobody reads from the real pipeline is an error by its name, even while both would be 0.
import { expect, it } from 'vitest'
import { SMALL } from '../../model/pipeline/bounds.ts'
import { Comparison, shapeOf } from './compare.ts'
import { Lockstep } from './lockstep.ts'
import { type Readout, readout } from './readout.ts'
import { memoryWorldStore } from './store.ts'
import { readRows } from './table.ts'
import { World } from './world.ts'

it('notices a variable that is not read', async () => {
  const configuration = { design: 'listStateBuffer', bounds: SMALL, store: 'memory', hashOrder: 0 } as const
  const store = memoryWorldStore()
  const world = new World(configuration, store)
  const lockstep = new Lockstep(configuration)
  await world.start()
  await lockstep.start(world)
  const real = readout(world, shapeOf(configuration), await readRows(world))
  const comparison = new Comparison(configuration)
  const check = (readOut: Readout) =>
    comparison.check(lockstep.walker.state, readOut, () => lockstep.walker.dump() as unknown as Readout, world.log)
  expect(() => check(real)).not.toThrow()
  const { nextId: _nextId, ...withoutId } = real
  const { completed: _completed, ...withoutCompleted } = real
  expect(() => check(withoutId)).toThrow('nextId is not read')
  expect(() => check(withoutCompleted)).toThrow('completed is not read')
})
