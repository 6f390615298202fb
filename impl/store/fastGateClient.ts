// The fast client at the gate: serialised and signed as in production, then its bytes are read again and wait as a wire
// request, the way the SDK's do. The way there and back is counted, as in gateSdkClient.ts.
// Read next: fastClient.ts, gate.ts.

import { HttpRequest } from '@smithy/protocol-http'
import { type FastTransport, fastPort } from './fastClient.ts'
import type { GateClient, StoreGate } from './gate.ts'
import { countedClient, countedHandler } from './gateSdkClient.ts'
import { signer } from './signer.ts'

/** A fresh fast client whose requests wait at `gate` under `label`. */
export function fastGateClient(gate: StoreGate, label: string): GateClient {
  const handler = countedHandler(gate.handler(label), gate)
  const transport: FastTransport = {
    signer: signer({
      credentials: { accessKeyId: 'in-process', secretAccessKey: 'in-process' },
      region: 'us-east-1',
      host: '127.0.0.1:1',
      path: '/',
    }),
    exchange: {
      async send(headers, body) {
        const { response } = await handler.handle(new HttpRequest({ method: 'POST', path: '/', headers, body }))
        return { status: response.statusCode, text: Buffer.from(response.body as Uint8Array).toString('utf8') }
      },
      close: () => {},
    },
  }
  return countedClient(
    fastPort(() => transport),
    gate,
  )
}
