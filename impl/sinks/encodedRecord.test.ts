// A record's text is what the SDK would send for it, whatever is in it; it is a record to every buffer, and what is
// restored from the text is the record again.
import { fc, test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { decodeRecord, EncodedRecord, encodeRecord } from './encodedRecord.ts'
import { itemBytes, toItem } from './item.ts'

const anyRecord = fc.record({
  key: fc.oneof(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: 'binary' })),
  version: fc.integer(),
  id: fc.string(),
  value: fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', minLength: 20 })),
})

test.prop([anyRecord], { seed: 1 })('the text is the PutRequest of the item, byte for byte', (record) => {
  const encoded = encodeRecord(record)
  expect(encoded.json).toBe(JSON.stringify({ PutRequest: { Item: toItem(record) } }))
  expect(encoded.bytes).toBe(itemBytes(record))
  expect(encoded).toMatchObject({ key: record.key, version: record.version, id: record.id })
  expect(encoded.value).toBe(JSON.parse(JSON.stringify(record.value)))
})

test.prop([anyRecord], { seed: 2 })('what a checkpoint holds gives the record back', (record) => {
  const encoded = encodeRecord(record)
  const restored = decodeRecord(encoded.json)
  expect(restored).toBeInstanceOf(EncodedRecord)
  expect(restored.json).toBe(encoded.json)
  expect({ key: restored.key, version: restored.version, id: restored.id }).toEqual({
    key: encoded.PutRequest?.Item?.pk?.S,
    version: record.version,
    id: encoded.PutRequest?.Item?.id?.S,
  })
})

it('is encoded once', () => {
  const encoded = encodeRecord({ key: 'a', version: 1, id: '1', value: 'v' })
  expect(encodeRecord(encoded)).toBe(encoded)
})

it('keeps a long value whole', () => {
  const value = 'x'.repeat(200_000)
  expect(encodeRecord({ key: 'a', version: 1, id: '1', value }).value).toBe(value)
})

it.each(['{}', '{"PutRequest":{"Item":{"pk":{"S":"a"}}}}', '{"DeleteRequest":{}}'])('refuses %s', (json) => {
  expect(() => decodeRecord(json)).toThrow('expected the PutRequest of a record')
})
