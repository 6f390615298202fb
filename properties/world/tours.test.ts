// Every transition of the model's graph on the real pipeline, designs without a HashSet. The bounds are one source, two
// records of one key, one checkpoint and the last one, one crash and one further fault of any class.
// toursHashSet.test.ts has the other designs, so that two cores share the work.
import { describe, expect, it } from 'vitest'
import { describeBounds, SMALL } from '../../model/pipeline/bounds.ts'
import { TEST_TOURS } from '../verify/bounds.ts'
import { dynaliteWorldStore, memoryWorldStore } from './store.ts'
import { tourEveryTransition } from './tours.ts'

describe(`every transition executed, ${describeBounds(TEST_TOURS)}`, () => {
  it.each([
    ['writeThrough', 64_320],
    ['flushOnSnapshot', 100_772],
    ['flushNotAwaited', 133_482],
    ['flushOnNotify', 61_914],
  ])('%s: all %i', async (design, transitions) => {
    const result = await tourEveryTransition({ design, bounds: TEST_TOURS, store: memoryWorldStore() })
    expect(result.transitions).toBe(transitions)
    expect(result.executed).toBe(transitions)
  })

  it('a tour left out leaves transitions unexecuted', async () => {
    const bounds = { ...SMALL, checkpoints: 0, others: 0 }
    const all = await tourEveryTransition({ design: 'flushOnSnapshot', bounds, store: memoryWorldStore() })
    expect(all.executed).toBe(all.transitions)
    const some = await tourEveryTransition({ design: 'flushOnSnapshot', bounds, store: memoryWorldStore(), every: 2 })
    expect(some.executed).toBeLessThan(all.transitions)
  })

  it('a sample of the tours agrees on dynalite under the real SDK client', async () => {
    const store = await dynaliteWorldStore()
    const bounds = { ...SMALL, checkpoints: 0, others: 1, budgets: { F1: 1, F2d: 1, F4: 1 } }
    const result = await tourEveryTransition({ design: 'flushOnSnapshot', bounds, store, every: 40 })
    expect(result.tours).toBeGreaterThan(10)
    expect(result.executed).toBeGreaterThan(100)
  })
})
