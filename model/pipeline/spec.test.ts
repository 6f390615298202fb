// The size of every design's state space as exact numbers, so that a change of the protocol is seen as one; the packed
// search held to range-checked objects along random walks; bounds that cannot be explored are refused at the door.
import { describe, expect, it } from 'vitest'
import { search, Walker } from '../kernel/index.ts'
import { type Bounds, checkBounds, SMALL } from './bounds.ts'
import { DESIGNS, designNamed } from './sinks/designs.ts'
import { pipelineSpec } from './spec.ts'

describe('the state space at small bounds', () => {
  it.each([
    ['writeThrough', 29_685, 82_712],
    ['hashSetTransient', 129_136, 384_275],
    ['hashSetCloseWrites', 128_494, 383_966],
    ['hashSetFinishDrops', 150_468, 432_375],
    ['listStateBuffer', 62_694, 184_143],
    ['flushOnSnapshot', 43_512, 126_159],
    ['flushOnSnapshotKeyed', 59_074, 168_747],
    ['flushNotAwaited', 53_157, 163_235],
    ['flushOnNotify', 28_634, 70_882],
  ])('%s has %i states and %i transitions', (design, states, transitions) => {
    const result = search(pipelineSpec(designNamed(design), SMALL), { onViolation: 'collect' })
    expect([result.states, result.transitions, result.exhausted]).toEqual([states, transitions, true])
  })
})

/** A small generator of its own: the kernel has no randomness, and this test needs no more. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    yield state >> 8
  }
}

describe('packed words and range-checked objects', () => {
  const bounds: Bounds = {
    ...SMALL,
    sources: 2,
    records: 2,
    keys: 2,
    checkpoints: 2,
    crashes: 2,
    others: 3,
    budgets: { F1: 2, F2d: 2, F2f: 1, F3: 2, F4: 2, F5: 1, F6: 2 },
  }
  it.each(DESIGNS.map(({ name }) => name))('%s: the same steps and states, and no value out of its range', (design) => {
    const spec = pipelineSpec(designNamed(design), bounds)
    const packed = new Walker(spec)
    const plain = new Walker(spec, 'plain')
    const random = numbers(7)
    let steps = 0
    for (let walk = 0; walk < 60; walk++) {
      const root = walk % packed.roots
      packed.reset(root)
      plain.reset(root)
      for (;;) {
        const enabled = packed.enabled()
        expect(plain.enabled()).toEqual(enabled)
        if (enabled.length === 0 || steps > 60 * 150) break
        const rule = enabled[random.next().value % enabled.length] as number
        expect(plain.take(rule)).toEqual(packed.take(rule))
        expect(plain.dump()).toEqual(packed.dump())
        steps++
      }
    }
    expect(steps).toBeGreaterThan(60 * 30)
  })
})

describe('bounds', () => {
  it.each([
    [{ sources: 0 }, 'bounds.sources: expected a whole number from 1 to 4, got 0'],
    [{ records: 1.5 }, 'bounds.records: expected a whole number from 1 to 6, got 1.5'],
    [{ keys: 3 }, 'bounds.keys: expected a whole number from 1 to 2, got 3'],
    [{ poison: 9 }, 'bounds.poison: expected a whole number from 0 to 2, got 9'],
    [
      { budgets: { F6: 1, F8: 1 } },
      'bounds.budgets.F8: expected aligned barriers, concurrency 1, no savepoints and no F6',
    ],
    [{ sources: 3, records: 3 }, 'bounds.sources * records: expected a whole number from 1 to 6, got 9'],
  ])('%j are refused', (change, message) => {
    expect(() => checkBounds({ ...SMALL, ...change })).toThrow(message)
    expect(() => pipelineSpec(designNamed('writeThrough'), { ...SMALL, ...change })).toThrow(message)
  })

  it('a design that does not exist is answered with those that do', () => {
    expect(() => designNamed('flushSometimes')).toThrow(
      /no sink design "flushSometimes"; there are writeThrough, hashSet/,
    )
  })
})
