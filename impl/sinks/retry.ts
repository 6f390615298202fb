// When a request is sent again and after how long. Retries are the sink's own (the SDK client makes one attempt), so
// that every one of them is a decision the world can see. Exponential back-off, bounded, with full jitter.
// Read next: batchWriter.ts.

export interface BackoffPolicy {
  readonly baseMs: number
  /** The delay before jitter never exceeds this; from there on the back-off stays at its last level. */
  readonly maxMs: number
}

export const DEFAULT_BACKOFF: BackoffPolicy = { baseMs: 50, maxMs: 20_000 }

/** The level from which on the delay stays at its bound: with 50 ms and 20 s the tenth, after 9 doublings. */
export const backoffLevels = (policy: BackoffPolicy): number =>
  Math.max(0, Math.ceil(Math.log2(policy.maxMs / policy.baseMs))) + 1

/** Delay before retry number `level` (from 1), drawn uniformly from (0, min(max, base * 2^(level-1))]. */
export function backoffMs(policy: BackoffPolicy, level: number, random: () => number): number {
  const ceiling = Math.min(policy.maxMs, policy.baseMs * 2 ** (level - 1))
  return Math.max(1, Math.round(ceiling * (1 - random())))
}

const RETRYABLE = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'InternalServerError',
  'InternalFailure',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'LimitExceededException',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'NetworkingError',
])
const RETRYABLE_CODES = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND'])

/** Throttling, 5xx and broken connections may pass; a validation error never does. */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (RETRYABLE.has(error.name)) return true
  const { code, $metadata } = error as Error & { code?: string; $metadata?: { httpStatusCode?: number } }
  if (code !== undefined && RETRYABLE_CODES.has(code)) return true
  return ($metadata?.httpStatusCode ?? 0) >= 500
}
