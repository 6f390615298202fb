// Key groups against values computed in Java (17, with the arithmetic of Flink's MathUtils on String.hashCode).
import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { KEY_GROUPS, keyGroupOf, subtaskOf } from './keyGroups.ts'

describe('key groups', () => {
  it.each([
    ['', 94],
    ['a', 81],
    ['b', 22],
    ['k0', 97],
    ['k1', 19],
    ['k2', 82],
    ['k3', 10],
    ['user-1', 121],
    ['user-123456', 83],
    ['Grüße', 115],
    ['日本語', 27],
    ['😀', 54],
    ['a|b', 44],
    ['polygenelubricants', 108], // its hashCode is Integer.MIN_VALUE
    ['a long key of a customer 0123456789 0123456789 0123456789 0123456789', 34],
  ])('%s is in group %i, as in Java', (key, group) => expect(keyGroupOf(key)).toBe(group))

  it('agrees with Java on 100,000 keys', () => {
    let sum = 0
    for (let index = 0; index < 100_000; index++) sum = (sum * 31 + keyGroupOf(`key-${index}`)) % 1_000_000_007
    expect(sum).toBe(414_981_829)
  })

  test.prop([fc.string(), fc.integer({ min: 1, max: KEY_GROUPS })], { seed: 1 })(
    'a key goes to a subtask there is, the one that owns its group',
    (key, parallelism) => {
      const subtask = subtaskOf(key, parallelism)
      const first = Math.ceil((subtask * KEY_GROUPS) / parallelism)
      const last = Math.ceil(((subtask + 1) * KEY_GROUPS) / parallelism) - 1
      expect(subtask).toBeLessThan(parallelism)
      expect(keyGroupOf(key)).toBeGreaterThanOrEqual(first)
      expect(keyGroupOf(key)).toBeLessThanOrEqual(last)
    },
  )

  it('refuses a parallelism that would leave subtasks without a key group', () => {
    expect(() => subtaskOf('a', 129)).toThrow('expected a parallelism of 1 to 128, got 129')
    expect(() => subtaskOf('a', 0)).toThrow('got 0')
  })
})
