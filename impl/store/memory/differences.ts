// Where the memory store, dynalite 4.0.0 and AWS's DynamoDB are known to differ, as data that a test executes.
// Rule: memory follows dynalite, the judge it is held to, except where a row says `follows: 'DynamoDB'`.
// What AWS does is its public documentation or general knowledge of it, not a measurement.
// Read next: ../differential.test.ts, which runs each row's probe on both stores and everything else at random.
import type { WireRequest } from '../wire.ts'

/** What a store makes of the probe: an error name, `ok`, or `throws` (no answer at all). */
export type Reaction = string

export interface Difference {
  readonly what: string
  readonly probe: WireRequest
  readonly memory: Reaction
  readonly dynalite: Reaction
  readonly dynamoDb: Reaction
  readonly follows: 'dynalite' | 'DynamoDB' | 'neither'
  readonly why: string
}

const S = (text: string) => ({ S: text })
const put = (Item: object, TableName = 'ttt'): WireRequest => ({ operation: 'PutItem', input: { TableName, Item } })

const deep = (depth: number): object => (depth === 0 ? S('x') : { L: [deep(depth - 1)] })
const batchOf = (prefix: string, count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({ PutRequest: { Item: { pk: S(prefix + i) } } }))
const conditional = (ConditionExpression: string, rest: object = {}): WireRequest => ({
  operation: 'PutItem',
  input: { TableName: 'ttt', Item: { pk: S('a') }, ConditionExpression, ...rest },
})

export const DIFFERENCES: readonly Difference[] = [
  {
    what: 'item of 600 KB in 200,000 characters of three bytes',
    probe: put({ pk: S('a'), v: S('\u20ac'.repeat(200_000)) }),
    memory: 'ValidationException',
    dynalite: 'ok',
    dynamoDb: 'ValidationException',
    follows: 'DynamoDB',
    why: 'dynalite counts UTF-16 units; a sink guards the size before it sends, and must be caught when it miscounts',
  },
  {
    what: 'hash key of 1,000 characters of three bytes',
    probe: put({ pk: S('\u20ac'.repeat(1_000)) }),
    memory: 'ok',
    dynalite: 'ok',
    dynamoDb: 'ValidationException',
    follows: 'dynalite',
    why: 'dynalite counts UTF-16 units',
  },
  {
    what: 'value nested 33 deep',
    probe: put({ pk: S('a'), v: deep(33) }),
    memory: 'ok',
    dynalite: 'ok',
    dynamoDb: 'ValidationException',
    follows: 'dynalite',
    why: 'dynalite does not count depth',
  },
  {
    what: '20 + 20 items in one batch over two tables',
    probe: {
      operation: 'BatchWriteItem',
      input: { RequestItems: { ttt: batchOf('a', 20), uuu: batchOf('b', 20) } },
    },
    memory: 'ok',
    dynalite: 'ok',
    dynamoDb: 'ValidationException',
    follows: 'dynalite',
    why: 'dynalite limits each table to 25, the service the call',
  },
  {
    what: 'attribute without a value (JSON null)',
    probe: put({ pk: S('a'), v: null }),
    memory: 'SerializationException',
    dynalite: 'throws',
    dynamoDb: 'ValidationException',
    follows: 'neither',
    why: 'dynalite fails with a TypeError; over its own HTTP server that ends the process',
  },
  {
    what: 'condition with a function beyond attribute_exists and attribute_not_exists',
    probe: conditional('NOT begins_with(pk, :p)', { ExpressionAttributeValues: { ':p': S('z') } }),
    memory: 'throws',
    dynalite: 'ok',
    dynamoDb: 'ok',
    follows: 'neither',
    why: 'no sink here needs it; also BETWEEN, IN, nested paths and parentheses around an operand',
  },
  {
    what: 'transaction',
    probe: {
      operation: 'TransactWriteItems',
      input: { TransactItems: [{ Put: { TableName: 'ttt', Item: { pk: S('a') } } }] },
    },
    memory: 'ok',
    dynalite: 'UnknownOperationException',
    dynamoDb: 'ok',
    follows: 'DynamoDB',
    why: 'dynalite 4 has no transactions; the memory store follows the documentation of the service',
  },
  {
    what: 'update with arithmetic',
    probe: {
      operation: 'UpdateItem',
      input: {
        TableName: 'ttt',
        Key: { pk: S('a') },
        UpdateExpression: 'SET n = :n - :n',
        ExpressionAttributeValues: { ':n': { N: '1' } },
      },
    },
    memory: 'throws',
    dynalite: 'ok',
    dynamoDb: 'ok',
    follows: 'neither',
    why: 'no sink here needs it; also DELETE, functions, nested paths and ADD to a set',
  },
  {
    what: 'ReturnConsumedCapacity and other fields the memory store does not know',
    probe: conditional('attribute_not_exists(extra)', { ReturnConsumedCapacity: 'TOTAL' }),
    memory: 'throws',
    dynalite: 'ok',
    dynamoDb: 'ok',
    follows: 'neither',
    why: 'ignoring a field in silence would be worse than refusing it',
  },
]

/** Differences a single request cannot show. */
export const UNPROBED: readonly string[] = [
  'A sum of ADD with more than 38 significant digits is refused, as by the service; dynalite stores it.',
  'A false condition answers with the stored item where ReturnValuesOnConditionCheckFailure asks for it; dynalite ignores the field (the gate completes its answer).',
  'A table of the memory store is ACTIVE when CreateTable has answered and gone when DeleteTable has; dynalite needs a timer.',
  'Scan pages without a Limit end at 1 MB by item size; dynalite estimates a compressed size.',
  'Where a refusal of a batch echoes it, a value with two types may be spelled in another order.',
  'Syntax errors of conditions have the same name but not the same message.',
  'dynalite answers a body over 16 MB with HTTP 413 and no error name.',
  'Neither store throttles, leaves items unprocessed or tears a batch; the gate does.',
]
