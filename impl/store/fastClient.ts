// A DynamoDbPort without the SDK's layers: body, signature, one HTTP exchange, answer. One attempt a call like the SDK's
// port, the same errors by the same names; retries are the sink's own. What is left out: clock-skew correction, endpoint
// discovery and the SDK's telemetry. How the bytes travel is passed in: undici, or a gate.
// Read next: requestBody.ts, signer.ts, undiciExchange.ts, fastGateClient.ts.
import type { DynamoDbPort } from './port.ts'
import { fromWire } from './portWire.ts'
import { requestBody } from './requestBody.ts'
import type { Headers, Signer } from './signer.ts'
import { emptyAnswer, wholeBatchAnswer } from './storeError.ts'
import type { WireObject, WireOperation } from './wire.ts'

export interface HttpAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined
  readonly text: string
}

/** One request, one answer. Rejects with an Error that `isRetryable` knows where there was no whole answer. */
export interface Exchange {
  send(headers: Headers, body: Buffer | string): Promise<HttpAnswer>
  close(): void
}

export interface FastTransport {
  readonly signer: Signer
  readonly exchange: Exchange
}

/** `connected` is asked at each call: the first time credentials and region may have to be looked up. */
export function fastPort(connected: () => FastTransport | Promise<FastTransport>): DynamoDbPort {
  let used: FastTransport | undefined
  let destroyed = false
  const call = (operation: WireOperation) => {
    const signed = { contentType: 'application/x-amz-json-1.0', target: `DynamoDB_20120810.${operation}` }
    return async (input: object): Promise<never> => {
      // Before anything is awaited: what the caller changes later is not sent.
      const body = requestBody(input)
      const { signer, exchange } = used ?? (await connected())
      used = { signer, exchange }
      if (destroyed) exchange.close()
      const headers = await signer.sign(signed, body)
      const { status, text } = await exchange.send(headers, body)
      if (text === '' && status < 400) throw emptyAnswer()
      const answer = fromWire({ status, body: parsed(status, text) })
      return (operation === 'BatchWriteItem' ? wholeBatchAnswer(answer) : answer) as never
    }
  }
  return {
    batchWriteItem: call('BatchWriteItem'),
    putItem: call('PutItem'),
    deleteItem: call('DeleteItem'),
    updateItem: call('UpdateItem'),
    transactWriteItems: call('TransactWriteItems'),
    getItem: call('GetItem'),
    scan: call('Scan'),
    createTable: call('CreateTable'),
    deleteTable: call('DeleteTable'),
    describeTable: call('DescribeTable'),
    destroy: () => {
      destroyed = true
      used?.exchange.close()
    },
  }
}

/** The page of a proxy is an error by its status alone; where the store says it went well it must say so in JSON. */
function parsed(status: number, text: string): WireObject {
  try {
    return JSON.parse(text) as WireObject
  } catch (error) {
    if (status >= 400) return { message: text.slice(0, 200) }
    throw error
  }
}
