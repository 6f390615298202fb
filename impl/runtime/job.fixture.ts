// A whole job of two logs on a memory store, for tests: its options, its clock, and an executor that performs what is
// enabled in turn. Read next: job.test.ts, jobStop.test.ts.
import { sinkDesignNamed } from '../sinks/designs.ts'
import type { SinkRecord } from '../sinks/interfaces.ts'
import { MemoryStore } from '../store/memory/memoryStore.ts'
import { backendPort } from '../store/portWire.ts'
import { MemoryCheckpointStorage } from './checkpointStorage.ts'
import { EmbeddedHost } from './embeddedHost.ts'
import { Job } from './job.ts'
import type { JobOptions } from './jobOptions.ts'
import { RunClient } from './pipelineClient.ts'
import { VirtualProcessingTime } from './processingTime.ts'
import { MemoryLog } from './sourceTask.ts'
import { jobSteps, type Step } from './steps.ts'

const KEYS = 7
export const RECORDS = 40
/** Of source s: keys of its own, versions rising. */
const log = (s: number): SinkRecord[] =>
  Array.from({ length: RECORDS }, (_, i) => ({
    key: `s${s}-k${i % KEYS}`,
    version: i + 1,
    id: `${s}/${i}`,
    value: `v${i}`,
  }))

type Options = Partial<Omit<JobOptions, 'logs' | 'parallelism' | 'storage' | 'host'>>

export function job(design: string, parallelism: number, options: Options = {}) {
  const store = new MemoryStore()
  store.putTable({ name: 'table' })
  return over(store, design, parallelism, new MemoryCheckpointStorage({ retained: 1_000 }), options)
}

export function over(
  store: MemoryStore,
  design: string,
  parallelism: number,
  storage: MemoryCheckpointStorage,
  options: Options = {},
) {
  const seen: { subtask: number; key: string }[] = []
  const created = new Job(
    {
      logs: [new MemoryLog(log(0)), new MemoryLog(log(1))],
      parallelism,
      channelCapacity: 4,
      storage,
      runId: 1,
      fingerprint: 'test',
      now: () => 0,
      ...options,
      host: (subtask, attempt) => {
        const clients = new Map<boolean, RunClient>()
        const sink = sinkDesignNamed(design).create({ table: 'table', batchLimit: 5 })
        const invoke = sink.invoke.bind(sink)
        sink.invoke = (record, context) => {
          seen.push({ subtask, key: record.key })
          return invoke(record, context)
        }
        return new EmbeddedHost({
          sink,
          subtask,
          parallelism,
          attempt,
          runId: 1,
          time: new VirtualProcessingTime({ nowMs: 0 }),
          random: () => 0,
          logger: { info: () => {}, warn: () => {} },
          client: (closing) => {
            const client = new RunClient(
              backendPort(store),
              () => {},
              () => {},
            )
            clients.set(closing, client)
            return client
          },
          cutOff: (closing) => clients.get(closing)?.cutOff(),
        })
      },
    },
    storage.highestId() + 1,
  )
  return { job: created, store, storage, seen }
}

/** Performs enabled steps in turn until none is left or `stop` says so. A buffer's timer fires when nothing else can. */
export async function run(
  target: Job,
  stop: (performed: number) => boolean = () => false,
  all: readonly Step[] = jobSteps(target),
): Promise<number> {
  const timers = all.filter(({ name }) => name.startsWith('flush('))
  const steps = all.filter((step) => !timers.includes(step))
  let at = 0
  for (let performed = 0; ; performed++) {
    const inTurn = Array.from({ length: steps.length }, (_, i) => steps[(at + i) % steps.length])
    const step = [...inTurn, ...timers].find((each) => each?.enabled())
    if (step === undefined || stop(performed)) return performed
    at = (steps.indexOf(step) + 1) % steps.length
    await step.perform()
    await new Promise((resolve) => setImmediate(resolve))
    for (const { failure } of target.subtasks) if (failure !== null) throw failure
  }
}

/** The latest version of each key, which is what every design must leave without a fault. */
export const expected = () => {
  const latest = new Map<string, string>()
  for (const s of [0, 1]) for (const { key, version } of log(s)) latest.set(key, String(version))
  return [...latest].sort()
}
export const rows = (store: MemoryStore) =>
  store
    .snapshot('table')
    .map((item) => [item.pk?.S ?? '', item.version?.N ?? ''])
    .sort()
