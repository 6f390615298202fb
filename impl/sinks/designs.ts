// The sink designs by name: which class, which buffer, what finish() and close() do. The model has a row of the
// same name for each (model/pipeline/sinks/designs.ts); a test holds the names equal, the lockstep holds the behaviour.
// Read next: dynamoDbSyncSink.ts, checkpointedSinks.ts, asyncSink/asyncSink.ts.
import { AsyncSink } from './asyncSink/asyncSink.ts'
import type { Dedupe } from './asyncSink/dedupe.ts'
import { configurationOf } from './asyncSink/settings.ts'
import { HashSetBuffer } from './buffers/hashSetBuffer.ts'
import { KeyedBuffer } from './buffers/keyedBuffer.ts'
import { ListBuffer } from './buffers/listBuffer.ts'
import type { RecordBuffer } from './buffers/recordBuffer.ts'
import { FlushNotAwaitedSink, FlushOnNotifySink, FlushOnSnapshotSink, ListStateSink } from './checkpointedSinks.ts'
import { DynamoDbSyncSink, type SyncSinkOptions } from './dynamoDbSyncSink.ts'
import { FENCED } from './fenced/fenced.ts'
import type { Sink, SinkRecord } from './interfaces.ts'
import { MAX_BATCH_ITEMS } from './item.ts'
import { ORDERED_ASYNC } from './orderedAsync/orderedAsync.ts'
import { type BackoffPolicy, DEFAULT_BACKOFF } from './retry.ts'
import { STAGED } from './staged/staged.ts'
import type { StagedSink } from './staged/stagedSink.ts'
import type { Workload } from './workloads.ts'

export interface SinkSettings {
  readonly table: string
  /** Of the fenced and the staged sink: what a record does to its row. Default: upsert. All others put and delete. */
  readonly workload?: Workload
  readonly batchLimit?: number
  readonly flushIntervalMs?: number
  readonly backoff?: BackoffPolicy
  /** Of the sinks on a DynamoDbBatchingOutputFormat: serialise each record once, when it comes in. Default false. */
  readonly encodeOnEntry?: boolean
  /** Iteration order of a HashSet, by a rank of each record. Default: a seeded hash of its value. */
  readonly hashOrder?: (record: SinkRecord) => number
  /** Of the async sink: requests in flight, records that its buffer holds before a write waits, and its own timeout. */
  readonly maxInFlightRequests?: number
  readonly maxBufferedRequests?: number
  readonly requestTimeoutMs?: number | null
}

/** A sink that may show its buffer to whoever looks while its task stands still; a black box shows none. */
export type InspectableSink = Sink<SinkRecord> &
  Partial<Pick<DynamoDbSyncSink, 'format'>> &
  Partial<Pick<AsyncSink, 'insight'>> &
  Partial<Pick<StagedSink, 'stagedInsight'>>

export interface SinkDesign {
  readonly name: string
  readonly create: (settings: SinkSettings) => InspectableSink
  /** Tables that it needs beside that of its settings. */
  readonly tablesBeside?: (table: string) => readonly string[]
}

type SinkClass = new (options: SyncSinkOptions) => InspectableSink

const design = (
  name: string,
  sinkClass: SinkClass,
  buffer: (settings: SinkSettings) => RecordBuffer,
  differs: Partial<Pick<SyncSinkOptions, 'writeThrough' | 'flushWhenFull' | 'onFinish' | 'onClose'>> = {},
): SinkDesign => ({
  name,
  create: (settings) =>
    new sinkClass({
      table: settings.table,
      buffer: buffer(settings),
      batchLimit: settings.batchLimit ?? MAX_BATCH_ITEMS,
      flushIntervalMs: settings.flushIntervalMs ?? 1_000,
      backoff: settings.backoff ?? DEFAULT_BACKOFF,
      encodeOnEntry: settings.encodeOnEntry ?? false,
      writeThrough: false,
      flushWhenFull: true,
      onFinish: 'write',
      onClose: 'drop',
      ...differs,
    }),
})

const list = () => new ListBuffer()
const keyed = () => new KeyedBuffer()
const hashSet = (settings: SinkSettings) =>
  new HashSetBuffer(settings.hashOrder === undefined ? {} : { order: settings.hashOrder })

const asyncDesign = (name: string, dedupe: Dedupe): SinkDesign => ({
  name,
  create: (settings) => new AsyncSink({ table: settings.table, dedupe, configuration: configurationOf(settings) }),
})

export const SINK_DESIGNS: readonly SinkDesign[] = [
  design('writeThrough', DynamoDbSyncSink, list, { writeThrough: true, flushWhenFull: false }),
  design('hashSetTransient', DynamoDbSyncSink, hashSet),
  design('hashSetCloseWrites', DynamoDbSyncSink, hashSet, { onClose: 'write' }),
  design('hashSetFinishDrops', DynamoDbSyncSink, hashSet, { onFinish: 'drop' }),
  design('listStateBuffer', ListStateSink, list),
  design('flushOnSnapshot', FlushOnSnapshotSink, list),
  design('flushOnSnapshotKeyed', FlushOnSnapshotSink, keyed),
  design('flushNotAwaited', FlushNotAwaitedSink, list),
  design('flushOnNotify', FlushOnNotifySink, list, { flushWhenFull: false }),
  asyncDesign('asyncSink', 'none'),
  asyncDesign('asyncSinkLastInBatch', 'lastInBatch'),
  asyncDesign('asyncSinkByVersion', 'byVersion'),
  ORDERED_ASYNC,
  FENCED,
  STAGED,
]

/** @throws RangeError naming the designs there are. */
export function sinkDesignNamed(name: string): SinkDesign {
  const found = SINK_DESIGNS.find((candidate) => candidate.name === name)
  if (found === undefined)
    throw new RangeError(`no sink design "${name}"; there are ${SINK_DESIGNS.map((d) => d.name).join(', ')}`)
  return found
}

/** The same design with its records serialised on entry, for the fast transport. */
export const encodedOnEntry = ({ create, ...rest }: SinkDesign): SinkDesign => ({
  ...rest,
  create: (settings) => create({ ...settings, encodeOnEntry: true }),
})
