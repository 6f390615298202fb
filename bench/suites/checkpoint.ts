// Suite checkpoint: how long a snapshot of a full buffer blocks the task, what it costs later to make it bytes, how many
// bytes, and how long a restore takes; by serialiser. Blocked is what Flink calls the synchronous phase: after it the task
// goes on, and nothing it does may change the snapshot. Read next: checkpointSummary.ts.
import { deserialize, serialize } from 'node:v8'
import { pack, unpack } from 'msgpackr'
import { type OperatorStateSnapshot, SubtaskOperatorState } from '../../impl/runtime/operatorState.ts'
import { ListBuffer } from '../../impl/sinks/buffers/listBuffer.ts'
import {
  decodeRecord,
  type EncodedRecord,
  encodeRecord,
  restoredRecord,
  type StoredRecord,
  storedRecord,
} from '../../impl/sinks/encodedRecord.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { BenchCase } from '../method/benchCase.ts'
import { recordsOf } from './records.ts'

/** `block` must leave nothing shared with the live records; `write` may take its time elsewhere. */
interface Serialiser {
  readonly name: string
  readonly enter: (record: SinkRecord) => SinkRecord
  readonly block: (records: readonly SinkRecord[]) => unknown
  /** Null where the snapshot is bytes already. */
  readonly write: ((snapshot: never) => Uint8Array) | null
  readonly restore: (bytes: Uint8Array) => readonly SinkRecord[]
}

const asIs = (record: SinkRecord): SinkRecord => record
const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')

const serialiser = <Snapshot>(
  name: string,
  block: (records: readonly SinkRecord[]) => Snapshot,
  write: ((snapshot: Snapshot) => Uint8Array) | null,
  restore: (bytes: Uint8Array) => readonly SinkRecord[],
  enter: (record: SinkRecord) => SinkRecord = asIs,
): Serialiser => ({ name, enter, block, write: write as Serialiser['write'], restore })

const STATE = 'buffered-records'

function inListState(records: readonly SinkRecord[]): OperatorStateSnapshot {
  const state = new SubtaskOperatorState()
  state.listState<StoredRecord>(STATE).update(records.map(storedRecord))
  return state.snapshot()
}

const stateBytes = (snapshot: OperatorStateSnapshot): Uint8Array => Buffer.from(JSON.stringify(snapshot))

function fromListState(bytes: Uint8Array): readonly SinkRecord[] {
  const state = new SubtaskOperatorState()
  state.restore([JSON.parse(text(bytes)) as OperatorStateSnapshot])
  return state.listState<StoredRecord>(STATE).get().map(restoredRecord)
}

export const SERIALISERS: readonly Serialiser[] = [
  serialiser(
    'structuredClone',
    (records) => structuredClone(records),
    (snapshot) => Buffer.from(JSON.stringify(snapshot)),
    (bytes) => JSON.parse(text(bytes)) as SinkRecord[],
  ),
  serialiser(
    'v8',
    (records) => serialize(records) as Uint8Array,
    null,
    (bytes) => deserialize(bytes) as SinkRecord[],
  ),
  serialiser(
    'JSON',
    (records) => JSON.stringify(records),
    (snapshot) => Buffer.from(snapshot),
    (bytes) => JSON.parse(text(bytes)) as SinkRecord[],
  ),
  serialiser(
    'msgpackr',
    (records) => pack(records) as Uint8Array,
    null,
    (bytes) => unpack(bytes) as SinkRecord[],
  ),
  serialiser(
    'pre-serialised',
    // Texts cannot change: to keep them is to copy them.
    (records) => records.map((record) => (record as EncodedRecord).json),
    (snapshot) => Buffer.from(snapshot.join('\n')),
    (bytes) => text(bytes).split('\n').map(decodeRecord),
    encodeRecord,
  ),
  // As our runtime has it: ListState, copied element by element in the synchronous phase.
  serialiser('ListState of records', inListState, stateBytes, fromListState),
  serialiser('ListState of texts', inListState, stateBytes, fromListState, encodeRecord),
]

export interface CheckpointSizes {
  readonly records: readonly number[]
  readonly bytes: readonly number[]
  readonly calls: number
}

export const FULL: CheckpointSizes = { records: [1_000, 10_000], bytes: [200, 1_024], calls: 10 }
export const QUICK: CheckpointSizes = { records: [10_000], bytes: [200], calls: 4 }
export const TINY: CheckpointSizes = { records: [30], bytes: [200], calls: 2 }

export const checkpointCases = (sizes: CheckpointSizes): BenchCase[] =>
  sizes.records.flatMap((count) =>
    sizes.bytes.flatMap((bytes) => {
      const records = recordsOf({ count, bytes, duplicates: 0 })
      return SERIALISERS.flatMap((one) => casesOf(one, records, bytes, sizes.calls))
    }),
  )

function casesOf(one: Serialiser, records: readonly SinkRecord[], bytes: number, calls: number): BenchCase[] {
  const buffer = new ListBuffer()
  for (const record of records) buffer.add(one.enter(record))
  let snapshot = one.block(buffer.records())
  const written = one.write === null ? (snapshot as Uint8Array) : one.write(snapshot as never)
  const { write } = one
  const row = (operation: string) => ({
    suite: 'checkpoint',
    name: one.name,
    parameters: { operation, records: records.length, bytes },
    records: records.length,
    unit: 'ms' as const,
    calls,
  })
  return [
    {
      ...row('block'),
      call: () => {
        snapshot = one.block(buffer.records())
        return buffer.size
      },
      expected: records.length,
      work: { records: records.length, bytes: written.byteLength },
    },
    ...(write === null
      ? []
      : [
          {
            ...row('write'),
            call: () => write(snapshot as never).byteLength,
            expected: written.byteLength,
            work: { records: records.length, bytes: written.byteLength },
          },
        ]),
    {
      ...row('restore'),
      call: () => {
        const restored = new ListBuffer()
        for (const record of one.restore(written)) restored.add(record)
        return restored.size
      },
      expected: records.length,
      work: { records: records.length, bytes: written.byteLength },
    },
  ]
}
