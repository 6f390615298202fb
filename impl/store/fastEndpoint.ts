// The fast client connected: credentials, region and the service's address come from the SDK's own provider chain, so
// that profiles, roles and environment mean what they mean everywhere; only the request itself goes without the SDK.
// Read next: fastClient.ts, endpoint.ts.
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { type FastTransport, fastPort } from './fastClient.ts'
import type { DynamoDbPort } from './port.ts'
import { signer } from './signer.ts'
import { type ExchangeLimits, undiciExchange } from './undiciExchange.ts'

/** A fresh client; what it must look up is looked up at its first request. */
export function fastPortTo(config: DynamoDBClientConfig, limits: ExchangeLimits): DynamoDbPort {
  let transport: Promise<FastTransport> | undefined
  return fastPort(() => {
    transport ??= connect(config, limits)
    return transport
  })
}

async function connect(config: DynamoDBClientConfig, limits: ExchangeLimits): Promise<FastTransport> {
  const client = new DynamoDBClient(config)
  const region = await client.config.region()
  const url = typeof config.endpoint === 'string' ? new URL(config.endpoint) : await serviceUrl(client, region)
  const credentials = () => client.config.credentials()
  return {
    signer: signer({ credentials, region, host: url.host, path: url.pathname }),
    exchange: undiciExchange({ url, ...limits }),
  }
}

async function serviceUrl({ config }: DynamoDBClient, region: string): Promise<URL> {
  const of = async (setting: boolean | (() => Promise<boolean>)) =>
    typeof setting === 'function' ? await setting() : setting
  return config.endpointProvider({
    Region: region,
    UseDualStack: await of(config.useDualstackEndpoint),
    UseFIPS: await of(config.useFipsEndpoint),
  }).url
}
