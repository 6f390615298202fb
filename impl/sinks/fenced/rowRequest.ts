// A row's write as a request of its own, with or without the fence's condition, in the shape in which it may also stand in
// a transaction. Read next: ../workloads.ts (what is written), fencedWrite.ts, ../staged/inTransactions.ts.
import type { Put, Update } from '@aws-sdk/client-dynamodb'
import type { SinkClient } from '../../store/port.ts'
import type { RowWrite } from '../workloads.ts'

export type RowRequest = { readonly Put: Put } | { readonly Update: Update & { UpdateExpression: string } }

export function plainRequest(table: string, { item, amount }: RowWrite): RowRequest {
  if (amount === undefined) return { Put: { TableName: table, Item: item } }
  const { pk, version, id } = item
  if (pk === undefined || version === undefined || id === undefined)
    throw new Error(`expected key, version and id in a row to add to, got ${Object.keys(item).join(', ')}`)
  return {
    Update: {
      TableName: table,
      Key: { pk },
      UpdateExpression: 'SET version = :version, id = :id ADD amount :amount',
      ExpressionAttributeValues: { ':version': version, ':id': id, ':amount': { N: amount } },
    },
  }
}

/** Passes only where the table has nothing of the row, or something older. */
export function fencedRequest(table: string, write: RowWrite): RowRequest {
  const condition = {
    ConditionExpression: 'attribute_not_exists(pk) OR version < :version',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const
  const request = plainRequest(table, write)
  if ('Update' in request) return { Update: { ...request.Update, ...condition } }
  const { version } = write.item
  if (version === undefined) throw new Error('expected a version in a row behind the fence')
  return { Put: { ...request.Put, ...condition, ExpressionAttributeValues: { ':version': version } } }
}

export const sendRequest = (client: SinkClient, request: RowRequest): Promise<object> =>
  'Put' in request ? client.putItem(request.Put) : client.updateItem(request.Update)
