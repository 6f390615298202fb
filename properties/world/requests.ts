// Whose request is whose: clients are labelled by subtask and attempt, and a label is all that the gate knows of them.
// Read next: world.ts (who makes the clients), worldSteps.ts.
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { GateItem, GateRequest, StoreGate } from '../../impl/store/gate.ts'
import type { Item } from '../../impl/store/wire.ts'

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

/** Which record of the input an item of a request is about, by number. */
export type NumberOf = (request: GateRequest, item: GateItem) => number

/** A row says it by its id, an addition by the id that it sets, a delete by its key, of which the input has one delete. */
export function numbering(records: readonly SinkRecord[]): NumberOf {
  const deletes = new Map(records.flatMap(({ key, id, op }) => (op === 'delete' ? [[key, id]] : [])))
  return ({ wire }, { kind, key, attributes }) => {
    if (kind === 'delete') return Number(deletes.get(key))
    if (kind === 'put') return Number(attributes.id?.S)
    const { ':id': id } = (wire.input.ExpressionAttributeValues ?? {}) as Item
    return Number(id?.S)
  }
}

/** Which records a request holds, as a bit set. */
export const mask = (request: GateRequest, numberOf: NumberOf): number =>
  request.items.reduce((bits, item) => bits | (1 << (numberOf(request, item) - 1)), 0)
