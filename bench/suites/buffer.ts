// Suite buffer: what the choice of the buffer costs. Add, add of what is there already, drain into batches of 25,
// snapshot, restore; by kind of buffer, number of records, share of duplicates and size of a record; beside the limits of
// the machine. One factor is varied at a time. Read next: ../../impl/sinks/buffers/recordBuffer.ts, summary.ts.
import { HashSetBuffer } from '../../impl/sinks/buffers/hashSetBuffer.ts'
import { KeyedBuffer } from '../../impl/sinks/buffers/keyedBuffer.ts'
import { ListBuffer } from '../../impl/sinks/buffers/listBuffer.ts'
import type { RecordBuffer } from '../../impl/sinks/buffers/recordBuffer.ts'
import { decodeRecord, type EncodedRecord, encodeRecord } from '../../impl/sinks/encodedRecord.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import { MAX_BATCH_ITEMS } from '../../impl/sinks/item.ts'
import type { BenchCase, Work } from '../method/benchCase.ts'
import { memoryOf } from '../method/memory.ts'
import type { RoundOptions } from '../method/rounds.ts'
import { type RecordSet, recordAt, recordsOf } from './records.ts'

const SUITE = 'buffer'

/** Rows differ in what is done at an add, and in what a snapshot copies. */
interface Kind {
  readonly name: string
  readonly make: () => RecordBuffer
  readonly enter: (record: SinkRecord) => SinkRecord
  /** What goes into the checkpoint; of text nothing needs copying. */
  readonly snapshot: (buffer: RecordBuffer) => readonly unknown[]
  readonly restore: (buffer: RecordBuffer, snapshot: readonly unknown[]) => void
}

const asIs = {
  enter: (record: SinkRecord) => record,
  snapshot: (buffer: RecordBuffer) => buffer.snapshot(),
  restore: (buffer: RecordBuffer, snapshot: readonly unknown[]) => buffer.restore(snapshot as readonly SinkRecord[]),
}

export const KINDS: readonly Kind[] = [
  { name: 'HashSetBuffer', make: () => new HashSetBuffer(), ...asIs },
  { name: 'ListStateBuffer', make: () => new ListBuffer(), ...asIs },
  { name: 'KeyedBuffer', make: () => new KeyedBuffer(), ...asIs },
  {
    name: 'EncodedListStateBuffer',
    make: () => new ListBuffer(),
    enter: encodeRecord,
    snapshot: (buffer) => buffer.records().map((record) => (record as EncodedRecord).json),
    restore: (buffer, snapshot) => {
      for (const json of snapshot) buffer.add(decodeRecord(json as string))
    },
  },
]

export interface BufferSizes {
  readonly sets: readonly RecordSet[]
  /** Calls in a round at least, by the number of records. */
  readonly callsOf: (records: number) => number
}

const BASE: RecordSet = { count: 10_000, bytes: 200, duplicates: 0 }

export const FULL: BufferSizes = {
  sets: [
    ...[1_000, 10_000, 100_000, 1_000_000].map((count) => ({ ...BASE, count, bytes: 100 })),
    ...[10, 50].map((duplicates) => ({ ...BASE, duplicates })),
    ...[200, 1_024, 4_096].map((bytes) => ({ ...BASE, bytes })),
  ],
  callsOf: (records) => (records < 100_000 ? 3 : 1),
}

/** A million records take half a minute a round, most of it to fill what is measured next. */
export const ROUNDS = {
  full: { rounds: 9, warmUpCalls: 1, warmUpMs: 100, repeats: 2, turnMs: 40, budgetMs: 270_000 },
  quick: { rounds: 4, warmUpCalls: 2, warmUpMs: 200, repeats: 2, turnMs: 40, budgetMs: 40_000 },
  tiny: { rounds: 2, warmUpCalls: 1, warmUpMs: 0, repeats: 0 },
} satisfies Record<string, Omit<RoundOptions, 'onRound'>>

export const QUICK: BufferSizes = {
  sets: [{ ...BASE, count: 1_000, bytes: 100 }, BASE, { ...BASE, duplicates: 50 }],
  callsOf: () => 3,
}

export const TINY: BufferSizes = {
  sets: [
    { count: 60, bytes: 100, duplicates: 0 },
    { count: 60, bytes: 100, duplicates: 50 },
  ],
  callsOf: () => 2,
}

