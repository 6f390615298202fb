// Every mode at small bounds: what a mode rests on, by taking it away, and every transition of its graph executed on the
// real pipeline. The large searches are `npm run modes`.
import { describe, expect, it } from 'vitest'
import { memoryWorldStore } from '../world/store.ts'
import { tourEveryTransition } from '../world/tours.ts'
import { MODES } from './modes.ts'
import { searchMode } from './searchMode.ts'

const CLOCK = { clock: () => 0, timeMs: 1 }

describe('a mode at small bounds', () => {
  it.each(MODES.filter(({ bug }) => bug !== null).map((row) => [row.name, row] as const))(
    '%s: what falls is what was expected',
    (_, row) => {
      const result = searchMode(row, CLOCK)
      expect(result.exhausted).toBe(true)
      expect(result.surprises).toEqual([])
    },
  )

  it.each([
    ['at least once', 157_110],
    ['unaligned', 5_202],
    ['alternating', 110_361],
    ['two pending, at least once', 46_390],
    ['P=2, unaligned, rescaled', 4_305],
    ['P=4', 2_471],
    ['S=4', 9_999],
    ['two pending', 111_109],
    ['savepoint', 110_817],
    ['cancel markers', 106_247],
    ['P=2, rescaled', 106_927],
    ['async sink, alternating', 6_704],
    ['async sink, P=2, rescaled', 11_431],
  ])('%s: all %i transitions executed', async (name, transitions) => {
    const row = MODES.find((each) => each.name === name)
    if (row?.tour == null) throw new Error(`expected a mode "${name}" with a tour`)
    const result = await tourEveryTransition({ design: row.design, bounds: row.tour, store: memoryWorldStore() })
    expect([result.transitions, result.executed]).toEqual([transitions, transitions])
  })
})
