// F8 and F9 can be got wrong, and then it is noticed: a storage that answers a damaged newest checkpoint with an older one
// in silence is accused by the judge, as is one that does not name the savepoint of a stop; and every field that the two
// classes have is looked at by the comparison.
import { expect, it } from 'vitest'
import { DamagedCheckpointError } from '../../impl/runtime/checkpointErrors.ts'
import { type CompletedCheckpoint, MemoryCheckpointStorage } from '../../impl/runtime/checkpointStorage.ts'
import { RUNNING_TASK } from '../../impl/runtime/stopWithSavepoint.ts'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { compareReadout, LockstepError, shapeOf } from './compare.ts'
import type { WorldConfiguration } from './configuration.ts'
import { Lockstep } from './lockstep.ts'
import { readout } from './readout.ts'
import { runSchedule } from './schedule.ts'
import { memoryWorldStore } from './store.ts'
import { readRows } from './table.ts'
import { World } from './world.ts'

const BOUNDS: Bounds = { ...SMALL, checkpoints: 2, others: 1, budgets: { F2d: 1, F9: 1 } }
const CONFIGURATION: WorldConfiguration = { design: 'listStateBuffer', bounds: BOUNDS, store: 'memory', hashOrder: 0 }

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
const TORN_FIELDS: Readonly<Record<string, (world: World) => void>> = {
  damaged: (world) => world.storage.damage(1),
  refused: (world) => {
    world.refusal = new DamagedCheckpointError('memory', 'missing', 'planted')
  },
  olderRetained: (world) => older(world, { checkpointId: 7 }),
  olderOffset: (world) => older(world, { sources: [{ offset: 2, finished: false }] }),
  olderBuffer0: (world) => older(world, { operatorState: [{}] }),
}

const STOPPED: WorldConfiguration = { ...CONFIGURATION, bounds: { ...SMALL, others: 0, budgets: { F8: 1 } } }
const STOPPING = ['emit(0)', 'receive(0)', 'stop(suspend)', 'barrier(0)', 'receive(0)', 'barrier(0)', 'receive(0)']
const ENDED = [...STOPPING, 'acknowledge(sink0)', 'collect(source0)', 'collect(sink0)', 'complete', 'notify(sink0)']

it('a suspended stop finishes nothing, and the next version goes on from its savepoint', async () => {
  const world = new World(STOPPED, memoryWorldStore())
  const { violations, actions, quiescent } = await runSchedule(world, numbers(world, ENDED), new Lockstep(STOPPED))
  expect(actions.slice(ENDED.length, ENDED.length + 3)).toEqual(['upgrade(stopped)', 'close(sink0)', 'restore'])
  const first = world.calls.flatMap(({ call, attempt }) => (attempt === world.calls[0]?.attempt ? [call] : []))
  expect(first).toEqual(['open', 'write', 'checkpoint', 'notify', 'crash', 'close'])
  expect(world.calls.find(({ call, id }) => call === 'open' && id > 0)?.id).toBe(1)
  expect(quiescent).toBe(true)
  expect(violations.filter(({ guarantee }) => guarantee !== 'S5')).toEqual([])
})

it('a savepoint of a stop that is not what the next version starts from is accused', async () => {
  const world = new World(STOPPED, memoryWorldStore())
  const named = Object.assign(world.storage, { newest: () => null })
  const { violations } = await runSchedule(world, numbers(world, ENDED))
  expect(named.chosen?.checkpointId).toBe(1)
  expect(violations).toContainEqual(
    expect.objectContaining({ guarantee: 'S9', seen: 'restored from checkpoint 0, the newest completed is 1' }),
  )
})

const STOP_FIELDS: Readonly<Record<string, (world: World) => void>> = {
  stopMode: (world) => Object.assign(world.job.stop ?? {}, { mode: 'drain' }),
  inputStopped: (world) => Object.assign(world.job.sources[0] ?? {}, { stopping: RUNNING_TASK }),
  highestStored: (world) => Object.assign(world.storage, { highestId: () => 2 }),
}

type Corruption = readonly [string, WorldConfiguration, readonly string[], (world: World) => void]
const CORRUPTIONS: readonly Corruption[] = [
  ...Object.entries(TORN_FIELDS).map(([name, corrupt]): Corruption => [name, CONFIGURATION, TORN, corrupt]),
  ...Object.entries(STOP_FIELDS).map(([name, corrupt]): Corruption => [name, STOPPED, STOPPING, corrupt]),
]

it.each(CORRUPTIONS)('the comparison looks at %s', async (name, configuration, actions, corrupt) => {
  const store = memoryWorldStore()
  const world = new World(configuration, store)
  const lockstep = new Lockstep(configuration)
  await world.start()
  await lockstep.start(world)
  for (const index of numbers(world, actions)) await lockstep.perform(world, index)
  corrupt(world)
  const real = readout(world, shapeOf(configuration), await readRows(world))
  const model = lockstep.walker.dump() as unknown as Parameters<typeof compareReadout>[0]
  expect(() => compareReadout(model, real, world.log)).toThrow(LockstepError)
  expect(() => compareReadout(model, real, world.log)).toThrow(`${name}: model`)
})
