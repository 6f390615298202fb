// The sink designs as the model sees them: one row each, saying when records leave the buffer and what a snapshot keeps.
// impl/sinks has a configuration of the same name for each. Adding a design that fits these columns is adding a row.
// Read next: ../sink.ts, which steps any row.
import type { Bounds } from '../bounds.ts'

export interface DesignRow {
  readonly id: string
  readonly name: string
  /** 'none' writes each record by itself and waits for it. */
  readonly buffer: 'none' | 'list' | 'hashSet' | 'keyed'
  /** A full buffer is flushed, and the first record into an empty one arms the timer. */
  readonly flushWhenFull: boolean
  /** 'settle' waits for what is in flight and copies the rest; 'stage' stages the rest, and keeps manifests. */
  readonly onSnapshot: 'nothing' | 'copy' | 'flush' | 'flushNotAwaited' | 'settle' | 'stage'
  readonly onNotify: 'nothing' | 'flush' | 'publish'
  /** 'keep' leaves the writing to the notification of the last checkpoint. */
  readonly onFinish: 'write' | 'drop' | 'keep'
  readonly onClose: 'write' | 'drop'
  /** Requests in flight at most. 1: each is awaited, and its retries; more: as Flink's AsyncSinkWriter. */
  readonly inFlight: 1 | 2
  /** What is sent of a batch that holds a key twice; where each request is awaited, a repeated key closes the batch. */
  readonly dedupe: Dedupe
  /** An entry stays in the buffer while a request that holds its key is in flight. */
  readonly oneInFlightPerKey: boolean
  /** A record is written only where the table has nothing of its key, or something older; one record a request. */
  readonly fenced: boolean
  /** Batches go into a second table, and from there into the table when their checkpoint is complete. */
  readonly staged: boolean
  readonly what: string
}

export type Dedupe = 'closesBatch' | 'none' | 'lastInBatch' | 'byVersion'

const row = (id: string, name: string, what: string, differs: Partial<DesignRow> = {}): DesignRow => ({
  id,
  name,
  what,
  buffer: 'list',
  flushWhenFull: true,
  onSnapshot: 'nothing',
  onNotify: 'nothing',
  onFinish: 'write',
  onClose: 'drop',
  inFlight: 1,
  dedupe: 'closesBatch',
  oneInFlightPerKey: false,
  fenced: false,
  staged: false,
  ...differs,
})

const asyncRow = (
  id: string,
  name: string,
  dedupe: Dedupe,
  what: string,
  differs: Partial<DesignRow> = {},
): DesignRow =>
  row(id, name, `several requests in flight, failures back at the head, the rest in state; ${what}`, {
    onSnapshot: 'settle',
    inFlight: 2,
    dedupe,
    ...differs,
  })

export const DESIGNS: readonly DesignRow[] = [
  row('D0', 'writeThrough', 'awaits each write; no buffer, no state', { buffer: 'none', flushWhenFull: false }),
  row('D1', 'hashSetTransient', 'transient HashSet, flushed when full or by timer; no CheckpointedFunction', {
    buffer: 'hashSet',
  }),
  row('D1c', 'hashSetCloseWrites', 'hashSetTransient whose close() writes what is left', {
    buffer: 'hashSet',
    onClose: 'write',
  }),
  row('D1f', 'hashSetFinishDrops', 'hashSetTransient whose finish() does not write', {
    buffer: 'hashSet',
    onFinish: 'drop',
  }),
  row('D2', 'listStateBuffer', 'list, copied into ListState at the snapshot', { onSnapshot: 'copy' }),
  row('D3', 'flushOnSnapshot', 'flushed and awaited in snapshotState', { onSnapshot: 'flush' }),
  row('D3k', 'flushOnSnapshotKeyed', 'flushOnSnapshot over a buffer that keeps the last write of a key', {
    buffer: 'keyed',
    onSnapshot: 'flush',
  }),
  row('D4', 'flushNotAwaited', 'flush started in snapshotState, not awaited', { onSnapshot: 'flushNotAwaited' }),
  row('D5', 'flushOnNotify', 'flushed when a checkpoint is notified complete', {
    flushWhenFull: false,
    onNotify: 'flush',
  }),
  asyncRow('D6', 'asyncSink', 'none', 'a repeated key is sent as it is'),
  asyncRow('D6l', 'asyncSinkLastInBatch', 'lastInBatch', 'of a repeated key the last in the batch is sent'),
  asyncRow('D6v', 'asyncSinkByVersion', 'byVersion', 'of a repeated key the newest is sent'),
  asyncRow('D7', 'orderedAsync', 'byVersion', 'of a key at most one request in flight', { oneInFlightPerKey: true }),
  asyncRow('D8', 'fenced', 'none', 'one conditional write a record, of a key one at a time', {
    oneInFlightPerKey: true,
    fenced: true,
  }),
  row('D9', 'staged', 'staged by epoch, published behind a fence once its checkpoint is complete', {
    onSnapshot: 'stage',
    onNotify: 'publish',
    fenced: true,
    staged: true,
  }),
]

/** A row of the model alone: with no checkpoint before the last it keeps S5, which none of D0-D5 does. */
export const FLUSH_ON_LAST_NOTIFY: DesignRow = row('M1', 'flushOnLastNotify', 'flushed by the last notification only', {
  flushWhenFull: false,
  onNotify: 'flush',
  onFinish: 'keep',
})

/** Most records a request of the design holds. */
export const batchLimitOf = ({ fenced, staged }: DesignRow, b: Pick<Bounds, 'batchLimit'>): number =>
  fenced && !staged ? 1 : b.batchLimit
/** A batch may hold a key twice, and is sent as it is. */
export const mayRepeatKey = ({ dedupe, fenced }: DesignRow): boolean => dedupe === 'none' && !fenced

/** Records are in operator state: part of the buffer, one element a record or the whole one element, or manifests of epochs. */
export const keepsBuffer = ({ onSnapshot }: DesignRow): boolean =>
  onSnapshot === 'copy' || onSnapshot === 'settle' || onSnapshot === 'stage'
export const bufferIsOneElement = ({ onSnapshot }: DesignRow): boolean => onSnapshot === 'settle'

/** The row of that name; throws with the names there are. */
export function designNamed(name: string): DesignRow {
  const found = [...DESIGNS, FLUSH_ON_LAST_NOTIFY].find((design) => design.name === name || design.id === name)
  if (found === undefined)
    throw new RangeError(`no sink design "${name}"; there are ${DESIGNS.map((d) => d.name).join(', ')}`)
  return found
}
