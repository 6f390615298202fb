// A write cut short behind each of its steps, on either transport: what each step costs is the difference of two of these.
// Nothing is sent; the SDK is cut by middleware that its public stack takes, ours by an exchange that answers at once.
// Read next: writers.ts, ../../reports/benchmark/budget.ts.
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type HttpHandler, HttpResponse } from '@smithy/protocol-http'
import { encodeRecord, writeRequestOf } from '../../impl/sinks/encodedRecord.ts'
import { fastPort } from '../../impl/store/fastClient.ts'
import { requestBody } from '../../impl/store/requestBody.ts'
import { IN_PROCESS } from '../../impl/store/sdkClient.ts'
import { signer } from '../../impl/store/signer.ts'
import { smithyResponse } from '../../impl/store/smithyHandler.ts'
import { CREDENTIALS, handedBack, REGION, TABLE, type Writer, type WriterRow } from './writers.ts'

export const PART_NAMES = ['serialised', 'signed', 'answered'] as const
type PartName = (typeof PART_NAMES)[number]

const SIGNED = { contentType: 'application/x-amz-json-1.0', target: 'DynamoDB_20120810.BatchWriteItem' }

const ownSigner = () => signer({ credentials: CREDENTIALS, region: REGION, host: '127.0.0.1:1', path: '/' })

const FAST: Readonly<Record<PartName, () => Writer>> = {
  serialised: () => ({
    enter: encodeRecord,
    async write(batch) {
      const body = requestBody({ RequestItems: { [TABLE]: batch.map(writeRequestOf) } })
      return body.length > 0 ? batch.length : 0
    },
    close: () => {},
  }),
  signed() {
    const own = ownSigner()
    return {
      enter: encodeRecord,
      async write(batch) {
        const body = requestBody({ RequestItems: { [TABLE]: batch.map(writeRequestOf) } })
        const headers = await own.sign(SIGNED, body)
        return headers.authorization === undefined ? 0 : batch.length
      },
      close: () => {},
    }
  },
  answered() {
    const exchange = { send: async () => ({ status: 200, text: '{"UnprocessedItems":{}}' }), close: () => {} }
    const port = fastPort(() => ({ signer: ownSigner(), exchange }))
    return {
      enter: encodeRecord,
      async write(batch) {
        const answer = await port.batchWriteItem({ RequestItems: { [TABLE]: batch.map(writeRequestOf) } })
        return batch.length - handedBack(answer.UnprocessedItems)
      },
      close: () => port.destroy(),
    }
  },
}

const ANSWER = { response: new HttpResponse({ statusCode: 200 }), output: { $metadata: {}, UnprocessedItems: {} } }
const cut = () => async () => ANSWER

/** Behind the serialiser and what stands before it; behind retry and signature; behind the parser of the answer. */
const CUTS: Readonly<Record<PartName, (client: DynamoDBClient) => void>> = {
  serialised: ({ middlewareStack }) => middlewareStack.add(cut, { name: 'cut', step: 'build', priority: 'high' }),
  signed: ({ middlewareStack }) => middlewareStack.add(cut, { name: 'cut', step: 'finalizeRequest', priority: 'low' }),
  answered: () => {},
}

/** Answers at once, with an answer for each: the SDK may change what it is given. */
const requestHandler: HttpHandler = {
  metadata: { handlerProtocol: 'http/1.1' },
  handle: async () => smithyResponse(200, { 'content-type': 'application/x-amz-json-1.0' }, '{"UnprocessedItems":{}}'),
  updateHttpClientConfig() {},
  httpHandlerConfigs: () => ({}),
  destroy() {},
}

function sdkPart(part: PartName): Writer {
  const client = new DynamoDBClient({ ...IN_PROCESS, requestHandler, maxAttempts: 1 })
  CUTS[part](client)
  return {
    async write(batch) {
      const requests = batch.map(writeRequestOf)
      const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: requests } }))
      return batch.length - handedBack(answer.UnprocessedItems)
    },
    close: () => client.destroy(),
  }
}

export const PARTS: readonly WriterRow[] = PART_NAMES.flatMap((part) => [
  { name: `part-sdk-${part}`, sends: false, open: () => sdkPart(part) },
  { name: `part-fast-${part}`, sends: false, open: () => FAST[part]() },
])
