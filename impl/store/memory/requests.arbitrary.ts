// Random requests for the differential test: mostly valid, over few keys so that they meet, with every kind of fault
// the stores can be made to refuse. The lists at the end name what a run must have seen at least once.
import fc from 'fast-check'
import type { TableShape, WireRequest } from '../wire.ts'

export const TABLES: readonly TableShape[] = [
  { name: 'ttt' },
  { name: 'nnn', hash: { name: 'pk', type: 'N' } },
  { name: 'bbb', hash: { name: 'pk', type: 'B' } },
  { name: 'rrr', range: { name: 'sk', type: 'N' } },
  { name: 'sss', hash: { name: 'pk', type: 'N' }, range: { name: 'sk', type: 'S' } },
]

type Json = unknown

const NUMBERS = ['0', '-0', '1', '2', '10', '-7', '01.50', '1.5', '1e3', '1000', '.5', '5.', '0.000', '-0.25', '1E-3']
const EDGE_NUMBERS = [`${'9'.repeat(38)}`, '1e125', '-1e125', '1e-130', '123456789012345678.5', '100', '-100', '99.9']
const BAD_NUMBERS = ['', 'abc', '1e126', '1e-131', '9'.repeat(39), '+1', '0x10', ' 1', '1 ', 'NaN', '.', '-', '1e']

const number = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 2, arbitrary: fc.constantFrom(...EDGE_NUMBERS) },
)
const text = fc.constantFrom('', 'x', 'y', 'ü', '€', '😀', 'a b', '"')
const base64 = fc.constantFrom('AQ==', 'AQI=', '////', '')

const goodValue: fc.Arbitrary<Json> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ S: text }) },
  { weight: 5, arbitrary: fc.record({ N: number }) },
  fc.record({ B: base64 }),
  fc.record({ BOOL: fc.boolean() }),
  fc.constant({ NULL: true }),
  fc.record({ SS: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }) }),
  fc.record({ NS: fc.uniqueArray(fc.constantFrom('1', '2', '3.0'), { minLength: 1, maxLength: 3 }) }),
  fc.record({ BS: fc.uniqueArray(base64, { minLength: 1, maxLength: 2 }) }),
  fc.constantFrom({ L: [] }, { L: [{ S: 'x' }, { N: '01' }] }, { M: {} }, { M: { a: { N: '1.0' }, b: { L: [] } } }),
)

/** Values the service refuses, each for another reason; also tried one by one. */
export const BAD_VALUES: readonly Json[] = [
  {},
  { S: null },
  { X: 'x' },
  { S: 'x', N: '1' },
  { N: 'z', S: 'x' },
  { NULL: false },
  { SS: [] },
  { SS: ['a', 'a'] },
  { NS: [] },
  { NS: ['1', '1.0'] },
  { NS: ['1', 'q'] },
  { BS: [] },
  { BS: ['AQ==', 'AQ=='] },
  { L: [{ N: 'q' }] },
  { M: { a: { SS: [] } } },
  { L: [{}] },
  { S: 5 },
  { S: 5.5 },
  { S: true },
  { N: false },
  { S: ['x'] },
  { S: { a: 1 } },
  { SS: 'x' },
  { SS: { a: 1 } },
  { SS: [1] },
  { B: 5 },
  { B: 'A' },
  { B: 'AR==' },
  { M: [] },
  { M: 'x' },
  { L: {} },
  { BOOL: {} },
  { BOOL: [] },
  { BOOL: 1 },
  { BOOL: 'perhaps' },
  ...BAD_NUMBERS.map((N) => ({ N })),
]
const badValue = fc.constantFrom(...BAD_VALUES)

const value = fc.oneof({ weight: 30, arbitrary: goodValue }, { weight: 1, arbitrary: badValue })

const KEYS: Record<string, fc.Arbitrary<Json>> = {
  S: fc.constantFrom('a', 'b', '1', 'é', '12').map((S) => ({ S })),
  N: fc
    .constantFrom('1', '1.0', '2', '21', '-3', '-30', '0', '1e2', '0.5', '-0.25', '123.456', '-1e-7')
    .map((N) => ({ N })),
  B: fc.constantFrom('AQ==', 'AQI=', '////').map((B) => ({ B })),
}

