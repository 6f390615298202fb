// A whole job with several sources and subtasks, run in the order in which its steps are listed: keyed partitioning,
// barriers to every channel, crash and restore, and another parallelism at the restore.
import { describe, expect, it } from 'vitest'
import { sinkDesignNamed } from '../sinks/designs.ts'
import type { SinkRecord } from '../sinks/interfaces.ts'
import { MemoryStore } from '../store/memory/memoryStore.ts'
import { backendPort } from '../store/portWire.ts'
import { MemoryCheckpointStorage } from './checkpointStorage.ts'
import { EmbeddedHost } from './embeddedHost.ts'
import { Job } from './job.ts'
import { subtaskOf } from './keyGroups.ts'
import { RunClient } from './pipelineClient.ts'
import { VirtualProcessingTime } from './processingTime.ts'
import { MemoryLog } from './sourceTask.ts'
import { jobSteps } from './steps.ts'

const KEYS = 7
const RECORDS = 40
/** Of source s: keys of its own, versions rising. */
const log = (s: number): SinkRecord[] =>
  Array.from({ length: RECORDS }, (_, i) => ({
    key: `s${s}-k${i % KEYS}`,
    version: i + 1,
    id: `${s}/${i}`,
    value: `v${i}`,
  }))

function job(design: string, parallelism: number, storage = new MemoryCheckpointStorage()) {
  const store = new MemoryStore()
  store.putTable({ name: 'table' })
  return over(store, design, parallelism, storage)
}

function over(store: MemoryStore, design: string, parallelism: number, storage: MemoryCheckpointStorage) {
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
async function run(target: Job, stop: (performed: number) => boolean = () => false): Promise<number> {
  const all = jobSteps(target)
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
const expected = () => {
  const latest = new Map<string, string>()
  for (const s of [0, 1]) for (const { key, version } of log(s)) latest.set(key, String(version))
  return [...latest].sort()
}
const rows = (store: MemoryStore) =>
  store
    .snapshot('table')
    .map((item) => [item.pk?.S ?? '', item.version?.N ?? ''])
    .sort()

describe('a job', () => {
  it.each([1, 2, 3])('of parallelism %i ends with the latest version of every key', async (parallelism) => {
    const { job: target, store } = job('flushOnSnapshot', parallelism)
    await target.start()
    await run(target)
    expect(target.lastNotified).toBe(true)
    expect(rows(store)).toEqual(expected())
  })

  it('sends every record of a key to the one subtask of its key group', async () => {
    const { job: target, seen } = job('writeThrough', 3)
    await target.start()
    await run(target)
    expect(seen).toHaveLength(2 * RECORDS)
    expect(seen.every(({ subtask, key }) => subtask === subtaskOf(key, 3))).toBe(true)
    expect(new Set(seen.map(({ subtask }) => subtask)).size).toBeGreaterThan(1)
  })

  it.each([
    ['listStateBuffer', 1, 1],
    ['listStateBuffer', 2, 2],
    ['listStateBuffer', 1, 3],
    ['listStateBuffer', 3, 1],
    ['flushOnSnapshot', 2, 3],
    ['writeThrough', 3, 2],
  ])('%s of parallelism %i dies wherever it may and loses nothing at parallelism %i', async (design, before, after) => {
    const whole = job(design, before)
    await whole.job.start()
    const length = await run(whole.job)
    let restoredWithState = 0
    for (let stop = 5; stop < length; stop += 23) {
      const first = job(design, before)
      await first.job.start()
      await run(first.job, (performed) => performed === stop)
      first.job.crash('death')
      const second = over(first.store, design, after, first.storage)
      await second.job.start()
      if (
        (second.job.restored?.operatorState ?? []).some(
          (state) => (state['buffered-records']?.elements.length ?? 0) > 0,
        )
      )
        restoredWithState++
      // Every element of the old subtasks' state is in exactly one new subtask's buffer.
      const stored = (second.job.restored?.operatorState ?? []).flatMap((state) =>
        ((state['buffered-records']?.elements ?? []) as SinkRecord[]).map(({ id }) => id),
      )
      const handed = second.job.subtasks.flatMap(({ host }) => host.insight()?.buffered.map(({ id }) => id) ?? [])
      expect(handed.sort()).toEqual(stored.sort())
      await run(second.job)
      const keys = rows(first.store).map(([key]) => key)
      expect(keys, `death after ${stop} steps`).toEqual(expected().map(([key]) => key))
      // Another parallelism may put an older buffered record behind a newer one of its key; with the same one none may.
      if (before === after || design !== 'listStateBuffer') expect(rows(first.store)).toEqual(expected())
    }
    if (design === 'listStateBuffer') expect(restoredWithState).toBeGreaterThan(0)
  })

  it.each(['writeThrough', 'listStateBuffer', 'flushOnSnapshot', 'flushOnSnapshotKeyed'])(
    '%s fails over twice, wherever it may, and the same job goes on to the right table',
    async (design) => {
      const whole = job(design, 2)
      await whole.job.start()
      const length = await run(whole.job)
      let restored = 0
      for (let stop = 3; stop < length; stop += 17) {
        const { job: target, store } = job(design, 2)
        await target.start()
        for (const at of [stop, 9]) {
          await run(target, (performed) => performed === at)
          target.crash('failover')
        }
        await run(target)
        if (target.restored !== null) restored++
        expect([target.lastNotified, target.coordinator.attempt]).toEqual([true, 2])
        expect(rows(store), `failover after ${stop} steps`).toEqual(expected())
      }
      expect(restored).toBeGreaterThan(0)
    },
  )
})
