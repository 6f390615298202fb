// A staged row: a record in the staging table under its place (run, attempt, epoch, subtask, number in the epoch), which
// no other record ever has. Nothing overwrites a staged row but the same write again, so staging needs no condition.
// Read next: epochs.ts, staleRows.ts.
import type { WriteRequest } from '@aws-sdk/client-dynamodb'
import type { BatchedWrites } from '../batchWriter.ts'
import type { SinkRecord } from '../interfaces.ts'
import { type Item, itemBytes } from '../item.ts'
import type { ClosedEpoch, Writer } from './epochs.ts'
import type { Publication } from './publishing.ts'

export interface Place extends Writer {
  readonly epoch: number
  /** From 0. */
  readonly number: number
}

export interface StagedRecord {
  readonly row: string
  readonly record: SinkRecord
}

export const rowAt = ({ run, attempt, epoch, subtask, number }: Place): string =>
  `${run}/${attempt}/${epoch}/${subtask}/${number}`

/** Null where the text is no place: a row that something else has put into the table. */
export function placeOf(row: string): Place | null {
  if (!/^\d+(\/\d+){4}$/.test(row)) return null
  const [run, attempt, epoch, subtask, number] = row.split('/').map(Number) as [number, number, number, number, number]
  return { run, attempt, epoch, subtask, number }
}

export const stagingWrites: BatchedWrites<StagedRecord> = {
  toRequest: ({ row, record }): WriteRequest => ({ PutRequest: { Item: toStagedItem(row, record) } }),
  bytesOf: ({ row, record }) => 'key'.length + row.length + itemBytes(record),
  nameOf: ({ row, record }) => `${record.id} (key ${JSON.stringify(record.key.slice(0, 80))}, staged as ${row})`,
}

export const removingWrites: BatchedWrites<string> = {
  toRequest: (row): WriteRequest => ({ DeleteRequest: { Key: { pk: { S: row } } } }),
  bytesOf: (row) => row.length,
  nameOf: (row) => `staged as ${row}`,
}

const toStagedItem = (row: string, { key, version, id, value, op }: SinkRecord): Item => ({
  pk: { S: row },
  key: { S: key },
  version: { N: String(version) },
  id: { S: id },
  ...(op === 'delete' ? { deleted: { BOOL: true } } : { value: { S: value } }),
})

/** @throws Error where the row is not one that this sink has staged. */
export function fromStagedItem(item: Item): SinkRecord {
  const { pk, key, version, id, value, deleted } = item
  if (key?.S === undefined || version?.N === undefined || id?.S === undefined)
    throw new Error(`staged row ${pk?.S}: expected key, version and id, got ${Object.keys(item).join(', ')}`)
  const record = { key: key.S, version: Number(version.N), id: id.S, value: value?.S ?? '' }
  return deleted?.BOOL ? { ...record, op: 'delete' } : record
}

/** The records of an epoch, in the order in which they were staged. */
export const publicationsOf = (epoch: Omit<ClosedEpoch, 'checkpointId'>): readonly Publication[] =>
  epoch.records.map(({ key, version, id }, number) => ({ key, version, id, row: rowAt({ ...epoch, number }) }))
