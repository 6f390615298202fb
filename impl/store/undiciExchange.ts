// HTTP by undici, without streams: the answer's chunks are joined as they come. Connections are kept and one request at a
// time is on each, so that a slow answer holds up nobody else's. Its errors get the names that the SDK's handler gives.
// Read next: fastClient.ts, undiciHandler.ts, storeError.ts.
import { Pool } from 'undici'
import type { Exchange, HttpAnswer } from './fastClient.ts'
import { connectionReset, requestTimeout } from './storeError.ts'

export interface ExchangeLimits {
  readonly connectTimeoutMs: number
  readonly requestTimeoutMs: number
  /** Default: as many as the SDK's handler keeps. */
  readonly connections?: number
}

const CONNECTIONS = 50

export function undiciExchange({
  url,
  connectTimeoutMs,
  requestTimeoutMs,
  connections = CONNECTIONS,
}: ExchangeLimits & { readonly url: URL }): Exchange {
  const pool = new Pool(url.origin, {
    connections,
    pipelining: 1,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
  })
  return {
    send: (headers, body) =>
      new Promise<HttpAnswer>((resolve, reject) => {
        let status = 0
        let answered: HttpAnswer['headers']
        const chunks: Buffer[] = []
        pool.dispatch(
          { method: 'POST', path: url.pathname, headers, body },
          {
            onRequestStart() {},
            onResponseStart(_controller, code, answerHeaders) {
              status = code
              answered = answerHeaders
            },
            onResponseData(_controller, chunk) {
              chunks.push(chunk)
            },
            onResponseEnd() {
              const [first] = chunks
              const text = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
              resolve({ status, headers: answered, text: text.toString('utf8') })
            },
            onResponseError(_controller, error) {
              reject(named(error))
            },
          },
        )
      }),
    close: () => void pool.destroy(),
  }
}

/** As the SDK's handler reports them: a cut connection, a time-out; the system's own codes stay as they are. */
function named(error: Error & { code?: string }): Error {
  if (error.code === 'UND_ERR_SOCKET') return connectionReset()
  return error.code?.endsWith('_TIMEOUT') === true ? requestTimeout() : error
}
