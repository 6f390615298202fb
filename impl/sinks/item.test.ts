// The guard before sending against the store's own: what it lets through the store takes, whatever the characters are
// made of, and what it refuses is refused with the record named. Sizes are UTF-8 bytes of names and values.
import { describe, expect, it } from 'vitest'
import { MemoryStore } from '../store/memory/memoryStore.ts'
import { backendPort } from '../store/portWire.ts'
import type { SinkRecord } from './interfaces.ts'
import { checkRecord, itemBytes, MAX_ITEM_BYTES, toItem } from './item.ts'

const store = new MemoryStore()
store.putTable({ name: 'table' })
const port = backendPort(store)

const accepts = (what: () => unknown): boolean => {
  try {
    what()
    return true
  } catch {
    return false
  }
}
const storeAccepts = (record: SinkRecord): Promise<boolean> =>
  port.putItem({ TableName: 'table', Item: toItem(record) }).then(
    () => true,
    () => false,
  )

/** A record whose item has `bytes` bytes by the guard's count, nearly all of them in `character`s. */
function sized(bytes: number, character: string, version: number): SinkRecord {
  const empty = { key: 'kß€😀', version, id: '7', value: '' }
  const room = bytes - itemBytes(empty)
  const width = Buffer.byteLength(character)
  return { ...empty, value: character.repeat(Math.floor(room / width)) + 'x'.repeat(room % width) }
}

describe('an item near 400 KB', () => {
  it.each(
    ['a', 'ß', '€', '😀'].flatMap((character) =>
      [1, -1.2345678901234567e-100].map((version) => [character, version] as const),
    ),
  )(
    'of %s, version %d: the guard lets it through up to the limit and not a byte beyond, and the store takes it',
    async (character, version) => {
      const fits = sized(MAX_ITEM_BYTES, character, version)
      expect([accepts(() => checkRecord(fits)), await storeAccepts(fits)]).toEqual([true, true])
      const over = sized(MAX_ITEM_BYTES + 1, character, version)
      expect(() => checkRecord(over)).toThrow(
        /^record 7 \(key "kß€😀"\): an item may have 409600 bytes, .* has 409601$/,
      )
      // The guard counts a number as the longest there is: at most 21 bytes below the store's own limit.
      const refusedByBoth = sized(MAX_ITEM_BYTES + 22, character, version)
      expect([accepts(() => checkRecord(refusedByBoth)), await storeAccepts(refusedByBoth)]).toEqual([false, false])
    },
  )

  it('is refused where its key or its id makes it too large', () => {
    const long = 'x'.repeat(MAX_ITEM_BYTES)
    const record = { key: 'k', version: 1, id: '7', value: '' }
    expect(() => checkRecord({ ...record, key: long })).toThrow(/^record 7 \(key "x{80}"\)/)
    expect(() => checkRecord({ ...record, id: long })).toThrow(/\(key "k"\): an item may have 409600 bytes/)
  })
})

it('an item carries what the record is: key, version as a number, id and value', () => {
  expect(toItem({ key: 'k', version: 12, id: '0/3', value: '' })).toEqual({
    pk: { S: 'k' },
    version: { N: '12' },
    id: { S: '0/3' },
    value: { S: '' },
  })
})
