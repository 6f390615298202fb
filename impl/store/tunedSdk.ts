// The SDK's client with what does nothing for a sink left out, by its public means alone: middleware taken out by name,
// the stack resolved once a kind of command instead of once a request, and undici as its request handler. Serialiser,
// credentials, endpoints, signature, retries and errors are the SDK's own. The flush suite measures each step by itself.
// Given up: the SDK's log lines, its User-Agent header, and the trace header that AWS Lambda counts recursion by.
// Read next: undiciHandler.ts, sdkClient.ts, ../../bench/flush/writers.ts.
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import type { DynamoDbPort } from './port.ts'
import { clientPort } from './sdkClient.ts'
import type { ExchangeLimits } from './undiciExchange.ts'
import { undiciHandler } from './undiciHandler.ts'

export const TUNING_STEPS = ['less-middleware', 'resolved-once', 'undici'] as const
export type TuningStep = (typeof TUNING_STEPS)[number]

/** The logger walks every record of a request for a log that nobody keeps; the others make headers. */
const UNUSED = ['loggerMiddleware', 'getUserAgentMiddleware', 'recursionDetectionMiddleware']

/**
 * A fresh client. `steps`: fewer of them where one is measured, or where `config` has a request handler of its own.
 * @throws Error where the SDK has no middleware of such a name any more.
 */
export function tunedSdkPort(
  config: DynamoDBClientConfig,
  limits: ExchangeLimits,
  steps: readonly TuningStep[] = TUNING_STEPS,
): DynamoDbPort {
  const client = new DynamoDBClient({
    ...config,
    maxAttempts: 1,
    ...(steps.includes('undici') ? { requestHandler: undiciHandler(limits) } : {}),
    // The context of a stack is then shared by its requests: the same client, credentials and region for all of them.
    ...(steps.includes('resolved-once') ? { cacheMiddleware: true } : {}),
  })
  for (const name of steps.includes('less-middleware') ? UNUSED : [])
    if (!client.middlewareStack.remove(name))
      throw new Error(
        `expected the SDK's client to have ${name}, got ${client.middlewareStack.identify().join(', ')}; ` +
          'the versions that this was written for are in package.json',
      )
  return clientPort(client)
}
