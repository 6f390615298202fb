// Where a store is: flags first, then the environment variables every AWS tool knows, then AWS itself.
// A store on this machine needs neither an account nor a profile: region and credentials are made up for it, so that
// nothing goes looking for an instance's metadata service. `embedded` is a dynalite inside this process.
// Read next: sdkClient.ts, tunedSdk.ts, fastEndpoint.ts.
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { EmbeddedDynalite } from './dynalite.ts'
import { fastPortTo } from './fastEndpoint.ts'
import type { DynamoDbPort } from './port.ts'
import { handlerPort, sdkPort } from './sdkClient.ts'
import { tunedSdkPort } from './tunedSdk.ts'
import type { ExchangeLimits } from './undiciExchange.ts'

export interface EndpointFlags {
  /** `embedded`, or a URL; without one AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL, then the service itself. */
  readonly endpoint?: string
  readonly region?: string
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  /** How long a client waits for an answer. The write may happen after that. Default 10 s. */
  readonly requestTimeoutMs?: number
  /**
   * `sdk-tuned`: the SDK's client, sent by undici and without middleware that a sink has no use of. `fast`: serialised
   * and signed without the SDK's layers too. Default `sdk`.
   */
  readonly transport?: Transport
}

export const TRANSPORTS = ['sdk', 'sdk-tuned', 'fast'] as const
export type Transport = (typeof TRANSPORTS)[number]

export type Environment = Readonly<Record<string, string | undefined>>

const CONNECT_TIMEOUT_MS = 3_000
const REQUEST_TIMEOUT_MS = 10_000

/** A place to connect to; `connect` gives a fresh client each time. */
export interface StoreEndpoint {
  /** For people: where writes go. */
  readonly description: string
  connect(): DynamoDbPort
}

export function openEndpoint(flags: EndpointFlags, environment: Environment = process.env): StoreEndpoint {
  const endpoint = flags.endpoint ?? environment.AWS_ENDPOINT_URL_DYNAMODB ?? environment.AWS_ENDPOINT_URL
  if (endpoint === 'embedded') {
    if (flags.transport !== undefined && flags.transport !== 'sdk')
      throw new Error(`transport: ${flags.transport} needs a URL, the embedded store has none; use --transport sdk`)
    const dynalite = new EmbeddedDynalite()
    return { description: 'embedded dynalite', connect: () => handlerPort(dynalite.handler()) }
  }
  const config = clientConfig(flags, endpoint, environment)
  const limits = {
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    requestTimeoutMs: flags.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
  }
  const region = typeof config.region === 'string' ? config.region : 'region of the AWS profile'
  return {
    description: `${endpoint ?? 'DynamoDB'} (${region})`,
    connect: () => CONNECT[flags.transport ?? 'sdk'](config, limits),
  }
}

const CONNECT: Readonly<Record<Transport, (config: DynamoDBClientConfig, limits: ExchangeLimits) => DynamoDbPort>> = {
  sdk: sdkPort,
  'sdk-tuned': tunedSdkPort,
  fast: fastPortTo,
}

/** Exported for its test: what the SDK client is given. */
export function clientConfig(
  flags: EndpointFlags,
  endpoint: string | undefined,
  environment: Environment,
): DynamoDBClientConfig {
  const local = endpoint !== undefined && isLoopback(endpoint)
  const region =
    flags.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? (local ? 'us-east-1' : undefined)
  const credentials = staticCredentials(flags) ?? (local ? localCredentials(environment) : undefined)
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    // None given: the SDK's own provider chain (environment, profiles, roles).
    ...(credentials === undefined ? {} : { credentials }),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: flags.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  }
}

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

function staticCredentials(flags: EndpointFlags): Credentials | undefined {
  const { accessKeyId, secretAccessKey, sessionToken } = flags
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const missing = accessKeyId === undefined ? 'accessKeyId' : 'secretAccessKey'
    throw new Error(
      `credentials: expected accessKeyId and secretAccessKey together, got one without ${missing}; ` +
        'give both, or neither to use the AWS provider chain',
    )
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

/** undefined leaves it to the SDK, which reads the same variables. */
function localCredentials(environment: Environment): Credentials | undefined {
  const known = environment.AWS_ACCESS_KEY_ID !== undefined && environment.AWS_SECRET_ACCESS_KEY !== undefined
  return known ? undefined : { accessKeyId: 'local', secretAccessKey: 'local' }
}

function isLoopback(endpoint: string): boolean {
  let url: URL
  try {
    url = new URL(endpoint)
  } catch {
    throw new Error(
      `endpoint: expected "embedded" or a URL such as http://127.0.0.1:8000, got ${JSON.stringify(endpoint)}`,
    )
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Error(`endpoint: expected http or https, got ${JSON.stringify(endpoint)}; prefix it with http://`)
  }
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\./.test(url.hostname)
}
