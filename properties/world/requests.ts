// Whose request is whose: clients are labelled by subtask and attempt, and a label is all that the gate knows of them.
// Read next: world.ts (who makes the clients), worldSteps.ts.
import type { GateRequest, StoreGate } from '../../impl/store/gate.ts'

/** `sink0@1`, and `sink0@1!close` for the client that close() writes with after a failover. */
export const clientLabel = (subtask: number, attempt: number, closing: boolean): string =>
  `sink${subtask}@${attempt}${closing ? '!close' : ''}`

/** The open request of a subtask: these designs have one at a time. */
export function requestOf({ requests }: StoreGate, subtask: number): GateRequest | undefined {
  const prefix = `sink${subtask}@`
  for (const request of requests) if (request.client.startsWith(prefix)) return request
  return undefined
}