const badKey: fc.Arbitrary<Json> = fc.constantFrom<Json[]>(
  { S: '' },
  { B: '' },
  { S: 'k'.repeat(2049) },
  { S: 'k'.repeat(2048) },
  { B: Buffer.alloc(2049).toString('base64') },
  { BOOL: true },
  { N: 'abc' },
  { S: 'wrong type' },
  { N: '7' },
  {},
)

function attribute(type: string): fc.Arbitrary<Json> {
  return fc.oneof({ weight: 12, arbitrary: KEYS[type] as fc.Arbitrary<Json> }, { weight: 1, arbitrary: badKey })
}

function keyOf({ hash, range }: TableShape): fc.Arbitrary<Record<string, Json>> {
  const good = fc.record({
    pk: attribute(hash?.type ?? 'S'),
    ...(range === undefined ? {} : { sk: attribute(range.type) }),
  })
  const odd = fc.tuple(good, fc.constantFrom('missing', 'extra')).map(([key, how]) => {
    const { pk, ...rest } = key
    return how === 'missing' ? rest : { ...key, more: { S: 'x' } }
  })
  return fc.oneof({ weight: 20, arbitrary: good }, { weight: 1, arbitrary: odd })
}

const BIG = [
  { v: { S: 'x'.repeat(409_600) } },
  { v: { S: 'x'.repeat(409_596) } },
  { v: { S: 'x'.repeat(409_597) } },
  { v: { SS: ['x'.repeat(300_000), 'y'.repeat(109_597)] } },
  { v: { N: '9'.repeat(38) }, w: { S: 'x'.repeat(409_560) } },
  { v: { N: '-7' }, w: { S: 'x'.repeat(409_592) } },
  { v: { N: '-7' }, w: { S: 'x'.repeat(409_593) } },
]

function itemOf(table: TableShape): fc.Arbitrary<Record<string, Json>> {
  const attributes = fc.dictionary(fc.constantFrom('version', 'v', 'tags'), value, { maxKeys: 3 })
  const small = fc.tuple(keyOf(table), attributes).map(([key, rest]) => ({ ...rest, ...key }))
  // At the very limit of 400 KB a key of one byte: of others the two stores count differently (differences.ts).
  const big = fc
    .tuple(keyOf(table), fc.constantFrom<Record<string, Json>[]>(...BIG))
    .map(([key, rest]) => ({ ...rest, ...key, ...(table.hash === undefined ? { pk: { S: 'a' } } : {}) }))
  return fc.oneof({ weight: 60, arbitrary: small }, { weight: 1, arbitrary: big })
}

const table = fc.constantFrom(...TABLES)
const oddTableName = fc.constantFrom<Json[]>('nope', 'no', '', 'bad name!', 'x'.repeat(256), null, 'ttt')

const named = (operation: WireRequest['operation'], input: fc.Arbitrary<Record<string, Json>>) =>
  fc
    .tuple(input, fc.oneof({ weight: 25, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: oddTableName }))
    .map(([fields, name]): WireRequest => {
      if (name === undefined) return { operation, input: fields }
      const { TableName: _, ...rest } = fields
      return { operation, input: name === null ? rest : { ...rest, TableName: name } }
    })

