// Schedules as fast-check makes them: arrays of small numbers. Whatever the array, a run ends, the designs keep what they
// promise, and any element can be left out. Fixed seed; the campaigns use fresh ones.
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { SMALL } from '../../model/pipeline/bounds.ts'
import { FAULTS } from '../../model/pipeline/vocabulary.ts'
import { EXPECTED } from '../verify/expectations.ts'
import { fingerprint } from './campaign.ts'
import { faultsUsed, run } from './failure.ts'
import type { Schedule } from './schedule.ts'
import { memoryWorldStore } from './store.ts'
import { World } from './world.ts'

const bounds = { ...SMALL, records: 3, keys: 2, checkpoints: 2, others: 2 }
const store = memoryWorldStore()
const configuration = (design: string) => ({ design, bounds, store: 'memory' as const, hashOrder: 0 })
const { steps } = new World(configuration('flushOnSnapshot'), store)
const schedules = fc.array(fc.nat(steps.length - 1), { maxLength: 300, size: 'max' })
const parameters = { seed: 20_261_123, numRuns: 150 }

/** Bit set of fault classes under which a guarantee may fall in that design. */
const allowed = (design: string, guarantee: string) =>
  (EXPECTED[design]?.[guarantee] ?? []).map((set) =>
    FAULTS.filter(({ id }) => (set as readonly string[]).includes(id)).reduce((bits, { bit }) => bits | bit, 0),
  )

describe.each(Object.keys(EXPECTED).filter((design) => design !== 'aligned'))('%s', (design) => {
  test.prop([schedules], parameters)(
    'whatever the schedule, nothing falls that is promised to hold',
    async (schedule) => {
      const { world, result } = await run(configuration(design), schedule, store)
      expect(result.quiescent).toBe(true)
      const used = faultsUsed(world)
      for (const { guarantee, seen } of result.violations) {
        const sets = allowed(design, guarantee)
        expect(
          sets.some((set) => (set & ~used) === 0),
          `${guarantee} fell: ${seen}`,
        ).toBe(true)
      }
    },
  )
})

describe('the encoding', () => {
  test.prop([schedules, fc.nat(299)], parameters)(
    'any number can be left out, and the rest still runs',
    async (schedule, at) => {
      const { result } = await run(configuration('listStateBuffer'), schedule.toSpliced(at, 1), store)
      expect(result.quiescent).toBe(true)
    },
  )

  test.prop([schedules], parameters)('numbers that did nothing change nothing', async (schedule) => {
    const first = await run(configuration('flushNotAwaited'), schedule, store)
    const log = fingerprint(first.world)
    const again = await run(configuration('flushNotAwaited'), first.result.effective as Schedule, store)
    expect(fingerprint(again.world)).toBe(log)
  })

  test.prop([fc.array(fc.integer({ min: steps.length, max: 10_000 }))], parameters)(
    'numbers beyond the list do nothing',
    async (schedule) => {
      const { result } = await run(configuration('writeThrough'), schedule, store)
      expect(result.effective).toEqual([])
    },
  )
})
