// TransactWriteItems in the memory store: up to 100 puts, updates and deletes of different rows, all of them or none.
// dynalite has no transactions, so nothing holds this to another author's store; it follows the service's documentation
// (reasons in the order of the request, the stored item where the condition asks for it). The request token is taken and
// not remembered: every call is a transaction of its own. Left out: ConditionCheck.
// Read next: singleItem.ts (what each part does), memoryStore.ts.
import type { Item, WireObject, WireResponse } from '../wire.ts'
import { errorName, errorResponse } from '../wire.ts'
import { detected } from './batchWrite.ts'
import { Refusal, UnsupportedByMemoryStore, validation } from './refusal.ts'
import { deleteItem, putItem, requireSupported, updateItem } from './singleItem.ts'
import type { Table } from './table.ts'
import { keyText } from './tableKey.ts'

type TableOf = (name: string) => Table
type Part = Readonly<Record<string, WireObject | undefined>>

const MAX_PARTS = 100
const FIELDS = new Set(['TransactItems', 'ClientRequestToken'])
const OPERATIONS = { Put: putItem, Update: updateItem, Delete: deleteItem } as const

export function transactWrite(input: WireObject, tableOf: TableOf): WireResponse {
  requireSupported('TransactWriteItems', FIELDS, input)
  const parts = checkedParts(input.TransactItems as readonly Part[] | undefined)
  const undo: (() => void)[] = []
  const seen = new Set<string>()
  try {
    const reasons = parts.map(({ kind, request }) => {
      const table = tableOf(String(request.TableName))
      const key = (request.Item ?? request.Key ?? {}) as Item
      const row = `${table.name} ${keyText(key, table.schema)}`
      if (seen.has(row)) throw validation('Transaction request cannot include multiple operations on one item')
      seen.add(row)
      const before = table.get(key)
      try {
        OPERATIONS[kind](request, tableOf)
      } catch (error) {
        return reasonOf(error)
      }
      undo.push(() => (before === undefined ? table.delete(key) : table.put(before)))
      return { Code: 'None' }
    })
    if (reasons.every(({ Code }) => Code === 'None')) return { status: 200, body: {} }
    throw new Refusal(cancelled(reasons))
  } catch (error) {
    for (const each of undo) each()
    throw error
  }
}

function checkedParts(
  parts: readonly Part[] | undefined,
): readonly { kind: keyof typeof OPERATIONS; request: WireObject }[] {
  const count = parts?.length ?? 0
  if (parts === undefined || count === 0 || count > MAX_PARTS) {
    const bound = count === 0 ? 'greater than or equal to 1' : `less than or equal to ${MAX_PARTS}`
    throw detected([`Value at 'transactItems' failed to satisfy constraint: Member must have length ${bound}`])
  }
  return parts.map((part) => {
    const [kind, ...more] = Object.keys(part).filter((name) => part[name] !== undefined)
    if (kind === undefined || more.length > 0) {
      throw validation('TransactItems can only contain one of Check, Put, Update or Delete')
    }
    if (!(kind in OPERATIONS)) throw new UnsupportedByMemoryStore(`${kind} in transactions`)
    return { kind: kind as keyof typeof OPERATIONS, request: part[kind] as WireObject }
  })
}

interface Reason {
  readonly Code: string
  readonly Message?: string
  readonly Item?: unknown
}

/** What no other try could mend is a refusal of the whole request. */
function reasonOf(error: unknown): Reason {
  if (!(error instanceof Refusal) || errorName(error.response) !== 'ConditionalCheckFailedException') throw error
  const { Item: item } = error.response.body
  const reason = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' }
  return item === undefined ? reason : { ...reason, Item: item }
}

function cancelled(reasons: readonly Reason[]): WireResponse {
  const codes = reasons.map(({ Code }) => Code).join(', ')
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`
  const { status, body } = errorResponse('TransactionCanceledException', message)
  return { status, body: { ...body, CancellationReasons: reasons } }
}
