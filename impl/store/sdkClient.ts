// A DynamoDbPort over the real AWS SDK client: against an endpoint, or in process through a request handler.
// One attempt a call: retries are the sink's own (the SDK's would resend behind its back, sleep on real timers and draw
// from Math.random), and a fresh client per attempt, because a client carries state such as its retry quota.
// Read next: endpoint.ts (where a client connects to, from flags and environment), smithyHandler.ts, tunedSdk.ts.
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { HttpHandler } from '@smithy/protocol-http'
import type { DynamoDbPort } from './port.ts'
import { smithyHandler } from './smithyHandler.ts'
import { wholeBatchAnswer } from './storeError.ts'

// The SDK warns once a process that releases of 2027 will need Node 22; ours is pinned. The variable is the SDK's own
// switch for that warning, and a user who sets it to anything else keeps it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

/** The SDK client in process: signs and serialises as always, then hands the request to `handler`. */
export function handlerPort(handler: HttpHandler): DynamoDbPort {
  return sdkPort({ ...IN_PROCESS, requestHandler: handler })
}

/** For a client that opens no connection. */
export const IN_PROCESS = {
  endpoint: 'http://127.0.0.1:1',
  region: 'us-east-1',
  credentials: { accessKeyId: 'in-process', secretAccessKey: 'in-process' },
} as const

export const sdkPort = (config: DynamoDBClientConfig): DynamoDbPort =>
  clientPort(new DynamoDBClient({ ...config, maxAttempts: 1 }))

export function clientPort(client: DynamoDBClient): DynamoDbPort {
  return {
    batchWriteItem: (input) => client.send(new BatchWriteItemCommand(input)).then(wholeBatchAnswer),
    putItem: (input) => client.send(new PutItemCommand(input)),
    updateItem: (input) => client.send(new UpdateItemCommand(input)),
    transactWriteItems: (input) => client.send(new TransactWriteItemsCommand(input)),
    deleteItem: (input) => client.send(new DeleteItemCommand(input)),
    getItem: (input) => client.send(new GetItemCommand(input)),
    scan: (input) => client.send(new ScanCommand(input)),
    createTable: (input) => client.send(new CreateTableCommand(input)),
    deleteTable: (input) => client.send(new DeleteTableCommand(input)),
    describeTable: (input) => client.send(new DescribeTableCommand(input)),
    destroy: () => client.destroy(),
  }
}

/**
 * The first request of a process reads shared configuration files and loads code; after that a client needs microtasks
 * only. Await this once before requests of several clients are put in an order.
 */
export async function warmSdk(): Promise<void> {
  const port = handlerPort(smithyHandler(async () => ({ status: 200, body: {} })))
  await port.getItem({ TableName: 'warm', Key: { pk: { S: 'warm' } } })
  port.destroy()
}
