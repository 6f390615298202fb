// What planted sinks are built from: the options of the designs, a client in the place of the right one, a record read
// back from an item. Read next: sinkRows.ts.

import type { HostTime } from '../../impl/runtime/embeddedHost.ts'
import { ListBuffer } from '../../impl/sinks/buffers/listBuffer.ts'
import type { RecordBuffer } from '../../impl/sinks/buffers/recordBuffer.ts'
import type { InspectableSink, SinkSettings } from '../../impl/sinks/designs.ts'
import type { SyncSinkOptions } from '../../impl/sinks/dynamoDbSyncSink.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import { type Item, MAX_BATCH_ITEMS } from '../../impl/sinks/item.ts'
import { DEFAULT_BACKOFF } from '../../impl/sinks/retry.ts'
import type { SinkClient } from '../../impl/store/port.ts'
import type { Planted } from '../world/planted.ts'

type Making = (settings: SinkSettings) => InspectableSink

/** A class with the options of flushOnSnapshot and listStateBuffer, but for what differs. */
export const sinkOf =
  (
    sinkClass: new (options: SyncSinkOptions) => InspectableSink,
    buffer: (settings: SinkSettings) => RecordBuffer = () => new ListBuffer(),
    differs: Partial<SyncSinkOptions> = {},
  ): Making =>
  (settings) =>
    new sinkClass({
      table: settings.table,
      buffer: buffer(settings),
      batchLimit: settings.batchLimit ?? MAX_BATCH_ITEMS,
      flushIntervalMs: settings.flushIntervalMs ?? 1_000,
      backoff: settings.backoff ?? DEFAULT_BACKOFF,
      writeThrough: false,
      flushWhenFull: true,
      onFinish: 'write',
      onClose: 'drop',
      ...differs,
    })

export const withClient = (change: (right: SinkClient) => SinkClient): Planted => ({
  host: ({ client, ...right }) => ({
    ...right,
    client: (closing) => {
      const made = client(closing)
      // Methods of a client may belong to a class.
      return change({
        batchWriteItem: (input) => made.batchWriteItem(input),
        putItem: (input) => made.putItem(input),
        updateItem: (input) => made.updateItem(input),
        transactWriteItems: (input) => made.transactWriteItems(input),
        getItem: (input) => made.getItem(input),
        scan: (input) => made.scan(input),
        destroy: () => made.destroy(),
      })
    },
  }),
})

/** What toItem made of a record. */
export const recordOfItem = ({ pk, version, id, value }: Item): SinkRecord => ({
  key: pk?.S ?? '',
  version: Number(version?.N),
  id: id?.S ?? '',
  value: value?.S ?? '',
})

/** Processing time in which nothing that sleeps wakes. */
export class SleeplessTime implements HostTime {
  readonly sleeps = 0
  readonly #right: HostTime

  constructor(right: HostTime) {
    this.#right = right
  }
  now(): number {
    return this.#right.now()
  }
  registerTimer(delayMs: number, callback: () => void | Promise<void>): () => void {
    return this.#right.registerTimer(delayMs, callback)
  }
  sleep(): Promise<void> {
    return new Promise(() => {})
  }
  get timers(): number {
    return this.#right.timers
  }
  fireTimer(): void | Promise<void> {
    return this.#right.fireTimer()
  }
  wake(): void | Promise<void> {
    return this.#right.wake()
  }
  cancel(): void {
    this.#right.cancel()
  }
}
