// Who writes the batches: our transports, the SDK's document client, and the limits of the machine. Each is set up as its
// documentation says, with connections kept alive and one attempt a request, and each looks at the answer: what was
// handed back is not counted as written. Read next: peers.ts, parts.ts, ../suites/flush.ts.
import { connect, type Socket } from 'node:net'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { Pool } from 'undici'
import { encodeRecord, writeRequestOf } from '../../impl/sinks/encodedRecord.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import { clientConfig, openEndpoint, type Transport } from '../../impl/store/endpoint.ts'
import type { DynamoDbPort } from '../../impl/store/port.ts'
import { requestBody } from '../../impl/store/requestBody.ts'
import { TUNING_STEPS, tunedSdkPort } from '../../impl/store/tunedSdk.ts'
import { undiciExchange } from '../../impl/store/undiciExchange.ts'

export const TABLE = 'bench'
export const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' }
export const REGION = 'us-east-1'

export interface Writer {
  /** What a record becomes when it enters the buffer; without it, itself. */
  readonly enter?: (record: SinkRecord) => SinkRecord
  /** Writes one batch; settles with how many records the store has taken. `lane`: 0 to in flight - 1. */
  write(batch: readonly SinkRecord[], lane: number): Promise<number>
  close(): void
}

export interface WriterRow {
  readonly name: string
  /** False where nothing reaches the store. Default true. */
  readonly sends?: boolean
  /** False where it makes requests that a store with a door refuses: they are not signed. Default true. */
  readonly signs?: boolean
  /** True where a process can have one client only. */
  readonly onePlace?: boolean
  /** `batches`: all that will be written, for limits that prepare it. */
  open(url: URL, batches: readonly (readonly SinkRecord[])[], inFlight: number): Writer | Promise<Writer>
}

export const handedBack = (unprocessed: Readonly<Record<string, readonly unknown[] | undefined>> | undefined): number =>
  Object.values(unprocessed ?? {}).reduce((sum, requests) => sum + (requests?.length ?? 0), 0)

const writerOver = (client: DynamoDbPort, enter?: Writer['enter']): Writer => ({
  ...(enter === undefined ? {} : { enter }),
  async write(batch) {
    const answer = await client.batchWriteItem({ RequestItems: { [TABLE]: batch.map(writeRequestOf) } })
    return batch.length - handedBack(answer.UnprocessedItems)
  },
  close: () => client.destroy(),
})

const ours = (transport: Transport): WriterRow => ({
  name: transport,
  open(url) {
    const client = openEndpoint({ endpoint: url.origin, region: REGION, ...CREDENTIALS, transport }, {}).connect()
    return writerOver(client, transport === 'fast' ? encodeRecord : undefined)
  },
})

/** What each step of the tuned client gives by itself. */
export const TUNING: readonly WriterRow[] = TUNING_STEPS.map((step) => ({
  name: `sdk-${step}`,
  open(url) {
    const config = clientConfig({ region: REGION, ...CREDENTIALS }, url.origin, {})
    return writerOver(tunedSdkPort(config, { connectTimeoutMs: 3_000, requestTimeoutMs: 10_000 }, [step]))
  },
}))

const documentClient: WriterRow = {
  name: 'lib-dynamodb',
  open(url) {
    const client = new DynamoDBClient({
      endpoint: url.origin,
      region: REGION,
      credentials: CREDENTIALS,
      maxAttempts: 1,
    })
    const documents = DynamoDBDocumentClient.from(client)
    return {
      async write(batch) {
        const requests = batch.map(({ key, version, id, value }) => ({
          PutRequest: { Item: { pk: key, version, id, value } },
        }))
        const answer = await documents.send(new BatchWriteCommand({ RequestItems: { [TABLE]: requests } }))
        return batch.length - handedBack(answer.UnprocessedItems)
      },
      close: () => client.destroy(),
    }
  },
}

const prepared = (batches: readonly (readonly SinkRecord[])[]): Map<readonly SinkRecord[], Buffer> =>
  new Map(
    batches.map((batch) => [batch, requestBody({ RequestItems: { [TABLE]: batch.map((one) => encodeRecord(one)) } })]),
  )

/** HTTP by undici as the fast transport has it, with bodies made beforehand and no signature. */
const undiciLimit: WriterRow = {
  name: 'limit-undici',
  signs: false,
  open(url, batches, inFlight) {
    const bodies = prepared(batches)
    const exchange = undiciExchange({ url, connections: inFlight, connectTimeoutMs: 3_000, requestTimeoutMs: 10_000 })
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.BatchWriteItem',
    }
    return {
      async write(batch) {
        const { status, text } = await exchange.send(headers, bodies.get(batch) as Buffer)
        if (status !== 200) throw new Error(`expected 200, got ${status} ${text}`)
        return batch.length
      },
      close: () => exchange.close(),
    }
  },
}

/** The same by undici's `request`, as its documentation shows it: with a stream for each answer. */
const undiciRequestLimit: WriterRow = {
  name: 'limit-undici-request',
  signs: false,
  open(url, batches, inFlight) {
    const bodies = prepared(batches)
    const pool = new Pool(url.origin, { connections: inFlight })
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.BatchWriteItem',
    }
    return {
      async write(batch) {
        const sent = { method: 'POST', path: '/', headers, body: bodies.get(batch) as Buffer } as const
        const { statusCode, body } = await pool.request(sent)
        const text = await body.text()
        if (statusCode !== 200) throw new Error(`expected 200, got ${statusCode} ${text}`)
        return batch.length
      },
      close: () => void pool.destroy(),
    }
  },
}

/** Whole requests made beforehand, written to a socket each; only the end of the answer is looked for. */
const tcpLimit: WriterRow = {
  name: 'limit-tcp',
  signs: false,
  async open(url, batches, inFlight) {
    const requests = new Map([...prepared(batches)].map(([batch, body]) => [batch, httpRequest(url, body)]))
    const lanes = await Promise.all(Array.from({ length: inFlight }, () => lane(url)))
    return {
      async write(batch, number) {
        const one = lanes[number] as Lane
        await one.send(requests.get(batch) as Buffer)
        return batch.length
      },
      close: () => {
        for (const { socket } of lanes) socket.destroy()
      },
    }
  },
}

function httpRequest({ host }: URL, body: Buffer): Buffer {
  const head =
    `POST / HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/x-amz-json-1.0\r\n` +
    `x-amz-target: DynamoDB_20120810.BatchWriteItem\r\ncontent-length: ${body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body])
}

interface Lane {
  readonly socket: Socket
  send(request: Buffer): Promise<void>
}

const ANSWER_END = Buffer.from('{"UnprocessedItems":{}}')

async function lane({ hostname, port }: URL): Promise<Lane> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let waiting: { resolve: () => void; reject: (error: Error) => void } | null = null
  let seen = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk])
    if (!seen.subarray(-ANSWER_END.length).equals(ANSWER_END)) return
    seen = Buffer.alloc(0)
    waiting?.resolve()
  })
  socket.on('error', (error) => waiting?.reject(error))
  return {
    socket,
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request)
      }),
  }
}

/** The buffer and nothing behind it: what is left of a write when the write is taken away. */
const bufferAlone: WriterRow = {
  name: 'limit-buffer-alone',
  sends: false,
  open: () => ({ write: async (batch) => batch.length, close: () => {} }),
}

export const WRITERS: readonly WriterRow[] = [
  ours('fast'),
  ours('sdk'),
  ours('sdk-tuned'),
  documentClient,
  undiciLimit,
  undiciRequestLimit,
  tcpLimit,
  bufferAlone,
]
