// What a record does to its row, as rows of data: replace it (upsert, or delete), be a row of its own (append by unique
// id), or add to it (counter). A sink carries records; what it asks of the store for one is looked up here.
// Read next: item.ts, fenced/fencedWrite.ts (the same behind a condition), staged/stagedSink.ts.
import type { SinkRecord } from './interfaces.ts'
import { checkRecord, InvalidRecordError, type Item, toVersionedItem } from './item.ts'

export interface RowWrite {
  /** Key, version, id, and what else the row is set to. */
  readonly item: Item
  /** A decimal number that is added to the row's `amount`; the rest of the row stays. Absent: the item replaces the row. */
  readonly amount?: string
}

export interface Workload {
  readonly name: 'upsert' | 'append' | 'counter'
  /**
   * The record as the sinks carry it: its key is that of its row.
   * @throws InvalidRecordError naming a record that the workload has no meaning for.
   */
  readonly admit: (record: SinkRecord) => SinkRecord
  /** Of one row the newest record covers all others: only that one needs to be written. */
  readonly newestCovers: boolean
  /** BatchWriteItem can carry it (toWriteRequest): it has puts and deletes, and no additions. */
  readonly inBatches: boolean
  /** With its version: a delete leaves a tombstone. */
  readonly toRow: (record: SinkRecord) => RowWrite
  /** Attributes by which a row tells whether it was written by a given record, its version apart. */
  readonly identity: readonly string[]
}

export const UPSERT: Workload = {
  name: 'upsert',
  admit(record) {
    checkRecord(record)
    return record
  },
  newestCovers: true,
  inBatches: true,
  toRow: (record) => ({ item: toVersionedItem(record) }),
  identity: ['id', 'value', 'deleted'],
}

export const APPEND: Workload = {
  ...UPSERT,
  name: 'append',
  admit(record) {
    const appended = { ...record, key: record.id }
    checkRecord(appended)
    if (record.op === 'delete') throw refused(record, 'a record with a value: what was appended stays', 'a delete')
    return appended
  },
}

/** No more digits than an integer has to have for its sum to stay exact over many records; the store takes 38. */
const AMOUNT = /^-?\d{1,18}(\.\d{1,9})?$/

export const COUNTER: Workload = {
  name: 'counter',
  admit(record) {
    checkRecord(record)
    if (record.op === 'delete') throw refused(record, 'an amount to add', 'a delete')
    if (!AMOUNT.test(record.value))
      throw refused(record, 'a decimal number as its value', JSON.stringify(record.value.slice(0, 80)))
    return record
  },
  newestCovers: false,
  inBatches: false,
  toRow: ({ key, version, id, value }) => ({
    item: { pk: { S: key }, version: { N: String(version) }, id: { S: id } },
    amount: value,
  }),
  identity: ['id'],
}

export const WORKLOADS: readonly Workload[] = [UPSERT, APPEND, COUNTER]

const refused = ({ id, key }: SinkRecord, expected: string, got: string): InvalidRecordError =>
  new InvalidRecordError(`record ${id} (key ${JSON.stringify(key.slice(0, 80))}): expected ${expected}, got ${got}`)
