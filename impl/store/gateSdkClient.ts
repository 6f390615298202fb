// The real SDK client at the gate, with its way there and back counted. A call needs about 70 microticks to reach the
// gate, the first one of a process even reads files, and an answer needs some ticks to reach its promise; while any of
// that is under way the gate is busy, so that `quiesce` ends only when the next move is the world's.
// Read next: gate.ts (handler), sdkClient.ts (warmSdk), drain.ts.
import type { HttpHandler } from '@smithy/protocol-http'
import type { GateClient, StoreGate } from './gate.ts'
import { handlerPort, IN_PROCESS } from './sdkClient.ts'
import { tunedSdkPort } from './tunedSdk.ts'

/** A fresh SDK client whose requests wait at `gate` under `label`. */
export function sdkGateClient(gate: StoreGate, label: string): GateClient {
  return countedClient(handlerPort(countedHandler(gate.handler(label), gate)), gate)
}

/** The same with the tuned client; its way to the network is the gate's. */
export const tunedSdkGateClient = (gate: StoreGate, label: string): GateClient =>
  countedClient(
    tunedSdkPort(
      { ...IN_PROCESS, requestHandler: countedHandler(gate.handler(label), gate) },
      { connectTimeoutMs: 1_000, requestTimeoutMs: 1_000 },
      ['less-middleware', 'resolved-once'],
    ),
    gate,
  )

/** Under way from a call until its handler has it, and again until the call settles. */
export function countedClient(port: GateClient, gate: StoreGate): GateClient {
  const call =
    <Input, Output>(send: (input: Input) => Promise<Output>) =>
    (input: Input): Promise<Output> => {
      gate.underway(1)
      const answer = send(input)
      const arrived = (): void => gate.underway(-1)
      answer.then(arrived, arrived)
      return answer
    }
  return {
    batchWriteItem: call(port.batchWriteItem),
    putItem: call(port.putItem),
    updateItem: call(port.updateItem),
    transactWriteItems: call(port.transactWriteItems),
    deleteItem: call(port.deleteItem),
    getItem: call(port.getItem),
    scan: call(port.scan),
    destroy: port.destroy,
  }
}

/** Under way until the gate has the request, and again from the gate's answer until the call settles. */
export function countedHandler(handler: HttpHandler, gate: StoreGate): HttpHandler {
  return {
    ...handler,
    handle(request, options) {
      gate.underway(-1)
      const leaves = (): void => gate.underway(1)
      const answer = handler.handle(request, options)
      // The gate settles `answer` in its own turn, before anything of the client runs.
      answer.then(leaves, leaves)
      return answer
    },
  }
}
