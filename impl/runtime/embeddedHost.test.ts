// What the host of a sink does beyond passing calls on: Flink's order at the start, and the end of an attempt.
import { expect, it } from 'vitest'
import { checkpointId } from '../../model/pipeline/ids.ts'
import type { InspectableSink } from '../sinks/designs.ts'
import type { RuntimeContext } from '../sinks/interfaces.ts'
import { onlyBatches } from '../store/onlyBatches.fixture.ts'
import { EmbeddedHost } from './embeddedHost.ts'
import { VirtualProcessingTime } from './processingTime.ts'

function host(sink: InspectableSink) {
  const calls: string[] = []
  const time = new VirtualProcessingTime({ nowMs: 0 })
  const made = new EmbeddedHost({
    sink,
    subtask: 0,
    parallelism: 1,
    attempt: 0,
    runId: 1,
    time,
    random: () => 0,
    logger: { info: () => {}, warn: () => {} },
    client: (closing) =>
      onlyBatches(async () => {
        calls.push(closing ? 'sent by close' : 'sent')
        return {}
      }),
    cutOff: (closing) => calls.push(closing ? 'close cut off' : 'cut off'),
  })
  return { host: made, time, calls }
}

it('initialises the state before it opens the sink, and says what it was restored from', () => {
  const order: string[] = []
  const { host: made } = host({
    invoke: () => {},
    initializeState: ({ isRestored, restoredCheckpointId }) =>
      void order.push(`state ${isRestored} ${restoredCheckpointId}`),
    snapshotState: () => {},
    open: () => void order.push('open'),
  })
  void made.open({ checkpointId: checkpointId(4), state: {} })
  expect(order).toEqual(['state true 4', 'open'])
})

it('a crash disarms the attempt’s timers and cuts its client off; close() after a failover has another one', async () => {
  let context: RuntimeContext | undefined
  const sink: InspectableSink = {
    invoke: () => {},
    open: (given) => {
      context = given
      given.processingTime.registerTimer(5, () => {})
      void given.processingTime.sleep(5)
    },
    close: async () => {
      await context?.client.batchWriteItem({ RequestItems: {} })
    },
  }
  const { host: made, time, calls } = host(sink)
  void made.open(null)
  expect([made.timers, made.sleeps]).toEqual([1, 1])
  made.crash('failover')
  expect([time.timers, time.sleeps]).toEqual([0, 0])
  await made.close()
  expect(calls).toEqual(['cut off', 'sent by close', 'close cut off'])
})

it('a black box shows nothing of its inside', () => {
  expect(host({ invoke: () => {} }).host.insight()).toBeNull()
})

it.each([
  [
    'throws',
    () => {
      throw new Error('boom')
    },
  ],
  ['rejects', () => Promise.reject(new Error('boom'))],
] as const)('a close() that %s is cut off from the store all the same', async (_, close) => {
  const { host: made, calls } = host({ invoke: () => {}, close })
  made.crash('failover')
  await expect(async () => made.close()).rejects.toThrow('boom')
  expect(calls).toEqual(['cut off', 'close cut off'])
})
