// Which differences between two items count as a change.
import { describe, expect, test } from 'vitest'
import { sameItem } from './sameItem.ts'
import type { Item } from './wire.ts'

const base: Item = {
  pk: { S: 'a' },
  n: { N: '1' },
  b: { B: 'AQ==' },
  t: { BOOL: true },
  z: { NULL: true },
  ss: { SS: ['x', 'y'] },
  l: { L: [{ S: 'x' }, { M: { k: { N: '2' } } }] },
}

describe('sameItem', () => {
  test('ignores the order of attributes and of set elements', () => {
    const shuffled = Object.fromEntries(Object.entries({ ...base, ss: { SS: ['y', 'x'] } }).reverse())
    expect(sameItem(base, shuffled)).toBe(true)
  })
  test.each<[string, Item]>([
    ['another string', { ...base, pk: { S: 'b' } }],
    ['another number', { ...base, n: { N: '2' } }],
    ['another type', { ...base, n: { S: '1' } }],
    ['other bytes', { ...base, b: { B: 'AQI=' } }],
    ['another truth', { ...base, t: { BOOL: false } }],
    ['a smaller set', { ...base, ss: { SS: ['x'] } }],
    ['another element', { ...base, ss: { SS: ['x', 'z'] } }],
    ['the order of a list', { ...base, l: { L: [...(base.l?.L ?? [])].reverse() } }],
    ['deep inside', { ...base, l: { L: [{ S: 'x' }, { M: { k: { N: '3' } } }] } }],
    ['one attribute more', { ...base, more: { S: 'x' } }],
    ['one attribute less', { pk: { S: 'a' } }],
  ])('sees %s', (_, other) => {
    expect(sameItem(base, other)).toBe(false)
    expect(sameItem(other, base)).toBe(false)
  })
})
