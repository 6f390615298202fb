// A job with any sink, on a store, a log and a checkpoint storage of its own, or on those that another run left behind:
// that is a restart into a new version, the notes' new JAR. What an operator can do to a job is here as well.
// Read next: stopping.ts, codeUpdate.ts.
import { EmbeddedHost } from '../../impl/runtime/embeddedHost.ts'
import { Job } from '../../impl/runtime/job.ts'
import { VirtualProcessingTime } from '../../impl/runtime/processingTime.ts'
import { jobSteps, type Step } from '../../impl/runtime/steps.ts'
import { ListBuffer } from '../../impl/sinks/buffers/listBuffer.ts'
import { type InspectableSink, sinkDesignNamed } from '../../impl/sinks/designs.ts'
import type { SyncSinkOptions } from '../../impl/sinks/dynamoDbSyncSink.ts'
import type { Bounds } from '../../model/pipeline/bounds.ts'
import { memoryWorldStore, TABLE } from '../world/store.ts'
import { World } from '../world/world.ts'
import { storeSteps } from '../world/worldSteps.ts'
import { configured, Run } from './run.ts'

/** Options of a sink that buffers in a list, for sinks written for one claim. */
export const bufferingOptions = (differs: Partial<SyncSinkOptions> = {}): SyncSinkOptions => ({
  table: TABLE,
  buffer: new ListBuffer(),
  batchLimit: 25,
  flushWhenFull: true,
  flushIntervalMs: 100,
  backoff: { baseMs: 10, maxMs: 20 },
  writeThrough: false,
  onFinish: 'write',
  onClose: 'drop',
  ...differs,
})

/** One request at a time, which every world shows, and no timeout of its own: a client gives up when the world says so. */
export const ofDesign = (name: string) => (): InspectableSink =>
  sinkDesignNamed(name).create({ table: TABLE, maxInFlightRequests: 1, requestTimeoutMs: null })

/** A job of that sink that starts from nothing. */
export async function deploy(sink: () => InspectableSink, over: Partial<Bounds> = {}): Promise<Run> {
  const world = new World(configured('writeThrough', over), memoryWorldStore())
  await world.store.reset()
  return start(world, 1, sink, new Run(world))
}

/** The next version of a job: another sink on the same log, from the newest checkpoint that was retained. */
export function upgrade(before: Run, sink: () => InspectableSink): Promise<Run> {
  return start(before.world, before.job.options.runId + 1, sink, before)
}

async function start(world: World, runId: number, sink: () => InspectableSink, before: Run): Promise<Run> {
  const { options } = before.job
  const name = (attempt: number, closing: boolean) => `sink0@${runId}.${attempt}${closing ? '!close' : ''}`
  const host = (subtask: number, attempt: number) =>
    new EmbeddedHost({
      sink: sink(),
      subtask,
      parallelism: options.parallelism,
      attempt,
      runId,
      time: new VirtualProcessingTime(world.clock),
      random: () => 0,
      logger: { info: () => {}, warn: () => {} },
      client: (closing) => world.store.client(name(attempt, closing)),
      cutOff: (closing) => world.store.gate.cutOff(name(attempt, closing)),
    })
  const newest = before.completed?.checkpointId ?? 0
  const job = new Job({ ...options, runId, host }, newest + 1)
  const started = job.start()
  if (started !== undefined) await world.store.settle()
  return new Run(world, job, [...jobSteps(job), ...storeSteps(world), ...faultSteps(job)])
}

const faultSteps = (job: Job): Step[] => [
  { name: 'crash(death)', enabled: () => job.phase !== 'down', perform: () => job.crash('death') },
  { name: 'crash(failover)', enabled: () => job.running, perform: () => job.crash('failover') },
]

/** The user cancels: close() is called and may write, finish() is not called; the last checkpoint is retained. */
export async function cancel(run: Run): Promise<Run> {
  await run.act('crash(failover)')
  return run.until(() => run.job.phase === 'down', /^(close|apply|respond|timer)\b/)
}
