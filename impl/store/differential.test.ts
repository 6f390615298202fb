// The memory store against dynalite: the same random requests, the same answers, error names and messages, and the same
// tables afterwards. What it may differ in is data (memory/differences.ts) and is executed too.
// Witness counts at the end: a generator that stops producing an error must not look like agreement.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EmbeddedDynalite } from './dynalite.ts'
import { DIFFERENCES } from './memory/differences.ts'
import { MemoryStore } from './memory/memoryStore.ts'
import {
  BAD_VALUES,
  CONDITIONS,
  EXPECTED_MESSAGES,
  EXPECTED_NAMES,
  requestSequence,
  TABLES,
  UPDATES,
} from './memory/requests.arbitrary.ts'
import { type EmbeddedStore, errorMessage, errorName, type WireRequest, type WireResponse } from './wire.ts'

const memory = new MemoryStore()
const dynalite = new EmbeddedDynalite()
const seenNames = new Map<string, number>()
const seenMessages: string[] = []

beforeAll(async () => {
  for (const table of TABLES) {
    memory.putTable(table)
    await dynalite.putTable(table)
  }
})

/** Empty tables, and none that a sequence made, so that a run depends on nothing before it. */
async function startOver(): Promise<void> {
  const drop: WireRequest = { operation: 'DeleteTable', input: { TableName: 'tmp' } }
  memory.execute(drop)
  await dynalite.execute(drop)
  await settleTables('tmp')
  memory.reset()
  await dynalite.reset()
}

async function ask(store: EmbeddedStore, request: WireRequest): Promise<WireResponse> {
  return store.execute(structuredClone(request))
}

