// The settings of an async sink writer, named and checked as Flink's AsyncSinkWriterConfiguration names and checks them,
// with the defaults of its DynamoDB sink. Settings that Flink refuses are refused here, in the same relations.
// Read next: writer.ts.
import { MAX_BATCH_BYTES, MAX_ITEM_BYTES } from '../item.ts'

export interface AsyncSinkWriterConfiguration {
  readonly maxBatchSize: number
  readonly maxInFlightRequests: number
  /** A write waits while the buffer holds this many entries. */
  readonly maxBufferedRequests: number
  readonly maxBatchSizeInBytes: number
  readonly maxTimeInBufferMs: number
  readonly maxRecordSizeInBytes: number
  /** After this long a request counts as failed whole, whatever the store does with it later; null: never (Flink < 1.20). */
  readonly requestTimeoutMs: number | null
  /** A request that timed out fails the task; else its entries are sent again. */
  readonly failOnTimeout: boolean
}

export const DYNAMODB_CONFIGURATION: AsyncSinkWriterConfiguration = {
  maxBatchSize: 25,
  maxInFlightRequests: 50,
  maxBufferedRequests: 10_000,
  maxBatchSizeInBytes: MAX_BATCH_BYTES,
  maxTimeInBufferMs: 5_000,
  maxRecordSizeInBytes: MAX_ITEM_BYTES,
  requestTimeoutMs: 600_000,
  failOnTimeout: false,
}

const POSITIVE = [
  'maxBatchSize',
  'maxInFlightRequests',
  'maxBufferedRequests',
  'maxBatchSizeInBytes',
  'maxTimeInBufferMs',
  'maxRecordSizeInBytes',
] as const

/** @throws RangeError naming the setting, what was expected of it and what came. */
export function checkConfiguration(configuration: AsyncSinkWriterConfiguration): void {
  for (const name of POSITIVE) atLeast(name, configuration[name], 1)
  if (configuration.requestTimeoutMs !== null) atLeast('requestTimeoutMs', configuration.requestTimeoutMs, 1)
  const { maxBatchSize, maxBufferedRequests, maxBatchSizeInBytes, maxRecordSizeInBytes } = configuration
  if (maxBufferedRequests <= maxBatchSize)
    throw new RangeError(
      `maxBufferedRequests: expected more than maxBatchSize (${maxBatchSize}), got ${maxBufferedRequests}`,
    )
  if (maxBatchSizeInBytes < maxRecordSizeInBytes)
    throw new RangeError(
      `maxBatchSizeInBytes: expected maxRecordSizeInBytes (${maxRecordSizeInBytes}) or more, got ${maxBatchSizeInBytes}`,
    )
}

function atLeast(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`${name}: expected an integer of ${least} or more, got ${value}`)
}
