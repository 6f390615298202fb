// F9 can be got wrong, and then it is noticed: a storage that answers a damaged newest checkpoint with an older one in
// silence is accused by the judge, and every field of the older checkpoint is looked at by the comparison.
import { expect, it } from 'vitest'
import { DamagedCheckpointError } from '../../impl/runtime/checkpointErrors.ts'
import { type CompletedCheckpoint, MemoryCheckpointStorage } from '../../impl/runtime/checkpointStorage.ts'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { compareReadout, LockstepError, shapeOf } from './compare.ts'
import { Lockstep } from './lockstep.ts'
import { readout } from './readout.ts'
import { runSchedule } from './schedule.ts'
import { memoryWorldStore } from './store.ts'
import { readTable } from './table.ts'
import { World } from './world.ts'

const BOUNDS: Bounds = { ...SMALL, checkpoints: 2, others: 1, budgets: { F2d: 1, F9: 1 } }
const CONFIGURATION = { design: 'listStateBuffer', bounds: BOUNDS, store: 'memory', hashOrder: 0 } as const

const ONE_CHECKPOINT = ['trigger', 'barrier(0)', 'receive(0)', 'acknowledge(sink0)']
const COLLECTED = ['collect(source0)', 'collect(sink0)', 'complete', 'notify(sink0)']
/** Both records are of one key, which closes a batch: two requests. */
const WRITTEN = ['apply(sink0, ok)', 'respond(sink0)']
/** The first covers one record, in state; the second is damaged, and the process dies. */
const TORN = [
  ...['emit(0)', 'receive(0)', ...ONE_CHECKPOINT, ...COLLECTED],
  ...['emit(0)', 'receive(0)', ...WRITTEN, ...WRITTEN, ...ONE_CHECKPOINT, ...COLLECTED],
  ...['tear(newest)', 'crash(death)'],
]

/** Takes an older checkpoint and says nothing, which no storage may. */
class SilentStorage extends MemoryCheckpointStorage {
  override newest(): CompletedCheckpoint | null {
    for (const id of this.ids().toReversed()) {
      try {
        return this.load(id)
      } catch (error) {
        if (!(error instanceof DamagedCheckpointError)) throw error
      }
    }
    return null
  }
}

const numbers = (world: World, actions: readonly string[]) =>
  actions.map((name) => world.steps.findIndex((step) => step.name === name))

it('a restore from a damaged checkpoint is refused by name, and the older one is taken when it is chosen', async () => {
  const world = new World(CONFIGURATION, memoryWorldStore())
  const lockstep = new Lockstep(CONFIGURATION)
  const { violations, actions, quiescent } = await runSchedule(world, numbers(world, TORN), lockstep)
  expect(actions.slice(TORN.length, TORN.length + 3)).toEqual(['restore', 'choose(older)', 'restore'])
  expect(quiescent).toBe(true)
  expect(violations.map(({ guarantee }) => guarantee)).not.toContain('S9')
})

it('an older one taken in silence is accused', async () => {
  const world = new World(CONFIGURATION, memoryWorldStore(), undefined, { storage: () => new SilentStorage() })
  const { violations, actions } = await runSchedule(world, numbers(world, TORN))
  expect(actions).not.toContain('choose(older)')
  expect(violations).toContainEqual(
    expect.objectContaining({ guarantee: 'S9', seen: 'restored from checkpoint 1, the newest completed is 2' }),
  )
})

const older = (world: World, change: Partial<CompletedCheckpoint>) => {
  const [first] = world.storage.handed
  if (first !== undefined) world.storage.handed[0] = { ...first, ...change }
}
const CORRUPTIONS: Readonly<Record<string, (world: World) => void>> = {
  damaged: (world) => world.storage.damage(1),
  refused: (world) => {
    world.refusal = new DamagedCheckpointError('memory', 'missing', 'planted')
  },
  olderRetained: (world) => older(world, { checkpointId: 7 }),
  olderOffset: (world) => older(world, { sources: [{ offset: 2, finished: false }] }),
  olderBuffer0: (world) => older(world, { operatorState: [{}] }),
}

it.each(Object.entries(CORRUPTIONS))('the comparison looks at %s', async (name, corrupt) => {
  const store = memoryWorldStore()
  const world = new World(CONFIGURATION, store)
  const lockstep = new Lockstep(CONFIGURATION)
  await world.start()
  await lockstep.start(world)
  for (const index of numbers(world, TORN)) await lockstep.perform(world, index)
  corrupt(world)
  const real = readout(world, shapeOf(CONFIGURATION), await readTable(store, BOUNDS))
  const model = lockstep.walker.dump() as unknown as Parameters<typeof compareReadout>[0]
  expect(() => compareReadout(model, real, world.log)).toThrow(LockstepError)
  expect(() => compareReadout(model, real, world.log)).toThrow(`${name}: model`)
})
