// The formats of the other recordings: the coordinator's calls, redistribution, operator state, the async sink writer.
// Strict: a field or an event that is not known is an error, never ignored. Read next: ../kinds.ts.
import { z } from 'zod'

const count = z.int().nonnegative()
const id = z.int()
const task = z.int().min(-1)
const reason = z.string()

const pending = z.record(z.string(), z.strictObject({ savepoint: z.boolean(), waitingFor: z.array(count) }))

export const coordinator2 = z.strictObject({
  name: z.string(),
  tasks: z.int().positive(),
  config: z.strictObject({
    maxConcurrent: z.int().positive(),
    tolerableFailures: count,
    retained: z.int().positive(),
    unaligned: z.boolean(),
  }),
  steps: z.array(
    z.strictObject({
      event: z.union([
        z.tuple([z.enum(['checkpoint', 'savepoint']), count]),
        z.tuple([z.literal('ack'), task, id, count]),
        z.tuple([z.literal('decline'), task, id, reason]),
        z.tuple([z.literal('expire'), id]),
        z.tuple([z.literal('failover')]),
      ]),
      out: z.array(
        z.union([
          z.tuple([z.literal('trigger'), count, id]),
          z.tuple([z.literal('notifyComplete'), count, id, id]),
          z.tuple([z.literal('notifyAbort'), count, id, id]),
          z.tuple([z.literal('discard'), task, id, count]),
          z.tuple([z.literal('requestDone'), count, id]),
          z.tuple([z.literal('requestFailed'), count, reason]),
          z.tuple([z.literal('failJob'), z.union([task, z.literal('coordinator')])]),
        ]),
      ),
      returned: z.boolean().optional(),
      pending,
      retained: z.array(id),
      queued: count,
    }),
  ),
})

const mode = z.enum(['SPLIT_DISTRIBUTE', 'UNION', 'BROADCAST'])
const parallelism = z.int().positive()

export const repartition2 = z.strictObject({
  name: z.string(),
  oldParallelism: parallelism,
  newParallelism: parallelism,
  before: z.array(z.record(z.string(), z.strictObject({ mode, elements: z.array(z.string()) }))),
  after: z.array(z.record(z.string(), z.array(z.string()))),
})

export const operatorState1 = z.discriminatedUnion('kind', [
  z.strictObject({
    name: z.string(),
    kind: z.literal('rescale'),
    oldParallelism: parallelism,
    newParallelism: parallelism,
    before: z.array(z.array(z.string())),
    after: z.array(
      z.strictObject({
        split: z.array(z.string()),
        union: z.array(z.string()),
        field: z.array(z.string()),
        isRestored: z.boolean(),
      }),
    ),
  }),
  z.strictObject({ name: z.string(), kind: z.literal('fact'), observed: z.record(z.string(), z.unknown()) }),
])

const request = z.string()
const entry = z.tuple([z.string(), z.int(), count])

export const asyncSinkWriter1 = z.strictObject({
  name: z.string(),
  config: z.strictObject({
    maxBatchSize: z.int().positive(),
    maxInFlightRequests: z.int().positive(),
    maxBufferedRequests: z.int().positive(),
    maxBatchSizeInBytes: z.int().positive(),
    maxTimeInBufferMS: count,
    maxRecordSizeInBytes: z.int().positive(),
  }),
  steps: z.array(
    z.tuple([
      z.union([
        z.tuple([z.enum(['open', 'endInput', 'crash'])]),
        z.tuple([z.enum(['restore', 'checkpoint', 'notifyComplete', 'time']), z.int()]),
        z.tuple([z.literal('write'), z.string(), z.int(), count]),
        z.tuple([z.enum(['ok', 'retryAll', 'fatal']), request]),
        z.tuple([z.literal('unprocessed'), request, z.array(count)]),
      ]),
      z.strictObject({
        status: z.enum(['idle', 'blocked', 'failed', 'gone']),
        sent: z.array(z.tuple([request, z.array(entry)])).optional(),
        snapshot: z.tuple([z.int(), z.array(entry)]).optional(),
        error: z.string().optional(),
      }),
    ]),
  ),
})
