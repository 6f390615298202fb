// A whole job with several sources and subtasks, run in the order in which its steps are listed: keyed partitioning,
// barriers to every channel, crash and restore, and another parallelism at the restore. Read next: jobStop.test.ts.
import { describe, expect, it } from 'vitest'
import type { SinkRecord } from '../sinks/interfaces.ts'
import { expected, job, over, RECORDS, rows, run } from './job.fixture.ts'
import { subtaskOf } from './keyGroups.ts'

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
