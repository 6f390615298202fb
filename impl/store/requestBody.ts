// The bytes of a request's body. Of a BatchWriteItem whose writes are serialised already, their texts joined: nothing is
// parsed, copied field by field or serialised again. Read next: fastClient.ts, encodedWrite.ts.
import type { BatchWriteItemCommandInput } from '@aws-sdk/client-dynamodb'
import { EncodedWrite } from './encodedWrite.ts'
import { toWire } from './portWire.ts'

/** UTF-8 bytes of one character of a JavaScript string, at most. */
const MAX_BYTES_A_UNIT = 3

export function requestBody(input: object): Buffer {
  const { RequestItems, ...rest } = input as Partial<BatchWriteItemCommandInput>
  const tables = Object.entries(RequestItems ?? {})
  const encoded =
    tables.length > 0 && tables.every(([, writes]) => writes.every((write) => write instanceof EncodedWrite))
  if (!encoded || Object.keys(rest).length > 0) return Buffer.from(JSON.stringify(toWire(input)))
  return joined(tables as [string, EncodedWrite[]][])
}

function joined(tables: readonly [string, readonly EncodedWrite[]][]): Buffer {
  let units = 32
  for (const [table, writes] of tables) {
    units += table.length * 2 + 16
    for (const { json } of writes) units += json.length + 1
  }
  const body = Buffer.allocUnsafe(units * MAX_BYTES_A_UNIT)
  let at = body.write('{"RequestItems":', 0, 'latin1')
  for (const [table, writes] of tables) {
    at += body.write(`${body[at - 1] === COLON ? '{' : ','}${JSON.stringify(table)}:`, at, 'utf8')
    let before = OPEN
    for (const { json } of writes) {
      body[at++] = before
      at += body.write(json, at, 'utf8')
      before = COMMA
    }
    if (before === OPEN) body[at++] = OPEN
    body[at++] = CLOSE
  }
  at += body.write('}}', at, 'latin1')
  return body.subarray(0, at)
}

const COLON = 0x3a
const COMMA = 0x2c
const OPEN = 0x5b
const CLOSE = 0x5d
