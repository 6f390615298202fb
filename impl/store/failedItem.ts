// What a write whose condition failed says of the stored item: where it asks for it (ReturnValuesOnConditionCheckFailure),
// the service answers with the item that the condition was false of. dynalite leaves it out, so the gate completes its
// answers from the item it has seen before the write; a client without a gate must be able to read for itself.
// Read next: appliedWrites.ts, memory/singleItem.ts.
import { errorName, type Item, type WireObject, type WireResponse } from './wire.ts'

export function withFailedItem(input: WireObject, response: WireResponse, stored: Item | undefined): WireResponse {
  if (stored === undefined || input.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD') return response
  if (errorName(response) !== 'ConditionalCheckFailedException') return response
  return { status: response.status, body: { ...response.body, Item: stored } }
}
