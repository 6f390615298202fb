// Where a client connects to, from flags and environment.
import { describe, expect, test } from 'vitest'
import { clientConfig, openEndpoint } from './endpoint.ts'

describe('endpoint', () => {
  test('nothing given: the service itself, with region and credentials from the AWS provider chain', () => {
    const config = clientConfig({}, undefined, {})
    expect(config).not.toHaveProperty('endpoint')
    expect(config).not.toHaveProperty('region')
    expect(config).not.toHaveProperty('credentials')
  })

  test('a store on this machine needs no account', () => {
    for (const url of ['http://127.0.0.1:8000', 'http://localhost:8000', 'http://[::1]:8000']) {
      expect(clientConfig({}, url, {})).toMatchObject({
        endpoint: url,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      })
    }
  })

  test('elsewhere credentials are never made up', () => {
    expect(clientConfig({}, 'https://dynamodb.example.com', {})).not.toHaveProperty('credentials')
    expect(
      clientConfig({}, 'http://127.0.0.1:8000', { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }),
    ).not.toHaveProperty('credentials')
  })

  test('flags win over the environment', () => {
    const environment = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }
    expect(clientConfig({}, undefined, environment).region).toBe('eu-west-1')
    expect(clientConfig({ region: 'eu-central-1' }, undefined, environment).region).toBe('eu-central-1')
    expect(openEndpoint({}, environment).description).toBe('http://127.0.0.1:1 (eu-west-1)')
    expect(openEndpoint({ endpoint: 'http://127.0.0.1:2' }, environment).description).toContain('127.0.0.1:2')
    const specific = { ...environment, AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:3' }
    expect(openEndpoint({}, specific).description).toContain('127.0.0.1:3')
  })

  test('embedded is a store of its own, shared by its clients', async () => {
    const endpoint = openEndpoint({ endpoint: 'embedded' }, {})
    await endpoint.connect().createTable({
      TableName: 'ttt',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
    const { Table } = await endpoint.connect().describeTable({ TableName: 'ttt' })
    expect(Table?.KeySchema).toEqual([{ AttributeName: 'pk', KeyType: 'HASH' }])
  })

  test.each([
    [{ endpoint: 'localhost:8000' }, /prefix it with http:\/\//],
    [{ endpoint: 'embeded' }, /expected "embedded" or a URL/],
    [{ accessKeyId: 'a' }, /one without secretAccessKey/],
    [{ secretAccessKey: 'b' }, /one without accessKeyId/],
  ])('%j is refused', (flags, message) => {
    expect(() => openEndpoint(flags, {})).toThrow(message)
  })
})
