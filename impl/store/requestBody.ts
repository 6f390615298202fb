// The bytes of a request's body. Of a BatchWriteItem whose writes are serialised already, their texts joined: nothing is
// parsed, copied field by field or serialised again. Read next: fastClient.ts, encodedWrite.ts.
import type { BatchWriteItemCommandInput } from '@aws-sdk/client-dynamodb'
import { EncodedWrite } from './encodedWrite.ts'
import { toWire } from './portWire.ts'

export function requestBody(input: object): Buffer {
  const { RequestItems, ...rest } = input as Partial<BatchWriteItemCommandInput>
  const tables = Object.entries(RequestItems ?? {})
  const encoded =
    tables.length > 0 && tables.every(([, writes]) => writes.every((write) => write instanceof EncodedWrite))
  if (!encoded || Object.keys(rest).length > 0) return Buffer.from(JSON.stringify(toWire(input)))
  return joined(tables as [string, EncodedWrite[]][])
}

/** UTF-8 bytes of one unit of a JavaScript string, at most. */
const MAX_BYTES_A_UNIT = 3

/** Bodies are put together here and leave as copies of their true length: at three bytes a unit most would be air. */
let scratch = Buffer.allocUnsafe(64 * 1024)

function joined(tables: readonly [string, readonly EncodedWrite[]][]): Buffer {
  let units = 32
  for (const [table, writes] of tables) {
    units += table.length * 6 + 16
    for (const { json } of writes) units += json.length + 1
  }
  if (units * MAX_BYTES_A_UNIT > scratch.length) scratch = Buffer.allocUnsafe(units * MAX_BYTES_A_UNIT)
  let at = scratch.write('{"RequestItems":', 0, 'latin1')
  let between = '{'
  for (const [table, writes] of tables) {
    at += scratch.write(`${between}${JSON.stringify(table)}:[`, at)
    for (const { json } of writes) {
      at += scratch.write(json, at)
      scratch[at++] = COMMA
    }
    // The last comma gives way; without a write there is none.
    at = scratch[at - 1] === COMMA ? at - 1 : at
    scratch[at++] = CLOSE
    between = ','
  }
  at += scratch.write('}}', at, 'latin1')
  return Buffer.from(scratch.subarray(0, at))
}

const COMMA = 0x2c
const CLOSE = 0x5d
