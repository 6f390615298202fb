// A Smithy request handler: what the real SDK client calls instead of opening a connection.
// The whole client (serialiser, signer, middleware, deserialiser) runs as in production; only the network is replaced.
// Read next: gate.ts and dynalite.ts, which answer; sdkClient.ts, which builds the client.
import { type HttpHandler, HttpResponse } from '@smithy/protocol-http'
import { WIRE_OPERATIONS, type WireObject, type WireOperation, type WireRequest, type WireResponse } from './wire.ts'

type SmithyRequest = Parameters<HttpHandler['handle']>[0]
type SmithyResponse = Awaited<ReturnType<HttpHandler['handle']>>

const encoder = new TextEncoder()

export function smithyHandler(answer: (request: WireRequest) => Promise<WireResponse>): HttpHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request): Promise<SmithyResponse> {
      const { status, body } = await answer(wireRequestOf(request))
      return smithyResponse(status, { 'content-type': 'application/x-amz-json-1.0' }, JSON.stringify(body))
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {},
  }
}

export function smithyResponse(status: number, headers: Record<string, string>, body: string): SmithyResponse {
  return { response: new HttpResponse({ statusCode: status, headers, body: encoder.encode(body) }) }
}

/** The SDK's bodies are byte arrays of a kind that warns on stderr when used as text, hence the plain view of them. */
export function bodyText({ body }: SmithyRequest): string {
  if (body === undefined) return ''
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  throw new Error(`expected a request body of text or bytes, got ${Object.prototype.toString.call(body)}`)
}

function wireRequestOf(request: SmithyRequest): WireRequest {
  const target = request.headers['x-amz-target'] ?? ''
  const operation = target.slice(target.indexOf('.') + 1) as WireOperation
  if (!WIRE_OPERATIONS.includes(operation)) {
    throw new Error(`expected one of ${WIRE_OPERATIONS.join(', ')}, got ${JSON.stringify(target)}`)
  }
  return { operation, input: JSON.parse(bodyText(request)) as WireObject }
}