/** dynalite walks through CREATING and DELETING on timers of 0 ms; wait until it stands. */
async function settleTables(table: string): Promise<void> {
  for (;;) {
    const { body } = await dynalite.execute({ operation: 'DescribeTable', input: { TableName: table } })
    const status = (body.Table as { TableStatus?: string } | undefined)?.TableStatus
    if (status === undefined || status === 'ACTIVE') return
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
}

function comparable(response: WireResponse): unknown {
  if (response.status >= 400) {
    const message = errorMessage(response)
      .replace(/(Invalid (Condition|Update)Expression: Syntax error;).*/s, '$1')
      .replace(/Value '\{.*?\}' at 'requestItems'/gs, "Value at 'requestItems'")
    return { status: response.status, name: errorName(response), message }
  }
  const description = (response.body.Table ?? response.body.TableDescription) as Record<string, unknown> | undefined
  if (description === undefined) return response
  const { TableName, TableStatus, AttributeDefinitions, KeySchema } = description
  return { TableName, TableStatus, AttributeDefinitions, KeySchema }
}

async function compareOne(request: WireRequest): Promise<void> {
  const expected = await ask(dynalite, request)
  const actual = await ask(memory, request)
  expect(comparable(actual), JSON.stringify(request).slice(0, 2_000)).toEqual(comparable(expected))
  const name = errorName(expected) ?? `${request.operation} ok`
  seenNames.set(name, (seenNames.get(name) ?? 0) + 1)
  if (expected.status >= 400) seenMessages.push(errorMessage(expected))
  if (request.operation === 'CreateTable' || request.operation === 'DeleteTable') {
    await settleTables(String(request.input.TableName))
  }
}

/** Sums that are exact within 38 digits; of others the stores differ (memory/differences.ts). */
async function compareSums(numbers: readonly string[]): Promise<void> {
  const short = numbers.map((text) => `${Number.parseInt(text, 10) % 1_000_000_007}e${text.length % 12}`)
  for (const N of short) {
    await compareOne({
      operation: 'UpdateItem',
      input: {
        TableName: 'ttt',
        Key: { pk: { S: 'sum' } },
        UpdateExpression: 'ADD amount :n',
        ExpressionAttributeValues: { ':n': { N } },
        ReturnValues: 'ALL_NEW',
      },
    })
  }
}

/** Pages through the whole table on both sides. */
async function compareScans(table: string, limit: number): Promise<void> {
  let start: unknown
  do {
    const input = { TableName: table, Limit: limit, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }
    await compareOne({ operation: 'Scan', input })
    start = (await dynalite.execute({ operation: 'Scan', input })).body.LastEvaluatedKey
  } while (start !== undefined)
}

describe('memory against dynalite', () => {
  test('random sequences of requests get the same answers and leave the same tables', async () => {
    await fc.assert(
      fc.asyncProperty(requestSequence, fc.integer({ min: 1, max: 5 }), async (requests, limit) => {
        await startOver()
        for (const request of requests) await compareOne(request)
        for (const { name } of TABLES) {
          expect(memory.snapshot(name), name).toEqual(await dynalite.snapshot(name))
          await compareScans(name, limit)
        }
      }),
      { seed: 20260401, numRuns: 400 },
    )
  })

  test('random numbers are spelled, ordered and hashed alike, as partition and as sort key', async () => {
    const decimal = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.stringMatching(/^[0-9]{1,20}$/),
        fc.stringMatching(/^[0-9]{0,17}$/),
        fc.integer({ min: -90, max: 90 }),
      )
      .map(([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}e${exponent}`)
    await fc.assert(
      fc.asyncProperty(fc.array(decimal, { minLength: 10, maxLength: 10 }), async (numbers) => {
        await startOver()
        for (const N of numbers) {
          await compareOne({ operation: 'PutItem', input: { TableName: 'nnn', Item: { pk: { N } } } })
          await compareOne({ operation: 'PutItem', input: { TableName: 'rrr', Item: { pk: { S: 'a' }, sk: { N } } } })
        }
        await compareScans('nnn', 3)
        await compareScans('rrr', 4)
        const [a, b, c] = numbers
        await compareSums(numbers)
        const Item = { pk: { N: '7' }, a: { N: a }, b: { N: b }, c: { N: c } }
        await compareOne({ operation: 'PutItem', input: { TableName: 'nnn', Item } })
        for (const ConditionExpression of ['a < b', 'b >= c', 'a = c', 'c > a']) {
          await compareOne({ operation: 'PutItem', input: { TableName: 'nnn', Item, ConditionExpression } })
        }
      }),
      { seed: 20260402, numRuns: 60 },
    )
  })

  test('every bad value, every condition and every update, one by one', async () => {
    await startOver()
    for (const value of BAD_VALUES) {
      await compareOne({ operation: 'PutItem', input: { TableName: 'ttt', Item: { pk: { S: 'a' }, value } } })
      await compareOne({ operation: 'DeleteItem', input: { TableName: 'ttt', Key: { pk: value } } })
    }
    const stored = [{ pk: { S: 'a' } }, { pk: { S: 'a' }, version: { N: '-1' }, v: { SS: ['x'] } }]
    for (const Item of stored) {
      await compareOne({ operation: 'PutItem', input: { TableName: 'ttt', Item } })
      for (const condition of CONDITIONS) {
        await compareOne({ operation: 'PutItem', input: { TableName: 'ttt', Item, ...condition } })
      }
      for (const update of UPDATES) {
        const input = { TableName: 'ttt', Key: { pk: { S: 'a' } }, ReturnValues: 'ALL_NEW', ...update }
        await compareOne({ operation: 'UpdateItem', input })
      }
    }
  })

  test('a scan without a limit pages by 1 MB', async () => {
    await startOver()
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      const Item = { pk: { S: key }, v: { S: 'x'.repeat(300_000) } }
      await compareOne({ operation: 'PutItem', input: { TableName: 'ttt', Item } })
    }
    const scan: WireRequest = { operation: 'Scan', input: { TableName: 'ttt' } }
    await compareOne(scan)
    expect(memory.execute(scan).body).toMatchObject({ Count: 4 })
  })

  test.each(DIFFERENCES)('known difference: $what', async ({ probe, ...row }) => {
    memory.putTable({ name: 'uuu' })
    await dynalite.putTable({ name: 'uuu' })
    const reaction = async (store: EmbeddedStore): Promise<string> => {
      try {
        return errorName(await ask(store, probe)) ?? 'ok'
      } catch {
        return 'throws'
      }
    }
    expect({ memory: await reaction(memory), dynalite: await reaction(dynalite) }).toEqual({
      memory: row.memory,
      dynalite: row.dynalite,
    })
    if (row.follows === 'dynalite') expect(row.memory).toBe(row.dynalite)
    if (row.follows === 'DynamoDB') expect(row.memory).toBe(row.dynamoDb)
  })
})

describe('witnesses', () => {
  test.each(EXPECTED_NAMES)('%s was seen', (name) => {
    expect(seenNames.get(name) ?? 0).toBeGreaterThan(0)
  })
  test.each(EXPECTED_MESSAGES)('a refusal like %s was seen', (pattern) => {
    expect(seenMessages.some((message) => pattern.test(message))).toBe(true)
  })
})

afterAll(() => {
  if (process.env.WITNESSES) console.log([...seenNames].sort(), seenMessages.length)
})
