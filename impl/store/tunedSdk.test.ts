// The tuned client sends what the SDK's sends, byte for byte but for headers that no sink needs, signs it as the SDK
// does, and keeps apart what concurrent requests carry, though they share one resolved stack.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpRequest } from '@smithy/protocol-http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openEndpoint, type Transport } from './endpoint.ts'
import { IN_PROCESS } from './sdkClient.ts'
import { smithyHandler } from './smithyHandler.ts'
import { TUNING_STEPS, tunedSdkPort } from './tunedSdk.ts'

interface Seen {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let seen: Seen[] = []
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8')
    seen.push({ headers: request.headers, body })
    const { RequestItems } = JSON.parse(body) as { RequestItems: object }
    // All of it is handed back: an answer that got to another request would be seen.
    response.writeHead(200, { 'x-amzn-requestid': 'request-7' }).end(JSON.stringify({ UnprocessedItems: RequestItems }))
  })
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => void server.close())
beforeEach(() => {
  seen = []
})

const batch = (key: string) => ({ RequestItems: { ttt: [{ PutRequest: { Item: { pk: { S: key } } } }] } })
const connect = (transport: Transport) => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' }
  const { port } = server.address() as AddressInfo
  return openEndpoint({ endpoint: `http://127.0.0.1:${port}`, transport, ...credentials }, {}).connect()
}

test('sends the same body and signs the same headers, less those that were taken out', async () => {
  for (const transport of ['sdk', 'sdk-tuned'] as const) {
    const client = connect(transport)
    await client.batchWriteItem(batch('é'))
    client.destroy()
  }
  const [sdk, tuned] = seen as [Seen, Seen]
  expect(tuned.body).toBe(sdk.body)
  const names = ({ headers }: Seen) =>
    Object.keys(headers).filter((name) => !['connection', 'user-agent', 'x-amz-user-agent'].includes(name))
  expect(names(tuned).sort()).toEqual(names(sdk).sort())
  const signed = ({ headers }: Seen) => /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';')
  expect(signed(tuned)).toEqual(signed(sdk)?.filter((name) => name !== 'x-amz-user-agent'))
  expect(sdk.headers['user-agent']).toContain('aws-sdk-js')
  expect(tuned.headers['user-agent']).toBeUndefined()
})

test('requests under way together get their own answers, with the headers of these', async () => {
  const client = connect('sdk-tuned')
  const keys = Array.from({ length: 60 }, (_, i) => `key-${i}`)
  const answers = await Promise.all(keys.map((key) => client.batchWriteItem(batch(key))))
  client.destroy()
  expect(answers.map(({ UnprocessedItems }) => UnprocessedItems)).toEqual(keys.map((key) => batch(key).RequestItems))
  expect(answers[0]).toMatchObject({ $metadata: { requestId: 'request-7', attempts: 1 } })
})

test('signs with the credentials of the moment: those of an earlier request are not kept', async () => {
  let asked = 0
  const requestHandler = smithyHandler(async () => ({ status: 200, body: { UnprocessedItems: {} } }))
  const tokens: (string | undefined)[] = []
  const client = tunedSdkPort(
    {
      ...IN_PROCESS,
      // Expired at once, so that they are asked for each time.
      credentials: async () => ({
        ...IN_PROCESS.credentials,
        sessionToken: `token-${asked++}`,
        expiration: new Date(0),
      }),
      requestHandler: {
        ...requestHandler,
        handle: (request: HttpRequest) => {
          tokens.push(request.headers['x-amz-security-token'])
          return requestHandler.handle(request)
        },
      },
    },
    { connectTimeoutMs: 1, requestTimeoutMs: 1 },
    ['less-middleware', 'resolved-once'],
  )
  for (let i = 0; i < 3; i++) await client.batchWriteItem(batch('a'))
  expect(asked).toBeGreaterThanOrEqual(3)
  expect(new Set(tokens).size).toBe(3)
})

describe.each(TUNING_STEPS.filter((step) => step !== 'undici'))('the step %s alone', (step) => {
  test.each([
    ['InternalServerError', 500],
    ['ProvisionedThroughputExceededException', 400],
  ])('leaves %s what it is: one attempt, the service in its name', async (name, status) => {
    let calls = 0
    const requestHandler = smithyHandler(async () => {
      calls++
      return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no' } }
    })
    const limits = { connectTimeoutMs: 1, requestTimeoutMs: 1 }
    const client = tunedSdkPort({ ...IN_PROCESS, requestHandler }, limits, [step])
    for (const attempt of [1, 2]) {
      const error = await client.batchWriteItem(batch('a')).catch((caught: Error) => caught)
      expect(error).toMatchObject({ name, $metadata: { httpStatusCode: status, attempts: 1 } })
      expect(calls).toBe(attempt)
    }
  })
})
