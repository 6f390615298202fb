// Whose request is whose: clients are labelled by subtask and attempt, and a label is all that the gate knows of them.
// Read next: world.ts (who makes the clients), worldSteps.ts.
import type { GateRequest, StoreGate } from '../../impl/store/gate.ts'

/** `sink0@1`, and `sink0@1!close` for the client that close() writes with after a failover. */
export const clientLabel = (subtask: number, attempt: number, closing: boolean): string =>
  `sink${subtask}@${attempt}${closing ? '!close' : ''}`

/** An open request of a subtask, number 0 the oldest. */
export function requestOf({ requests }: StoreGate, subtask: number, at = 0): GateRequest | undefined {
  const prefix = `sink${subtask}@`
  let before = 0
  for (const request of requests) if (request.client.startsWith(prefix) && before++ === at) return request
  return undefined
}

/** The store refuses a batch that repeats a key, whatever else may happen to it. */
export function repeatsKey({ items }: GateRequest): boolean {
  for (let i = 1; i < items.length; i++)
    for (let j = 0; j < i; j++) if (items[i]?.attributes.pk?.S === items[j]?.attributes.pk?.S) return true
  return false
}

/** Which records a request holds, as a bit set. */
export const mask = (request: GateRequest): number =>
  request.items.reduce((bits, item) => bits | (1 << (Number(item.attributes.id?.S) - 1)), 0)
