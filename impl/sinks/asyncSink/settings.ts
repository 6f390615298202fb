// The settings every design takes, as those of an async sink writer: what is not named is as in Flink's DynamoDB sink.
// Read next: configuration.ts, ../designs.ts.
import type { SinkSettings } from '../designs.ts'
import { type AsyncSinkWriterConfiguration, DYNAMODB_CONFIGURATION } from './configuration.ts'

export function configurationOf(settings: SinkSettings): AsyncSinkWriterConfiguration {
  const { batchLimit, flushIntervalMs, maxInFlightRequests, maxBufferedRequests, requestTimeoutMs } = settings
  return {
    ...DYNAMODB_CONFIGURATION,
    ...(batchLimit !== undefined && { maxBatchSize: batchLimit }),
    ...(flushIntervalMs !== undefined && { maxTimeInBufferMs: flushIntervalMs }),
    ...(maxInFlightRequests !== undefined && { maxInFlightRequests }),
    ...(maxBufferedRequests !== undefined && { maxBufferedRequests }),
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
  }
}
