// The errors a client of the store sees, in the SDK's shape: the service's error name as `name`, the HTTP status in
// `$metadata.httpStatusCode`. Lost connections and time-outs have no status: whether the write happened is unknown.
// Read next: portWire.ts, gate.ts.
import { errorMessage, errorName, type WireResponse } from './wire.ts'

export class StoreError extends Error {
  override readonly name: string
  readonly $fault: 'client' | 'server'
  readonly $metadata: { readonly httpStatusCode: number; readonly attempts: number; readonly totalRetryDelay: number }

  constructor(response: WireResponse) {
    super(errorMessage(response))
    this.name = errorName(response) ?? 'Unknown'
    this.$fault = response.status < 500 ? 'client' : 'server'
    this.$metadata = { httpStatusCode: response.status, attempts: 1, totalRetryDelay: 0 }
  }
}

/** As the SDK's HTTP handler reports a reset: under the name TimeoutError, told apart by `code`. */
export function connectionReset(): Error {
  return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' })
}

export function requestTimeout(): Error {
  return Object.assign(new Error('the request timed out at the client; the store may still apply it'), {
    name: 'TimeoutError',
  })
}

/**
 * BatchWriteItem always names what it did not process, be it nothing. A success that does not is not the store's answer:
 * taken for "all written" it would lose records without a word.
 */
export function wholeBatchAnswer<Answer extends { readonly UnprocessedItems?: unknown }>(answer: Answer): Answer {
  if (answer.UnprocessedItems === undefined) throw emptyAnswer()
  return answer
}

/** A success without a word: whether anything was written, or what was handed back, is unknown, as after a reset. */
export function emptyAnswer(): Error {
  return Object.assign(new Error('the answer had no body; the store may or may not have applied the request'), {
    name: 'TimeoutError',
  })
}
