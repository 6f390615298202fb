// What other people would write the same records with: clients, mappers and signers for DynamoDB, each set up as its
// documentation says, keeping connections and making one attempt a request where it can be told to. Mappers that mark
// their items send more bytes; the bytes are counted. Read next: writers.ts.
import awsLite from '@aws-lite/client'
import awsLiteDynamoDb from '@aws-lite/dynamodb'
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { AwsClient } from 'aws4fetch'
import { Table as OneTable } from 'dynamodb-onetable'
import { Dynamo } from 'dynamodb-onetable/Dynamo'
import { Entity as ToolboxEntity } from 'dynamodb-toolbox/entity'
import { BatchPutRequest } from 'dynamodb-toolbox/entity/actions/batchPut'
import { item, number, string } from 'dynamodb-toolbox/schema'
import { Table as ToolboxTable } from 'dynamodb-toolbox/table'
import { BatchWriteCommand, execute } from 'dynamodb-toolbox/table/actions/batchWrite'
import dynamoose from 'dynamoose'
import { Entity as ElectroEntity } from 'electrodb'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import { toItem } from '../../impl/sinks/item.ts'
import { CREDENTIALS, handedBack, REGION, TABLE, type WriterRow } from './writers.ts'

const plain = ({ key, version, id, value }: SinkRecord) => ({ pk: key, version, id, value })
const sdk = (url: URL) =>
  new DynamoDBClient({ endpoint: url.origin, region: REGION, credentials: CREDENTIALS, maxAttempts: 1 })

const rawClient: WriterRow = {
  name: 'client-dynamodb',
  open(url) {
    const client = sdk(url)
    return {
      async write(batch) {
        const requests = batch.map((record) => ({ PutRequest: { Item: toItem(record) } }))
        const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: requests } }))
        return batch.length - handedBack(answer.UnprocessedItems)
      },
      close: () => client.destroy(),
    }
  },
}

const toolbox: WriterRow = {
  name: 'dynamodb-toolbox',
  open(url) {
    const client = sdk(url)
    const table = new ToolboxTable({
      name: TABLE,
      documentClient: DynamoDBDocumentClient.from(client),
      partitionKey: { name: 'pk', type: 'string' },
    })
    const entity = new ToolboxEntity({
      name: 'record',
      table,
      schema: item({ pk: string().key(), version: number(), id: string(), value: string() }),
      timestamps: false,
      entityAttribute: false,
    })
    return {
      async write(batch) {
        const requests = batch.map((record) => entity.build(BatchPutRequest).item(plain(record)))
        const answer = await execute(table.build(BatchWriteCommand).requests(...requests))
        return batch.length - handedBack(answer.UnprocessedItems as Parameters<typeof handedBack>[0])
      },
      close: () => client.destroy(),
    }
  },
}

const electro: WriterRow = {
  name: 'electrodb',
  open(url) {
    const client = sdk(url)
    const entity = new ElectroEntity(
      {
        model: { entity: 'record', version: '1', service: 'bench' },
        attributes: {
          key: { type: 'string', required: true },
          version: { type: 'number', required: true },
          id: { type: 'string', required: true },
          value: { type: 'string', required: true },
        },
        indexes: { primary: { pk: { field: 'pk', composite: ['key'] } } },
      },
      { client, table: TABLE },
    )
    return {
      async write(batch) {
        const records = batch.map(({ key, version, id, value }) => ({ key, version, id, value }))
        const { unprocessed } = await entity.put(records).go({ concurrent: 1, unprocessed: 'raw' })
        return batch.length - unprocessed.length
      },
      close: () => client.destroy(),
    }
  },
}

const oneTable: WriterRow = {
  name: 'dynamodb-onetable',
  open(url) {
    const client = sdk(url)
    const table = new OneTable({
      client: new Dynamo({ client }),
      name: TABLE,
      partial: false,
      schema: {
        format: 'onetable:1.1.0',
        version: '0.0.1',
        indexes: { primary: { hash: 'pk' } },
        models: {
          Record: { pk: { type: String }, version: { type: Number }, id: { type: String }, value: { type: String } },
        } as const,
        params: { timestamps: false },
      },
    })
    const model = table.getModel('Record')
    return {
      // It sends what was handed back again by itself, seven times, and then throws.
      async write(records) {
        const batch = {}
        for (const record of records) await model.create(plain(record), { batch, exists: null })
        await table.batchWrite(batch)
        return records.length
      },
      close: () => client.destroy(),
    }
  },
}

const moose: WriterRow = {
  name: 'dynamoose',
  onePlace: true,
  open(url) {
    const client = new dynamoose.aws.ddb.DynamoDB({
      endpoint: url.origin,
      region: REGION,
      credentials: CREDENTIALS,
      maxAttempts: 1,
    })
    dynamoose.aws.ddb.set(client)
    const schema = new dynamoose.Schema({
      pk: { type: String, hashKey: true },
      version: Number,
      id: String,
      value: String,
    })
    const model = dynamoose.model(TABLE, schema, { create: false, waitForActive: false })
    return {
      async write(batch) {
        const { unprocessedItems } = await model.batchPut(batch.map(plain))
        return batch.length - unprocessedItems.length
      },
      close: () => client.destroy(),
    }
  },
}

interface AwsLite {
  readonly DynamoDB: {
    BatchWriteItem(input: object): Promise<{ UnprocessedItems?: Parameters<typeof handedBack>[0] }>
  }
}

const lite: WriterRow = {
  name: '@aws-lite/dynamodb',
  async open(url) {
    const aws = (await awsLite({
      ...CREDENTIALS,
      region: REGION,
      endpoint: url.origin,
      keepAlive: true,
      retries: 0,
      plugins: [awsLiteDynamoDb],
    })) as unknown as AwsLite
    return {
      async write(batch) {
        const requests = batch.map((record) => ({ PutRequest: { Item: plain(record) } }))
        const answer = await aws.DynamoDB.BatchWriteItem({ RequestItems: { [TABLE]: requests } })
        return batch.length - handedBack(answer.UnprocessedItems)
      },
      close: () => {},
    }
  },
}

/** A signer over fetch: the requests are its user's own. */
const fetchSigner: WriterRow = {
  name: 'aws4fetch',
  open(url) {
    const aws = new AwsClient({ ...CREDENTIALS, service: 'dynamodb', region: REGION, retries: 0 })
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.BatchWriteItem',
    }
    return {
      async write(batch) {
        const requests = batch.map((record) => ({ PutRequest: { Item: toItem(record) } }))
        const body = JSON.stringify({ RequestItems: { [TABLE]: requests } })
        const response = await aws.fetch(url.href, { method: 'POST', headers, body })
        if (!response.ok) throw new Error(`expected 200, got ${response.status} ${await response.text()}`)
        const answer = (await response.json()) as { UnprocessedItems?: Parameters<typeof handedBack>[0] }
        return batch.length - handedBack(answer.UnprocessedItems)
      },
      close: () => {},
    }
  },
}

export const PEERS: readonly WriterRow[] = [rawClient, toolbox, electro, oneTable, moose, lite, fetchSigner]
