// CreateTable, DeleteTable and DescribeTable in the memory store, without indexes and without time: a table is ACTIVE
// as soon as CreateTable has answered and gone as soon as DeleteTable has (dynalite: after a timer; differences.ts).
// Read next: table.ts, memoryStore.ts.
import type { KeyAttribute, WireObject } from '../wire.ts'
import { detected } from './batchWrite.ts'
import { validation } from './refusal.ts'
import { requireSupported } from './singleItem.ts'
import { Table } from './table.ts'

const FIELDS = new Set([
  'TableName',
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'ProvisionedThroughput',
  // Accepted and without effect, as in dynalite.
  'StreamSpecification',
  'SSESpecification',
  'Tags',
  'TableClass',
  'DeletionProtectionEnabled',
])

const PATTERN = '[a-zA-Z0-9_.-]+'
const INVALID = 'One or more parameter values were invalid: '

const NULL = 'Member must not be null'
const problem = (value: string, path: string, message: string): string =>
  `Value ${value} at '${path}' failed to satisfy constraint: ${message}`

export function requireTableName(input: WireObject): string {
  const name = checkedLength(input)
  const problems = nameProblems(name)
  if (problems.length > 0) throw detected(problems)
  return name
}

function checkedLength({ TableName: name }: WireObject): string {
  if (name == null) throw validation("The parameter 'TableName' is required but was not present in the request")
  const text = String(name)
  if (text.length >= 3 && text.length <= 255) return text
  throw validation('TableName must be at least 3 characters long and at most 255 characters long')
}

function nameProblems(name: string): string[] {
  if (/^[a-zA-Z0-9_.-]+$/.test(name)) return []
  return [problem(`'${name}'`, 'tableName', `Member must satisfy regular expression pattern: ${PATTERN}`)]
}

interface Definition {
  readonly AttributeName: string
  readonly AttributeType: KeyAttribute['type']
}
interface KeyElement {
  readonly AttributeName: string
  readonly KeyType: string
}

export function createTable(input: WireObject): Table {
  const name = checkedLength(input)
  requireSupported('CreateTable', FIELDS, input)
  const problems = nameProblems(name)
  if (input.AttributeDefinitions == null) problems.unshift(problem('null', 'attributeDefinitions', NULL))
  if (input.KeySchema == null) problems.push(problem('null', 'keySchema', NULL))
  else if ((input.KeySchema as unknown[]).length === 0) {
    problems.push(problem("'[]'", 'keySchema', 'Member must have length greater than or equal to 1'))
  }
  if (problems.length > 0) throw detected(problems)
  const definitions = input.AttributeDefinitions as readonly Definition[]
  const keys = input.KeySchema as readonly KeyElement[]
  checkBilling(input)
  checkSchema(definitions, keys)
  const attribute = (element: KeyElement | undefined): KeyAttribute | null => {
    const definition = definitions.find((one) => one.AttributeName === element?.AttributeName)
    return definition === undefined ? null : { name: definition.AttributeName, type: definition.AttributeType }
  }
  return new Table(name, { hash: attribute(keys[0]) as KeyAttribute, range: attribute(keys[1]) })
}

function checkBilling({ BillingMode, ProvisionedThroughput }: WireObject): void {
  if (BillingMode === 'PAY_PER_REQUEST') {
    if (ProvisionedThroughput == null) return
    throw validation(
      `${INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
    )
  }
  const units = ProvisionedThroughput as { ReadCapacityUnits?: number; WriteCapacityUnits?: number } | null | undefined
  if (units?.ReadCapacityUnits && units.WriteCapacityUnits) return
  throw validation(
    `${INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
  )
}

function checkSchema(definitions: readonly Definition[], keys: readonly KeyElement[]): void {
  const defined = definitions.map((one) => one.AttributeName)
  const names = keys.map((one) => one.AttributeName)
  if (names.length > defined.length) throw validation('Invalid KeySchema: Some index key attribute have no definition')
  if (names.some((name) => !defined.includes(name))) {
    throw validation(
      `${INVALID}Some index key attributes are not defined in AttributeDefinitions. ` +
        `Keys: [${names.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    )
  }
  if (names[0] === names[1]) {
    throw validation('Both the Hash Key and the Range Key element in the KeySchema have the same name')
  }
  if (keys[0]?.KeyType !== 'HASH') {
    throw validation('Invalid KeySchema: The first KeySchemaElement is not a HASH key type')
  }
  if (keys[1] !== undefined && keys[1].KeyType !== 'RANGE') {
    throw validation('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type')
  }
  if (names.length !== defined.length) {
    throw validation(
      `${INVALID}Number of attributes in KeySchema does not ` +
        'exactly match number of attributes defined in AttributeDefinitions',
    )
  }
}

export function describe({ name, schema }: Table, status: string): WireObject {
  const attributes = schema.range === null ? [schema.hash] : [schema.hash, schema.range]
  return {
    TableName: name,
    TableStatus: status,
    AttributeDefinitions: attributes.map((one) => ({ AttributeName: one.name, AttributeType: one.type })),
    KeySchema: attributes.map((one, i) => ({ AttributeName: one.name, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
    ItemCount: 0,
    TableSizeBytes: 0,
  }
}
