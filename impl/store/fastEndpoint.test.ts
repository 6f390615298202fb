// The fast client over HTTP: the same answers and the same errors by name as the SDK's client, whatever the other side
// does; and credentials and addresses from the SDK's own chain.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { isRetryable } from '../sinks/retry.ts'
import { type DynaliteServer, startDynaliteServer } from './dynaliteServer.ts'
import { openEndpoint, TRANSPORTS } from './endpoint.ts'
import type { DynamoDbPort } from './port.ts'

const put = (key: string, extra: object = {}) => ({ PutRequest: { Item: { pk: { S: key }, ...extra } } })
const batch = { RequestItems: { ttt: [put('a'), put('b', { b: { B: new Uint8Array([0, 255]) } })] } }

afterEach(() => vi.unstubAllEnvs())

describe.each(TRANSPORTS)('%s on dynalite over HTTP', (transport) => {
  let server: DynaliteServer
  let client: DynamoDbPort
  beforeAll(async () => {
    server = await startDynaliteServer()
    await server.store.putTable({ name: 'ttt' })
    client = openEndpoint({ endpoint: server.url, transport }, {}).connect()
  })
  afterAll(async () => {
    client.destroy()
    await server.close()
  })

  test('writes and reads, binary values too', async () => {
    expect((await client.batchWriteItem(batch)).UnprocessedItems).toEqual({})
    const { Item } = await client.getItem({ TableName: 'ttt', Key: { pk: { S: 'b' } } })
    expect(Item).toEqual({ pk: { S: 'b' }, b: { B: new Uint8Array([0, 255]) } })
    expect((await client.scan({ TableName: 'ttt' })).Count).toBe(2)
  })

  test.each([
    ['ResourceNotFoundException', { RequestItems: { nope: [put('a')] } }],
    ['ValidationException', { RequestItems: { ttt: [put('a'), put('a')] } }],
  ])('is refused with %s', async (name, input) => {
    const error = await client.batchWriteItem(input).catch((caught: Error) => caught)
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode: 400 } })
    expect(isRetryable(error)).toBe(false)
  })
})

describe.each(TRANSPORTS)('%s where the other side fails', (transport) => {
  let server: Server | undefined
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
  })

  async function outcome(listener: RequestListener): Promise<Error | object> {
    server = createServer(listener)
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const endpoint = { endpoint: `http://127.0.0.1:${port}`, transport, requestTimeoutMs: 300 }
    const client = openEndpoint(endpoint, {}).connect()
    try {
      return await client.batchWriteItem(batch).catch((caught: Error) => caught)
    } finally {
      client.destroy()
    }
  }

  test.each<[string, RequestListener]>([
    ['cuts the connection', (request) => void request.socket.destroy()],
    [
      'cuts its answer',
      (_, response) => void response.writeHead(200, { 'content-length': 99 }).write('{"Unp', () => response.destroy()),
    ],
    ['never answers', () => {}],
    [
      'throttles',
      (_, response) =>
        void response
          .writeHead(400)
          .end(
            '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}',
          ),
    ],
    ['has an internal error', (_, response) => void response.writeHead(500).end('{"__type":"x#InternalServerError"}')],
    ['is a proxy with a page', (_, response) => void response.writeHead(502).end('<html>Bad gateway</html>')],
  ])('%s: an error that is tried again', async (_name, listener) => {
    const error = await outcome(listener)
    expect(error).toBeInstanceOf(Error)
    expect(isRetryable(error)).toBe(true)
  })

  test.each(['', '{}'])('answers 200 with "%s": no success, since what it handed back is unknown', async (body) => {
    const error = await outcome((_, response) => void response.writeHead(200).end(body))
    expect(error).toBeInstanceOf(Error)
    expect(isRetryable(error)).toBe(true)
  })

  test('hands items back: they come back in the shape they were sent in', async () => {
    const UnprocessedItems = { ttt: [{ PutRequest: { Item: { pk: { S: 'b' }, b: { B: 'AP8=' } } } }] }
    const answer = await outcome((_, response) => void response.end(JSON.stringify({ UnprocessedItems })))
    expect(answer).toMatchObject({ UnprocessedItems: { ttt: [batch.RequestItems.ttt[1]] } })
  })

  test('refuses connections: an error that is tried again', async () => {
    const client = openEndpoint({ endpoint: 'http://127.0.0.1:1', transport }, {}).connect()
    const error = await client.batchWriteItem(batch).catch((caught: Error) => caught)
    client.destroy()
    expect(isRetryable(error)).toBe(true)
  })
})

test('takes credentials and region from the environment, as the SDK does', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDFROMENV')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  vi.stubEnv('AWS_SESSION_TOKEN', 'token')
  vi.stubEnv('AWS_REGION', 'eu-west-3')
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(String(request.headers.authorization), String(request.headers['x-amz-security-token']))
    response.end('{"UnprocessedItems":{}}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  for (const transport of TRANSPORTS) {
    const client = openEndpoint({ endpoint: `http://127.0.0.1:${port}`, transport }).connect()
    await client.batchWriteItem(batch)
    client.destroy()
  }
  server.close()
  expect(seen.map((header) => header.replace(/, SignedHeaders.*|\d{8}/g, ''))).toEqual(
    TRANSPORTS.flatMap(() => ['AWS4-HMAC-SHA256 Credential=AKIDFROMENV//eu-west-3/dynamodb/aws4_request', 'token']),
  )
})

test.each(['fast', 'sdk-tuned'] as const)('the embedded store has no wire for %s', (transport) => {
  expect(() => openEndpoint({ endpoint: 'embedded', transport }, {})).toThrow(
    `transport: ${transport} needs a URL, the embedded store has none; use --transport sdk`,
  )
})