export interface Condition {
  readonly ConditionExpression?: Json
  readonly ExpressionAttributeNames?: Json
  readonly ExpressionAttributeValues?: Json
}
const one = { ':v': { N: '1.0' } }
export const CONDITIONS: readonly Condition[] = [
  { ConditionExpression: 'attribute_not_exists(pk)' },
  { ConditionExpression: 'attribute_exists(pk)' },
  { ConditionExpression: 'attribute_exists ( version ) AND NOT attribute_exists(v)' },
  ...['=', '<>', '<', '<=', '>', '>='].map((operator) => ({
    ConditionExpression: `version ${operator} :v`,
    ExpressionAttributeValues: one,
  })),
  ...['=', '<>', '<', '<=', '>', '>='].map((operator) => ({ ConditionExpression: `v ${operator} version` })),
  { ConditionExpression: 'attribute_not_exists(pk) OR version < :v', ExpressionAttributeValues: one },
  {
    ConditionExpression: '(attribute_not_exists(#p) or #n <= :v) and not (v = :w OR v = :x)',
    ExpressionAttributeNames: { '#p': 'pk', '#n': 'version' },
    ExpressionAttributeValues: { ':v': { N: '2' }, ':w': { S: 'x' }, ':x': { BOOL: true } },
  },
  { ConditionExpression: ':v < version', ExpressionAttributeValues: { ':v': { N: '1.25' } } },
  { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': { SS: ['y', 'x'] } } },
  { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': { SS: ['x', 'y', 'ü', '', '€', '"'] } } },
  { ConditionExpression: 'v < :v', ExpressionAttributeValues: { ':v': { B: 'AQI=' } } },
  { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': { L: [] } } },
  { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': { M: {} } } },
  // Refused.
  { ConditionExpression: '' },
  { ConditionExpression: 'value = :v', ExpressionAttributeValues: one },
  { ConditionExpression: '((version = :v))', ExpressionAttributeValues: one },
  { ConditionExpression: '((version = :v) AND attribute_exists(pk))', ExpressionAttributeValues: one },
  { ConditionExpression: 'version = :missing' },
  { ConditionExpression: '#missing = :v', ExpressionAttributeValues: one },
  { ConditionExpression: 'attribute_exists(:v)', ExpressionAttributeValues: one },
  { ConditionExpression: 'attribute_exists(pk, v)' },
  { ConditionExpression: 'no_such_function(pk)' },
  { ConditionExpression: 'version = version' },
  { ConditionExpression: 'version = ' },
  { ConditionExpression: 'version == :v', ExpressionAttributeValues: one },
  { ConditionExpression: 'version = :v AND', ExpressionAttributeValues: one },
  { ConditionExpression: 'NOT NOT version = :v', ExpressionAttributeValues: one },
  { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: one },
  { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeNames: { '#n': 'v' } },
  { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeNames: {} },
  { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: {} },
  { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeNames: { n: 'v' } },
  { ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: { v: { S: 'x' } } },
  { ConditionExpression: 'version = :v', ExpressionAttributeValues: { ':v': { N: 'abc' } } },
  { ConditionExpression: 'version = :v', ExpressionAttributeValues: { ':v': { S: 7 } } },
  { ExpressionAttributeNames: { '#n': 'v' } },
  { ExpressionAttributeValues: one },
]

export interface Update extends Condition {
  readonly UpdateExpression?: Json
}
const AMOUNTS = ['0', '1', '-1', '2.5', '-0.25', '1e3', '123456789012345678.5', '-7']
const amount = (N: string) => ({ ExpressionAttributeValues: { ':n': { N } } })
/** ADD goes to an attribute of its own: of sums with more than 38 digits the stores differ (differences.ts). */
export const UPDATES: readonly Update[] = [
  {},
  ...AMOUNTS.map((N) => ({ UpdateExpression: 'ADD amount :n', ...amount(N) })),
  {
    UpdateExpression: 'SET version = :n, v = tags REMOVE tags add amount :n',
    ...amount('3'),
    ConditionExpression: 'attribute_exists(v)',
  },
  {
    UpdateExpression: 'SET #v = :n ADD #a :m',
    ConditionExpression: 'attribute_not_exists(pk) OR version < :n',
    ExpressionAttributeNames: { '#v': 'version', '#a': 'amount' },
    ExpressionAttributeValues: { ':n': { N: '4' }, ':m': { N: '10' } },
  },
  { UpdateExpression: 'REMOVE v, tags' },
  { UpdateExpression: 'REMOVE amount' },
  { UpdateExpression: 'SET v = version' },
  { UpdateExpression: 'SET amount = :s', ExpressionAttributeValues: { ':s': { S: 'x' } } },
  // Refused; the first one where the amount is no number, as after the one before.
  { UpdateExpression: 'ADD amount :n', ...amount('5') },
  { UpdateExpression: '' },
  { UpdateExpression: 'SET v' },
  { UpdateExpression: 'SET v = :n,', ...amount('1') },
  { UpdateExpression: 'CHANGE v = :n', ...amount('1') },
  { UpdateExpression: 'SET set = :n', ...amount('1') },
  { UpdateExpression: 'SET value = :n', ...amount('1') },
  { UpdateExpression: 'SET v = :missing' },
  { UpdateExpression: 'SET #missing = :n', ...amount('1') },
  { UpdateExpression: 'SET v = :n SET tags = :n', ...amount('1') },
  { UpdateExpression: 'SET v = :n REMOVE v', ...amount('1') },
  { UpdateExpression: 'ADD v :n, v :n', ...amount('1') },
  { UpdateExpression: 'SET pk = :n', ...amount('1') },
  { UpdateExpression: 'REMOVE sk' },
  { UpdateExpression: 'SET v = nowhere' },
  { UpdateExpression: 'ADD v :s', ExpressionAttributeValues: { ':s': { S: 'x' } } },
  { UpdateExpression: 'ADD v :s', ExpressionAttributeValues: { ':s': { BOOL: true } } },
  { UpdateExpression: 'ADD v tags' },
  { UpdateExpression: 'REMOVE v', ...amount('1') },
  { UpdateExpression: 'REMOVE v', ExpressionAttributeNames: { '#n': 'v' } },
  { UpdateExpression: 'ADD v :n', ...amount('abc') },
  { ExpressionAttributeNames: { '#n': 'v' } },
  amount('1'),
  { UpdateExpression: 'SET v = :b', ExpressionAttributeValues: { ':b': { S: 'x'.repeat(409_600) } } },
]

const condition = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Condition>({}) },
  { weight: 3, arbitrary: fc.constantFrom(...CONDITIONS) },
)
const returnValues = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  fc.constantFrom('NONE', 'ALL_OLD', 'ALL_NEW', 'EVERYTHING').map((ReturnValues) => ({ ReturnValues })),
)

const put = named(
  'PutItem',
  table.chain((shape) =>
    fc
      .tuple(itemOf(shape), condition, returnValues, fc.constantFrom(...Array(15).fill(true), false))
      .map(([Item, when, returned, has]) => ({
        TableName: shape.name,
        ...(has ? { Item } : {}),
        ...when,
        ...returned,
      })),
  ),
)
const update = named(
  'UpdateItem',
  table.chain((shape) =>
    fc
      .tuple(
        keyOf(shape),
        fc.constantFrom(...UPDATES),
        fc.constantFrom({}, {}, {}, ...['NONE', 'ALL_OLD', 'ALL_NEW', 'ANY'].map((ReturnValues) => ({ ReturnValues }))),
        fc.constantFrom(...Array(15).fill(true), false),
      )
      .map(([Key, change, returned, has]) => ({
        TableName: shape.name,
        ...(has ? { Key } : {}),
        ...change,
        ...returned,
      })),
  ),
)
const remove = named(
  'DeleteItem',
  table.chain((shape) =>
    fc.tuple(keyOf(shape), condition).map(([Key, when]) => ({ TableName: shape.name, Key, ...when })),
  ),
)
const get = named(
  'GetItem',
  table.chain((shape) => keyOf(shape).map((Key) => ({ TableName: shape.name, Key, ConsistentRead: true }))),
)
const scan = named(
  'Scan',
  table.chain((shape) =>
    fc
      .record({ Limit: fc.integer({ min: -1, max: 4 }), ExclusiveStartKey: keyOf(shape) }, { requiredKeys: [] })
      .map((fields) => ({ TableName: shape.name, ...fields })),
  ),
)

const write = (shape: TableShape): fc.Arbitrary<Json> =>
  fc.oneof(
    { weight: 20, arbitrary: itemOf(shape).map((Item) => ({ PutRequest: { Item } })) },
    { weight: 8, arbitrary: keyOf(shape).map((Key) => ({ DeleteRequest: { Key } })) },
    { weight: 1, arbitrary: fc.constantFrom<Json[]>({}, { PutRequest: {} }, { DeleteRequest: {} }) },
  )
const writes = (shape: TableShape): fc.Arbitrary<Json[]> =>
  fc.oneof(
    { weight: 20, arbitrary: fc.array(write(shape), { minLength: 1, maxLength: 4 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(0, 25, 26).map((length) =>
        Array.from({ length }, (_, i) => ({
          PutRequest: { Item: { pk: { S: `k${i}` }, sk: { N: String(i) } } },
        })),
      ),
    },
  )
const batch: fc.Arbitrary<WireRequest> = fc
  .oneof(
    { weight: 10, arbitrary: table.chain((shape) => writes(shape).map((list) => ({ [shape.name]: list }))) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.uniqueArray(table, { minLength: 2, maxLength: 2 }))
        .chain(([[first, second]]) =>
          fc
            .tuple(writes(first as TableShape), writes(second as TableShape))
            .map(([a, b]) => ({ [(first as TableShape).name]: a, [(second as TableShape).name]: b })),
        ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Record<string, Json[]>[]>(
        {},
        { nope: [{ PutRequest: { Item: { pk: { S: 'a' } } } }] },
        { ttt: [{ PutRequest: { Item: { pk: { S: 'a' } } } }], nope: [{ DeleteRequest: { Key: { pk: { S: 'a' } } } }] },
        { no: [{ PutRequest: { Item: { pk: { S: 'a' } } } }] },
        { 'bad name': [] },
      ),
    },
  )
  .map((RequestItems) => ({ operation: 'BatchWriteItem', input: { RequestItems } }))

const S_PK = { AttributeName: 'pk', AttributeType: 'S' }
const N_SK = { AttributeName: 'sk', AttributeType: 'N' }
const HASH = { AttributeName: 'pk', KeyType: 'HASH' }
const RANGE = { AttributeName: 'sk', KeyType: 'RANGE' }
const THROUGHPUT = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }
const CREATIONS: readonly Record<string, Json>[] = [
  { AttributeDefinitions: [S_PK], KeySchema: [HASH], BillingMode: 'PAY_PER_REQUEST' },
  { AttributeDefinitions: [S_PK, N_SK], KeySchema: [HASH, RANGE], ProvisionedThroughput: THROUGHPUT },
  { AttributeDefinitions: [S_PK], KeySchema: [HASH] },
  {
    AttributeDefinitions: [S_PK],
    KeySchema: [HASH],
    BillingMode: 'PAY_PER_REQUEST',
    ProvisionedThroughput: THROUGHPUT,
  },
  { AttributeDefinitions: [S_PK], KeySchema: [HASH, RANGE], BillingMode: 'PAY_PER_REQUEST' },
  { AttributeDefinitions: [S_PK, N_SK], KeySchema: [HASH], BillingMode: 'PAY_PER_REQUEST' },
  { AttributeDefinitions: [S_PK, N_SK], KeySchema: [RANGE, HASH], BillingMode: 'PAY_PER_REQUEST' },
  { AttributeDefinitions: [S_PK, N_SK], KeySchema: [HASH, HASH], BillingMode: 'PAY_PER_REQUEST' },
  { AttributeDefinitions: [N_SK], KeySchema: [HASH], BillingMode: 'PAY_PER_REQUEST' },
  { AttributeDefinitions: [S_PK], KeySchema: [], BillingMode: 'PAY_PER_REQUEST' },
  { KeySchema: [HASH], BillingMode: 'PAY_PER_REQUEST' },
]
const creation = fc.oneof(fc.constantFrom(...CREATIONS.slice(0, 2)), fc.constantFrom(...CREATIONS.slice(2)))
const tableName = fc.constantFrom<Json[]>(...Array(8).fill('tmp'), 'ab', 'x'.repeat(256), 'bad name', undefined)
const tableOperation: fc.Arbitrary<WireRequest> = fc.oneof(
  fc.tuple(tableName, creation).map(
    ([TableName, fields]): WireRequest => ({
      operation: 'CreateTable',
      input: { ...(TableName === undefined ? {} : { TableName }), ...fields },
    }),
  ),
  fc.tuple(tableName, fc.constantFrom('DeleteTable', 'DescribeTable')).map(
    ([TableName, operation]): WireRequest => ({
      operation: operation as 'DeleteTable',
      input: TableName === undefined ? {} : { TableName },
    }),
  ),
)

export const requestSequence: fc.Arbitrary<WireRequest[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: put },
    { weight: 5, arbitrary: update },
    { weight: 3, arbitrary: remove },
    { weight: 3, arbitrary: get },
    { weight: 2, arbitrary: scan },
    { weight: 6, arbitrary: batch },
    { weight: 3, arbitrary: tableOperation },
  ),
  { minLength: 1, maxLength: 30, size: 'max' },
)

