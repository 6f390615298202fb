// The two formats of recorded barrier cases. Strict: a field or an event that is not known is an error, never ignored.
// Read next: ../kinds.ts.
import { z } from 'zod'

const channel = z.int().nonnegative()
const id = z.int()
const channels = z.array(channel)
const ids = z.array(id)

const sent = [
  z.tuple([z.literal('record'), channel, z.int()]),
  z.tuple([z.literal('cancel'), channel, id]),
  z.tuple([z.literal('eop'), channel]),
] as const
const kind = z.enum(['timeout', 'unaligned', 'savepoint', 'aligned', 'forced'])
const how = z.enum(['aligned', 'unaligned'])

const event1 = z.union([...sent, z.tuple([z.literal('barrier'), channel, id])])
const out1 = z.union([
  z.tuple([z.literal('emit'), channel, z.int()]),
  z.tuple([z.literal('trigger'), id]),
  z.tuple([z.literal('abort'), id, z.string()]),
  z.tuple([z.literal('resume'), channels]),
])
const state = {
  blocked: channels,
  latest: id,
  pending: z.boolean(),
  open: z.int().nonnegative(),
}
const failed = <Event extends z.ZodType, Out extends z.ZodType>(event: Event, out: Out) =>
  z.strictObject({ event, out: z.array(out), error: z.string() })

const base = { name: z.string(), channels: z.int().positive() }
/** Elements that were never sent, by channel. */
const left = z.array(z.array(z.array(z.union([z.string(), z.number()]))))

export const barriers1 = z.strictObject({
  ...base,
  config: z.strictObject({ checkpointsAfterTasksFinish: z.boolean() }),
  steps: z.array(
    z.union([
      z.strictObject({ event: event1, out: z.array(out1), ...state, aligned: channels }),
      z.strictObject({ event: event1, out: z.array(out1), ...state, pendingIds: ids }),
      failed(event1, out1),
    ]),
  ),
  left: left.optional(),
})

const event2 = z.union([
  z.tuple([z.literal('arrive'), z.literal('record'), channel, z.int()]),
  z.tuple([z.literal('arrive'), z.literal('cancel'), channel, id]),
  z.tuple([z.literal('arrive'), z.literal('eop'), channel]),
  z.tuple([z.literal('arrive'), z.literal('barrier'), channel, id, kind, z.number()]),
  z.tuple([z.literal('poll'), channel]),
  z.tuple([z.literal('time'), z.number()]),
])
const out2 = z.union([
  z.tuple([z.literal('emit'), channel, z.int()]),
  z.tuple([z.literal('trigger'), id, how]),
  z.tuple([z.literal('abort'), id, z.string()]),
  z.tuple([z.literal('resume'), channels]),
  z.tuple([z.literal('in'), z.literal('barrier'), channel, id, how]),
  z.tuple([z.literal('in'), z.literal('announce'), channel, id]),
  z.tuple([z.literal('in'), z.literal('cancel'), channel, id]),
  z.tuple([z.literal('in'), z.literal('eop'), channel]),
  z.tuple([z.literal('timer')]),
  z.tuple([z.literal('prioritize'), channel]),
  z.tuple([z.enum(['init', 'start', 'stop']), id]),
  z.tuple([z.literal('capture'), id, channel, z.array(z.int())]),
])
const state2 = { ...state, aligned: channels, senderBlocked: channels, capturing: channels }

export const barriers2 = z.strictObject({
  ...base,
  config: z.strictObject({
    checkpointsAfterTasksFinish: z.boolean(),
    alignedCheckpointTimeoutMs: z.number().nonnegative().optional(),
  }),
  steps: z.array(
    z.union([
      z.strictObject({ event: event2, out: z.array(out2), ...state2, timers: z.array(z.number()).optional() }),
      failed(event2, out2),
    ]),
  ),
  left: left.optional(),
})