/** `withMemory`: also weigh what each kind allocates and retains. */
export function bufferCases(sizes: BufferSizes, withMemory = true): BenchCase[] {
  return sizes.sets.flatMap((set) => {
    const records = recordsOf(set)
    // Equal records that are other objects, as a replay brings them.
    const again = records.map((record) => ({ ...record }))
    return [
      ...KINDS.flatMap((kind) => kindCases(kind, set, records, again, sizes.callsOf(set.count), withMemory)),
      ...limitCases(set, records, sizes.callsOf(set.count)),
    ]
  })
}

function kindCases(
  kind: Kind,
  set: RecordSet,
  records: readonly SinkRecord[],
  again: readonly SinkRecord[],
  calls: number,
  withMemory: boolean,
): BenchCase[] {
  const fill = (): RecordBuffer => {
    const buffer = kind.make()
    for (const record of records) buffer.add(kind.enter(record))
    return buffer
  }
  const held = fill().size
  let full = kind.make()
  let snapshot: readonly unknown[] = []
  const refill = () => {
    full = fill()
  }
  const release = () => {
    full = kind.make()
    snapshot = []
  }
  const row = (operation: string, perCall: number, one: Pick<BenchCase, 'call' | 'expected' | 'work'>) => ({
    suite: SUITE,
    name: kind.name,
    parameters: { operation, records: set.count, bytes: set.bytes, duplicates: set.duplicates },
    records: perCall,
    unit: 'ns/record' as const,
    calls,
    release,
    ...one,
  })
  const { batches, taken } = drained(fill())
  return [
    {
      ...row('add', set.count, {
        call: () => fill().size,
        expected: held,
        work: { records: set.count, held },
      }),
      ...(withMemory ? { measureWork: () => weighed(kind, set) } : {}),
    },
    {
      ...row('add again', set.count, {
        call: () => {
          let grew = 0
          for (const record of again) if (full.add(kind.enter(record))) grew++
          return grew
        },
        expected: grownBy(fill(), again, kind),
        work: { records: set.count },
      }),
      prepare: refill,
    },
    {
      ...row('drain', held, {
        call: () => drained(full).taken,
        expected: taken,
        work: { records: taken, batches },
      }),
      prepare: refill,
    },
    {
      ...row('snapshot', held, {
        call: () => {
          snapshot = kind.snapshot(full)
          return snapshot.length
        },
        expected: held,
        work: { records: held },
      }),
      prepare: () => {
        if (full.size !== held) refill()
      },
    },
    {
      ...row('restore', held, {
        call: () => {
          const restored = kind.make()
          kind.restore(restored, snapshot)
          return restored.size
        },
        expected: held,
        work: { records: held },
      }),
      prepare: () => {
        if (snapshot.length === 0) snapshot = kind.snapshot(fill())
      },
    },
  ]
}

function grownBy(buffer: RecordBuffer, again: readonly SinkRecord[], kind: Kind): number {
  const before = buffer.size
  for (const record of again) buffer.add(kind.enter(record))
  return buffer.size - before
}

function drained(buffer: RecordBuffer): { taken: number; batches: number } {
  let taken = 0
  let batches = 0
  while (!buffer.isEmpty) {
    taken += buffer.takeBatch(MAX_BATCH_ITEMS).length
    batches++
  }
  return { taken, batches }
}

/** With the records made on the way: what only the buffer keeps alive counts, what it dropped or encoded does not. */
function weighed(kind: Kind, set: RecordSet): Work {
  const distinct = Math.max(1, Math.round(set.count * (1 - set.duplicates / 100)))
  return {
    ...memoryOf(set.count, () => {
      const buffer = kind.make()
      for (let i = 0; i < set.count; i++) buffer.add(kind.enter(recordAt(i % distinct, set.bytes)))
      return buffer
    }),
  }
}

/** What no buffer can beat: a push of the reference, and a slot of a typed array. */
function limitCases(set: RecordSet, records: readonly SinkRecord[], calls: number): BenchCase[] {
  const parameters = { operation: 'add', records: set.count, bytes: set.bytes, duplicates: set.duplicates }
  const base = { suite: SUITE, parameters, records: set.count, unit: 'ns/record' as const, calls }
  const work = { records: set.count, held: set.count }
  const slots = new Float64Array(set.count)
  return [
    {
      ...base,
      name: 'limit-array-push',
      work,
      expected: set.count,
      call: () => {
        const array: SinkRecord[] = []
        for (const record of records) array.push(record)
        return array.length
      },
    },
    {
      ...base,
      name: 'limit-typed-slot',
      work,
      expected: set.count,
      call: () => {
        let filled = 0
        for (const record of records) slots[filled++] = record.version
        return filled - 1 + (slots[filled - 1] as number)
      },
    },
  ]
}
