// What an outcome does to a request: which of its items reach the backend and which answer its client gets.
// Two rules. What the service would refuse whatever its load is refused by the service itself: the real answer wins
// over the planned fault. And a fault never invents a write: it only takes items away or withholds the answer.
// Read next: gate.ts.
import type { GateItem, GateRequest, PendingRequest } from './gateRequest.ts'
import { wouldBeRefused } from './memory/batchWrite.ts'
import { errorResponse, type WireRequest, type WireResponse, type WriteRequest } from './wire.ts'

export type RefusalName =
  | 'ProvisionedThroughputExceededException'
  | 'ThrottlingException'
  | 'InternalServerError'
  | 'ServiceUnavailable'
  | 'ValidationException'

/** `items` and `applied` are indices into GateRequest.items. */
export type Outcome =
  | { readonly kind: 'ok' }
  /** The named items are handed back in UnprocessedItems, the others are applied. */
  | { readonly kind: 'unprocessed'; readonly items: readonly number[] }
  /** Nothing is applied; throttled unless named otherwise. */
  | { readonly kind: 'refused'; readonly error?: RefusalName }
  /** The named items are applied, then the answer is an InternalServerError. */
  | { readonly kind: 'torn'; readonly applied: readonly number[] }

export interface Plan {
  /** What goes to the backend; null where nothing does. */
  readonly wire: WireRequest | null
  /** The items in it. */
  readonly written: readonly GateItem[]
  readonly answer: GateRequest['answer']
  readonly unprocessed: readonly number[]
  /** Replaces the backend's answer where that is a success. */
  readonly response: WireResponse | null
}

const STATUS: Readonly<Record<RefusalName, number>> = {
  ProvisionedThroughputExceededException: 400,
  ThrottlingException: 400,
  ValidationException: 400,
  InternalServerError: 500,
  ServiceUnavailable: 503,
}

export function planOutcome(request: PendingRequest, outcome: Outcome, keys: readonly string[]): Plan {
  checkOutcome(request, outcome)
  if (outcome.kind === 'ok' || wouldBeRefused(request.wire, keys)) {
    return { wire: request.wire, written: request.items, answer: 'ok', unprocessed: [], response: null }
  }
  switch (outcome.kind) {
    case 'refused':
      return { wire: null, written: [], answer: 'refused', unprocessed: [], response: refusal(outcome.error) }
    case 'unprocessed': {
      const unprocessed = [...outcome.items].sort((a, b) => a - b)
      const rest = request.items.filter((_, i) => !unprocessed.includes(i))
      const handedBack = unprocessed.map((i) => request.items[i] as GateItem)
      const response = { status: 200, body: { UnprocessedItems: requestItems(handedBack) } }
      return { ...part(rest), answer: 'unprocessed', unprocessed, response }
    }
    case 'torn': {
      const applied = request.items.filter((_, i) => outcome.applied.includes(i))
      return { ...part(applied), answer: 'torn', unprocessed: [], response: refusal('InternalServerError') }
    }
  }
}

function refusal(name: RefusalName = 'ProvisionedThroughputExceededException'): WireResponse {
  return errorResponse(name, `injected by the gate: ${name}`, STATUS[name])
}

function part(written: readonly GateItem[]): Pick<Plan, 'wire' | 'written'> {
  if (written.length === 0) return { wire: null, written }
  return { wire: { operation: 'BatchWriteItem', input: { RequestItems: requestItems(written) } }, written }
}

function requestItems(items: readonly GateItem[]): Record<string, WriteRequest[]> {
  const tables: Record<string, WriteRequest[]> = {}
  for (const { table, kind, attributes } of items) {
    let list = tables[table]
    if (list === undefined) {
      list = []
      tables[table] = list
    }
    list.push(kind === 'put' ? { PutRequest: { Item: attributes } } : { DeleteRequest: { Key: attributes } })
  }
  return tables
}

function checkOutcome(request: PendingRequest, outcome: Outcome): void {
  switch (outcome.kind) {
    case 'ok':
      return
    case 'refused':
      if (outcome.error === undefined || outcome.error in STATUS) return
      throw new Error(
        `outcome refused for ${request.describe()}: expected one of ${Object.keys(STATUS).join(', ')}, ` +
          `got ${JSON.stringify(outcome.error)}`,
      )
    case 'unprocessed':
      checkIndices(request, 'unprocessed.items', outcome.items)
      if (outcome.items.length > 0) return
      throw new Error(`outcome unprocessed for ${request.describe()}: expected at least one item, got none; use ok`)
    case 'torn':
      checkIndices(request, 'torn.applied', outcome.applied)
      return
    default:
      throw new Error(
        `outcome for ${request.describe()}: expected the kind ok, unprocessed, refused or torn, ` +
          `got ${JSON.stringify(outcome)}`,
      )
  }
}

function checkIndices(request: PendingRequest, field: string, indices: readonly number[]): void {
  if (request.operation !== 'BatchWriteItem') {
    throw new Error(`outcome ${field} for ${request.describe()}: only a BatchWriteItem can be applied in part`)
  }
  for (const index of indices) {
    if (Number.isInteger(index) && index >= 0 && index < request.items.length) continue
    throw new Error(
      `outcome ${field} for ${request.describe()}: expected indices from 0 to ${request.items.length - 1}, got ${index}`,
    )
  }
  if (new Set(indices).size !== indices.length) {
    throw new Error(`outcome ${field} for ${request.describe()}: expected each index once, got [${indices.join(', ')}]`)
  }
}
