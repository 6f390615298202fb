// How much may be in flight: a number of requests, and a number of messages that grows by a step with each clean answer
// and halves with each one that hands something back. It also bounds the batch, so that a limit below the batch size
// shrinks the batch instead of stopping the writer.
// Source followed: Flink's CongestionControlRateLimitingStrategy and AIMDScalingStrategy. Read next: batching.ts.
import type { AsyncSinkWriterConfiguration } from './configuration.ts'

export interface RateLimit {
  readonly requests: number
  /** Counted by the size asked for, also where the byte limit made the batch smaller (as Flink's RequestInfo). */
  readonly messages: number
  readonly maxInFlightMessages: number
}

type Limits = Pick<AsyncSinkWriterConfiguration, 'maxBatchSize' | 'maxInFlightRequests'>

const INCREASE_RATE = 10
const DECREASE_FACTOR = 0.5

export const initialRateLimit = ({ maxBatchSize }: Limits): RateLimit => ({
  requests: 0,
  messages: 0,
  maxInFlightMessages: maxBatchSize,
})

export const shouldBlock = (limits: Limits, rate: RateLimit, batchSize: number): boolean =>
  rate.requests >= limits.maxInFlightRequests || rate.messages + batchSize > rate.maxInFlightMessages

export const registerInFlightRequest = (rate: RateLimit, batchSize: number): RateLimit => ({
  ...rate,
  requests: rate.requests + 1,
  messages: rate.messages + batchSize,
})

export const registerCompletedRequest = (
  limits: Limits,
  rate: RateLimit,
  batchSize: number,
  failedMessages: number,
): RateLimit => ({
  requests: rate.requests - 1,
  messages: rate.messages - batchSize,
  maxInFlightMessages:
    failedMessages > 0 ? scaleDown(rate.maxInFlightMessages) : scaleUp(limits, rate.maxInFlightMessages),
})

const scaleUp = ({ maxBatchSize, maxInFlightRequests }: Limits, limit: number): number =>
  Math.min(limit + INCREASE_RATE, maxBatchSize * maxInFlightRequests)

const scaleDown = (limit: number): number => Math.max(1, Math.round(limit * DECREASE_FACTOR))
