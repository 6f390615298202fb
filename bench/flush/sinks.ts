// Our sinks as they are, from invoke to finish, on either transport: what the choice of the design changes of a write.
// They await each request, so one is in flight. Read next: writers.ts, ../../impl/sinks/designs.ts.

import { encodedOnEntry, sinkDesignNamed } from '../../impl/sinks/designs.ts'
import type { RuntimeContext, SinkRecord } from '../../impl/sinks/interfaces.ts'
import { openEndpoint, type Transport } from '../../impl/store/endpoint.ts'
import type { SinkClient } from '../../impl/store/port.ts'
import { attempt, subtaskIndex } from '../../model/pipeline/ids.ts'
import { CREDENTIALS, REGION, TABLE } from './writers.ts'

/** Those that write in batches; writeThrough makes a request of each record and would measure that. */
export const DESIGNS = ['hashSetTransient', 'listStateBuffer', 'flushOnSnapshotKeyed'] as const

export interface SinkWriter {
  /** All records through a fresh sink; settles with how many the store has confirmed. */
  write(records: readonly SinkRecord[]): Promise<number>
  close(): void
}

export function sinkWriter(name: (typeof DESIGNS)[number], transport: Transport, url: URL): SinkWriter {
  const { create } = transport === 'fast' ? encodedOnEntry(sinkDesignNamed(name)) : sinkDesignNamed(name)
  const endpoint = { endpoint: url.origin, region: REGION, ...CREDENTIALS, transport }
  const client = openEndpoint(endpoint, {}).connect()
  return {
    async write(records) {
      let confirmed = 0
      const counted: SinkClient = {
        async batchWriteItem(input) {
          const answer = await client.batchWriteItem(input)
          confirmed += (input.RequestItems?.[TABLE] ?? []).length - (answer.UnprocessedItems?.[TABLE] ?? []).length
          return answer
        },
        putItem: (input) => client.putItem(input),
        updateItem: (input) => client.updateItem(input),
        transactWriteItems: (input) => client.transactWriteItems(input),
        getItem: (input) => client.getItem(input),
        scan: (input) => client.scan(input),
        destroy: () => {},
      }
      const sink = create({ table: TABLE })
      await sink.open?.(contextOf(counted))
      for (const record of records) {
        const written = sink.invoke(record, { timestamp: null, currentProcessingTime: 0 })
        if (written !== undefined) await written
      }
      await sink.finish?.()
      await sink.close?.()
      return confirmed
    },
    close: () => client.destroy(),
  }
}

/** Time stands still: batches leave when they are full, never by a timer, and nothing is tried again. */
function contextOf(client: SinkClient): RuntimeContext {
  const fail = (error: unknown): never => {
    throw error
  }
  return {
    subtaskIndex: subtaskIndex(0),
    parallelism: 1,
    attempt: attempt(1),
    runId: 1,
    client,
    processingTime: {
      now: () => 0,
      registerTimer: () => () => {},
      sleep: () => fail(new Error('expected no request to be tried again')),
    },
    random: () => 0.5,
    logger: { info: () => {}, warn: () => {} },
    fail,
  }
}
