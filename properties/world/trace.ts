// Trace files: a run of the world as JSON, readable and replayable on the model, the memory store and dynalite.
// Read from outside, so validated by a schema at the door. Read next: replay.ts.
import { z } from 'zod'
import { ALIGNED, SMALL } from '../../model/pipeline/bounds.ts'
import { FAULTS } from '../../model/pipeline/vocabulary.ts'
import { WORKLOADS } from '../../model/pipeline/workloads.ts'
import type { WorldConfiguration } from './configuration.ts'

export const TRACE_FORMAT = 'sinkproof-trace'
export const TRACE_VERSION = 2

const count = z.number().int().nonnegative()
const values = z.union([count, z.array(count)])

const boundsSchema = z.strictObject({
  // Absent in traces from before there were others.
  workload: z.enum(WORKLOADS.map(({ name }) => name)).default(SMALL.workload),
  // Absent in traces from before there were modes.
  alignment: z.enum(['aligned', 'unaligned', 'alternating', 'atLeastOnce']).default(ALIGNED.alignment),
  concurrency: count.default(ALIGNED.concurrency),
  parallelism: count.default(ALIGNED.parallelism),
  startParallelism: count.optional(),
  savepoints: count.default(ALIGNED.savepoints),
  sources: count,
  records: count,
  keys: count,
  checkpoints: count,
  capacity: count,
  batchLimit: count,
  backoffLevels: count,
  budgets: z.strictObject({
    F1: count.optional(),
    F2d: count.optional(),
    F2f: count.optional(),
    F3: count.optional(),
    F4: count.optional(),
    F5: count.optional(),
    F6: count.optional(),
    F7: count.optional(),
    F8: count.optional(),
    F9: count.optional(),
    F10: count.optional(),
  }),
  crashes: count,
  others: count,
  poison: count,
})

const traceSchema = z.strictObject({
  format: z.literal(TRACE_FORMAT),
  version: z.literal(TRACE_VERSION),
  /** Guarantee that falls, and the fault classes that the run uses; null for a run that breaks nothing. */
  verdict: z
    .strictObject({ guarantee: z.string(), faults: z.array(z.enum(FAULTS.map((fault) => fault.id))) })
    .nullable(),
  /** Where the run comes from: `model search`, or a seed. */
  origin: z.string(),
  configuration: z.strictObject({
    design: z.string(),
    bounds: boundsSchema,
    store: z.enum(['memory', 'dynalite']),
    hashOrder: z.union([z.literal(0), z.literal(1)]),
  }),
  /** Each action with the variables it changed and their new values. */
  actions: z.array(z.strictObject({ action: z.string(), changes: z.record(z.string(), values) })),
  /** For a lasso: the action from which the run repeats for ever; null otherwise. */
  repeatsFrom: count.nullable(),
})

export type TraceAction = z.infer<typeof traceSchema>['actions'][number]
export interface Trace extends Omit<z.infer<typeof traceSchema>, 'configuration'> {
  readonly configuration: WorldConfiguration & { readonly hashOrder: 0 | 1 }
}

/** The file is no trace of this version: says where it differs. */
export class TraceFormatError extends Error {
  override readonly name = 'TraceFormatError'
}

export const traceText = (trace: Trace): string => `${JSON.stringify(trace, null, 1)}\n`

/** @throws TraceFormatError naming the first place that differs from the format. */
export function parseTrace(text: string, name: string): Trace {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new TraceFormatError(
      `${name}: expected a trace file in JSON: ${error instanceof Error ? error.message : error}`,
    )
  }
  const { version, format } = (json ?? {}) as { version?: unknown; format?: unknown }
  if (format !== TRACE_FORMAT)
    throw new TraceFormatError(`${name}: expected format "${TRACE_FORMAT}", got ${JSON.stringify(format)}`)
  if (version !== TRACE_VERSION)
    throw new TraceFormatError(
      `${name}: this program reads traces of version ${TRACE_VERSION}, got ${JSON.stringify(version)}`,
    )
  const parsed = traceSchema.safeParse(json)
  // The schema's optional budgets may be undefined as a type; JSON has no such value.
  if (parsed.success) return parsed.data as Trace
  const issue = parsed.error.issues[0]
  throw new TraceFormatError(`${name}: ${issue?.path.join('.') || 'file'}: ${issue?.message ?? 'not a trace'}`)
}
