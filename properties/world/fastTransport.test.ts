// The fast transport in lockstep: records serialised when they come in, their text in buffer, checkpoint and request, the
// fast client in front of the gate. Step by step the same as the model, as every other sink is.
// Read next: lockstep.test.ts, ../../impl/store/fastGateClient.ts.
import { describe, expect, it } from 'vitest'
import { encodedOnEntry, type SinkDesign, sinkDesignNamed } from '../../impl/sinks/designs.ts'
import { EncodedRecord } from '../../impl/sinks/encodedRecord.ts'
import { fastGateClient } from '../../impl/store/fastGateClient.ts'
import { tunedSdkGateClient } from '../../impl/store/gateSdkClient.ts'
import { type Bounds, SMALL } from '../../model/pipeline/bounds.ts'
import { Lockstep } from './lockstep.ts'
import { randomSchedule } from './randomRun.ts'
import { runSchedule } from './schedule.ts'
import { stream } from './seeds.ts'
import { dynaliteWorldStore, memoryWorldStore, type WorldStore } from './store.ts'
import { World } from './world.ts'

const BOUNDS: Bounds = { ...SMALL, sources: 2, records: 2, keys: 1, checkpoints: 2, others: 2 }
const DESIGNS = ['writeThrough', 'hashSetTransient', 'listStateBuffer', 'flushOnSnapshot', 'flushOnSnapshotKeyed']

/** Says when a record comes into a buffer as text, so that a setting that does nothing is noticed. */
function watchedDesign(name: string, onText: () => void): Pick<SinkDesign, 'create'> {
  const { create } = encodedOnEntry(sinkDesignNamed(name))
  return {
    create(settings) {
      const sink = create(settings)
      const buffer = sink.format?.buffer
      if (buffer === undefined) throw new Error(`${name} has no buffer to watch`)
      const add = buffer.add.bind(buffer)
      buffer.add = (record) => {
        if (record instanceof EncodedRecord) onText()
        return add(record)
      }
      return sink
    },
  }
}

async function lockstepRuns(
  design: string,
  store: WorldStore,
  runs: number,
): Promise<{ actions: number; texts: number }> {
  const lockstep = new Lockstep({ design, bounds: BOUNDS })
  let actions = 0
  let texts = 0
  const watched = watchedDesign(design, () => texts++)
  for (let number = 0; number < runs; number++) {
    const hashOrder = lockstep.walker.roots > 1 ? number % 2 : 0
    const configuration = { design, bounds: BOUNDS, store: store.kind, hashOrder }
    const world = new World(configuration, store, watched)
    const result = await runSchedule(world, randomSchedule(world, 400, stream('fast', design, number)), lockstep)
    expect(result.quiescent).toBe(true)
    actions += result.actions.length
  }
  return { actions, texts }
}

describe('lockstep of sinks that serialise on entry', () => {
  it.each(DESIGNS)('%s agrees on the memory store', async (design) => {
    const { actions, texts } = await lockstepRuns(design, memoryWorldStore(), 60)
    expect(actions).toBeGreaterThan(60 * 20)
    expect(texts).toBeGreaterThanOrEqual(60)
  })

  it.each(DESIGNS)('%s agrees on dynalite under the fast client', async (design) => {
    const store = await dynaliteWorldStore(fastGateClient)
    expect((await lockstepRuns(design, store, 6)).actions).toBeGreaterThan(6 * 20)
  })

  it('listStateBuffer agrees on dynalite under the tuned SDK client', async () => {
    const store = await dynaliteWorldStore(tunedSdkGateClient)
    expect((await lockstepRuns('listStateBuffer', store, 6)).actions).toBeGreaterThan(6 * 20)
  })
})
