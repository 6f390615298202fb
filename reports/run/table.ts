// The table, looked at before anything is written: reachable, there, and with the key that the sink writes.
// Its identity becomes part of the job's: checkpoints say which rows are written, which is true of this table only.
// Read next: ../../impl/sinks/item.ts.
import { setTimeout as wait } from 'node:timers/promises'
import type { TableDescription } from '@aws-sdk/client-dynamodb'
import type { DynamoDbPort } from '../../impl/store/port.ts'
import { UsageError } from '../exit.ts'

export interface TableRequest {
  readonly table: string
  readonly create: boolean
  /** For messages: where it is. */
  readonly where: string
}

const LOOK_EVERY_MS = 50
const CREATE_WITHIN_MS = 60_000

/** Throws UsageError. Returns what tells this table from another of its name. */
export async function prepareTable(port: DynamoDbPort, request: TableRequest): Promise<string> {
  const { table, where } = request
  let found = await describe(port, request)
  if (found === null && !request.create)
    throw new UsageError(`there is no table ${JSON.stringify(table)} at ${where}: --create-table makes it`)
  if (found === null) await asked(where, () => create(port, table))
  const until = performance.now() + CREATE_WITHIN_MS
  while (found?.TableStatus !== 'ACTIVE' && found?.TableStatus !== 'UPDATING') {
    if (performance.now() > until)
      throw new UsageError(
        `table ${JSON.stringify(table)} at ${where} is ${found?.TableStatus ?? 'not there'}, not ACTIVE`,
      )
    await wait(found === null ? 0 : LOOK_EVERY_MS)
    found = await describe(port, request)
  }
  checkKey(found, request)
  return found.TableId ?? String(found.CreationDateTime?.valueOf() ?? '')
}

function checkKey(found: TableDescription, { table, where }: TableRequest): void {
  const schema = found.KeySchema ?? []
  const typeOf = (name: string | undefined) =>
    found.AttributeDefinitions?.find((attribute) => attribute.AttributeName === name)?.AttributeType
  const [hash] = schema
  if (schema.length === 1 && hash?.AttributeName === 'pk' && typeOf('pk') === 'S') return
  const keys = schema.map(({ AttributeName, KeyType }) => `${AttributeName} (${typeOf(AttributeName)}, ${KeyType})`)
  throw new UsageError(
    `table ${JSON.stringify(table)} at ${where} has other keys: expected pk (S, HASH) alone, got ${keys.join(' and ')}`,
  )
}

async function describe(port: DynamoDbPort, { table, where }: TableRequest): Promise<TableDescription | null> {
  return asked(where, async () => {
    try {
      return (await port.describeTable({ TableName: table })).Table ?? null
    } catch (error) {
      if ((error as Error).name === 'ResourceNotFoundException') return null
      throw error
    }
  })
}

async function create(port: DynamoDbPort, table: string): Promise<void> {
  try {
    await port.createTable({
      TableName: table,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
  } catch (error) {
    // Somebody else was faster.
    if ((error as Error).name !== 'ResourceInUseException') throw error
  }
}

/** An answer of the service is told from no answer at all. */
async function asked<T>(where: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const { name, message, code, $metadata } = error as Error & {
      code?: string
      $metadata?: { httpStatusCode?: number }
    }
    const answered = $metadata?.httpStatusCode !== undefined
    const detail = message || code || 'no answer'
    if (name === 'SyntaxError') throw new UsageError(`${where} answers, but not as DynamoDB does: is it the right URL?`)
    throw new UsageError(answered ? `${where} refused: ${name}: ${detail}` : `cannot reach ${where}: ${detail}`)
  }
}
