// A client for tests of sinks that write by BatchWriteItem and nothing else; any other call fails the test.
import type { SinkClient } from './port.ts'

export function onlyBatches(batchWriteItem: SinkClient['batchWriteItem']): SinkClient {
  const refuse = (operation: string) => async (): Promise<never> => {
    throw new Error(`expected BatchWriteItem only, got ${operation}`)
  }
  return {
    batchWriteItem,
    putItem: refuse('PutItem'),
    updateItem: refuse('UpdateItem'),
    transactWriteItems: refuse('TransactWriteItems'),
    getItem: refuse('GetItem'),
    scan: refuse('Scan'),
    destroy: () => {},
  }
}
