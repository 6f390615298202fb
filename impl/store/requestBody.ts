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

/** Bodies are written one behind the other into a large piece of memory, which nobody writes to again. */
const SLAB_BYTES = 256 * 1024
let slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
let used = 0

function joined(tables: readonly [string, readonly EncodedWrite[]][]): Buffer {
  let units = 32
  for (const [table, writes] of tables) {
    units += table.length * 6 + 16
    for (const { json } of writes) units += json.length + 1
  }
  const most = units * MAX_BYTES_A_UNIT
  if (used + most > slab.length) {
    slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, most))
    used = 0
  }
  const start = used
  let at = start + slab.write('{"RequestItems":', start, 'latin1')
  let between = '{'
  for (const [table, writes] of tables) {
    at += slab.write(`${between}${JSON.stringify(table)}:[`, at)
    for (const { json } of writes) {
      at += slab.write(json, at)
      slab[at++] = COMMA
    }
    // The last comma gives way; without a write there is none.
    at = slab[at - 1] === COMMA ? at - 1 : at
    slab[at++] = CLOSE
    between = ','
  }
  at += slab.write('}}', at, 'latin1')
  used = at
  return slab.subarray(start, at)
}

const COMMA = 0x2c
const CLOSE = 0x5d
