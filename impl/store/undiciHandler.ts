// undici behind the SDK's own interface for request handlers: the client above it serialises, signs and retries as ever.
// An answer's headers go up with it, because the SDK reads the request's id and the server's clock from them.
// Read next: undiciExchange.ts, tunedSdk.ts.
import { type HttpHandler, HttpResponse } from '@smithy/protocol-http'
import type { Exchange } from './fastClient.ts'
import { type ExchangeLimits, undiciExchange } from './undiciExchange.ts'

/** Connects where the first request goes, and further where others do: the SDK may have an address for each account. */
export function undiciHandler(limits: ExchangeLimits): HttpHandler {
  const exchanges = new Map<string, Exchange>()
  const exchangeTo = (address: string): Exchange => {
    const known = exchanges.get(address)
    if (known !== undefined) return known
    const opened = undiciExchange({ url: new URL(address), ...limits })
    exchanges.set(address, opened)
    return opened
  }
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle({ protocol, hostname, port, path, headers, body }) {
      const address = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`
      const answer = await exchangeTo(address).send(headers, body as Buffer | string)
      const { status, text, headers: answered = {} } = answer
      return { response: new HttpResponse({ statusCode: status, headers: flat(answered), body: Buffer.from(text) }) }
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {
      for (const exchange of exchanges.values()) exchange.close()
      exchanges.clear()
    },
  }
}

const flat = (headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