export const EXPECTED_NAMES: readonly string[] = [
  'ValidationException',
  'SerializationException',
  'ResourceNotFoundException',
  'ResourceInUseException',
  'ConditionalCheckFailedException',
  'PutItem ok',
  'UpdateItem ok',
  'DeleteItem ok',
  'GetItem ok',
  'Scan ok',
  'BatchWriteItem ok',
  'CreateTable ok',
  'DeleteTable ok',
  'DescribeTable ok',
]

export const EXPECTED_MESSAGES: readonly RegExp[] = [
  /Provided list of item keys contains duplicates/,
  /Map value must satisfy constraint: \[Member must have length less than or equal to 25/,
  /Map keys must satisfy constraint/,
  /at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1$/,
  /member\.putRequest\.item/,
  /The provided key element does not match the schema/,
  /Missing the key pk in the item/,
  /Type mismatch for key pk expected: S/,
  /cannot contain an empty string value/,
  /cannot contain an empty binary value/,
  /exceeded the maximum size limit of2048 bytes/,
  /Item size has exceeded the maximum allowed size/,
  /Supplied AttributeValue is empty/,
  /more than one datatypes set/,
  /An string set {2}may not be empty/,
  /An number set {2}may not be empty/,
  /Binary sets should not be empty/,
  /contains duplicates\.$/,
  /Input collection contains duplicates/,
  /of type BS contains duplicates/,
  /Null attribute value types must have the value of true/,
  /The parameter cannot be converted to a numeric value: /,
  /Number overflow/,
  /Number underflow/,
  /more than 38 significant digits/,
  /Syntax error/,
  /reserved keyword: value/,
  /redundant parentheses/,
  /attribute value used in expression is not defined/,
  /attribute name used in the document path is not defined/,
  /requires a document path/,
  /Incorrect number of operands/,
  /Invalid function name/,
  /first operand must be distinct/,
  /unused in expressions/,
  /must not be empty/,
  /can only be specified when using expressions/,
  /ExpressionAttributeValues contains invalid value/,
  /ReturnValues can only be ALL_OLD or NONE/,
  /Member must satisfy enum value set/,
  /The provided starting key is invalid/,
  /Member must have value greater than or equal to 1/,
  /at 'tableName' failed to satisfy constraint/,
  /Requested resource not found: Table: tmp not found/,
  /Invalid UpdateExpression: Attribute name is a reserved keyword/,
  /section can only be used once/,
  /Two document paths overlap/,
  /operator: ADD, operand type: STRING/,
  /This attribute is part of the key/,
  /refers to an attribute that does not exist in the item/,
  /operand in the update expression has an incorrect data type/,
  /UpdateExpression and ConditionExpression are null/,
  /Item size to update has exceeded/,
  /Both the Hash Key and the Range Key element/,
  /The first KeySchemaElement is not a HASH key type/,
  /ReadCapacityUnits and WriteCapacityUnits must both be specified/,
]
