// Every transition of the model's graph on the real pipeline: the HashSet, in both orders of iteration, the buffer that is
// in the state, and staging. The other designs are in tours.test.ts.
import { describe, expect, it } from 'vitest'
import { describeBounds } from '../../model/pipeline/bounds.ts'
import { TEST_TOURS } from '../verify/bounds.ts'
import { memoryWorldStore } from './store.ts'
import { tourEveryTransition } from './tours.ts'

describe(`every transition executed, ${describeBounds(TEST_TOURS)}`, () => {
  it.each([
    ['hashSetTransient', 311_246],
    ['listStateBuffer', 152_050],
    ['staged', 75_305],
  ])('%s: all %i', async (design, transitions) => {
    const result = await tourEveryTransition({ design, bounds: TEST_TOURS, store: memoryWorldStore() })
    expect(result.transitions).toBe(transitions)
    expect(result.executed).toBe(transitions)
  })
})
