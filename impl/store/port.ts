// The store as sinks and tests see it: the operations of DynamoDB that this project uses, in the SDK's own input and
// output shapes, so that a transport is either the real SDK client or something that answers in its place.
// Read next: memory/memoryStore.ts, dynalite.ts, gate.ts (the fault layer between a client and its store).
import type {
  BatchWriteItemCommandInput,
  BatchWriteItemCommandOutput,
  CreateTableCommandInput,
  CreateTableCommandOutput,
  DeleteItemCommandInput,
  DeleteItemCommandOutput,
  DeleteTableCommandInput,
  DeleteTableCommandOutput,
  DescribeTableCommandInput,
  DescribeTableCommandOutput,
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  PutItemCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
  TransactWriteItemsCommandInput,
  TransactWriteItemsCommandOutput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb'

type Answer<Output> = Omit<Output, '$metadata'>

/** Every call rejects with an Error whose `name` is the service's error name, e.g. `ValidationException`. */
export interface DynamoDbPort {
  batchWriteItem(input: BatchWriteItemCommandInput): Promise<Answer<BatchWriteItemCommandOutput>>
  putItem(input: PutItemCommandInput): Promise<Answer<PutItemCommandOutput>>
  updateItem(input: UpdateItemCommandInput): Promise<Answer<UpdateItemCommandOutput>>
  deleteItem(input: DeleteItemCommandInput): Promise<Answer<DeleteItemCommandOutput>>
  /** Not every endpoint has it: dynalite answers UnknownOperationException. */
  transactWriteItems(input: TransactWriteItemsCommandInput): Promise<Answer<TransactWriteItemsCommandOutput>>
  getItem(input: GetItemCommandInput): Promise<Answer<GetItemCommandOutput>>
  scan(input: ScanCommandInput): Promise<Answer<ScanCommandOutput>>
  createTable(input: CreateTableCommandInput): Promise<Answer<CreateTableCommandOutput>>
  deleteTable(input: DeleteTableCommandInput): Promise<Answer<DeleteTableCommandOutput>>
  describeTable(input: DescribeTableCommandInput): Promise<Answer<DescribeTableCommandOutput>>
  destroy(): void
}

/** What the sinks of this project need of the store; one attempt a call: retries are the sink's own. */
export type SinkClient = Pick<
  DynamoDbPort,
  'batchWriteItem' | 'putItem' | 'updateItem' | 'transactWriteItems' | 'getItem' | 'scan' | 'destroy'
>
