// Texts that are joined make the body that serialising the same requests would make.
import { fc, test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { encodeRecord } from '../sinks/encodedRecord.ts'
import { EncodedWrite } from './encodedWrite.ts'
import { toWire } from './portWire.ts'
import { requestBody } from './requestBody.ts'

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }))
const write = fc
  .record({ key: text, version: fc.integer(), id: text, value: text })
  .map((record): EncodedWrite => encodeRecord(record))
const tables = fc.dictionary(text, fc.array(write, { maxLength: 4 }), { maxKeys: 3 })

test.prop([tables], { seed: 1 })('of any tables and records', (RequestItems) => {
  const plain = JSON.stringify(toWire({ RequestItems }))
  expect(JSON.parse(requestBody({ RequestItems }).toString('utf8'))).toEqual(JSON.parse(plain))
  expect(requestBody({ RequestItems }).toString('utf8')).toBe(Buffer.from(plain).toString('utf8'))
})

it('takes encoded and other writes in one request, and other fields beside them', () => {
  const put = { PutRequest: { Item: { pk: { S: 'a' } } } }
  const encoded = new EncodedWrite(JSON.stringify(put))
  const input = { RequestItems: { ttt: [encoded, put] }, ReturnConsumedCapacity: 'NONE' }
  expect(JSON.parse(requestBody(input).toString())).toEqual({ ...input, RequestItems: { ttt: [put, put] } })
})

it('is the caller’s own: the next body does not change it', () => {
  const body = (value: string) =>
    requestBody({ RequestItems: { ttt: [encodeRecord({ key: 'a', version: 1, id: '1', value })] } })
  const first = body('first')
  const before = first.toString()
  body('x'.repeat(300_000))
  body('other')
  expect(first.toString()).toBe(before)
})
