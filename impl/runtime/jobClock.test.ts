// Real jobs whose checkpoints go by the clock: the periodic trigger, the minimum pause, the timeout of a checkpoint, and
// the number of failures that a job bears. The clock is the test's own. Read next: coordination/schedule.ts.
import { describe, expect, it } from 'vitest'
import { expected, job, rows, run } from './job.fixture.ts'
import type { Job } from './job.ts'
import type { JobOptions } from './jobOptions.ts'
import { jobSteps, type Step } from './steps.ts'

/** A job on a clock that stands still; no checkpoint is asked for but by the periodic trigger. */
async function started(options: Partial<JobOptions>) {
  const clock = { nowMs: 1_000 }
  const made = job('flushOnSnapshot', 2, { now: () => clock.nowMs, ...options })
  await made.job.start()
  return { ...made, clock, target: made.job }
}
const tick = (target: Job): Step => ({ name: 'tick', enabled: () => target.tickDue, perform: () => target.tick() })
const periodic = (target: Job): readonly Step[] => [
  ...jobSteps(target).filter(({ name }) => !name.startsWith('trigger') && !name.startsWith('emit')),
  tick(target),
]

describe('checkpoints by the clock', () => {
  it('one each interval, none before', async () => {
    const { target, clock, storage } = await started({ checkpointIntervalMs: 100 })
    const seen: number[] = []
    for (; clock.nowMs < 1_400; clock.nowMs += 25) {
      const before = target.coordinator.nextId
      await run(target, () => false, periodic(target))
      if (target.coordinator.nextId > before) seen.push(clock.nowMs)
    }
    expect(seen).toEqual([1_100, 1_200, 1_300])
    expect(storage.ids()).toEqual([1, 2, 3])
    expect([target.tickDue, target.nextDueMs]).toEqual([true, null])
  })

  it('the pause counts from the end of the one before', async () => {
    const { target, clock, storage } = await started({ checkpointIntervalMs: 100, minPauseMs: 100 })
    const steps = periodic(target)
    const before = (name: string) =>
      run(
        target,
        () => false,
        steps.filter((step) => !step.name.startsWith(name)),
      )
    clock.nowMs = 1_100
    await before('complete')
    clock.nowMs = 1_160
    await run(target, () => false, steps)
    expect([storage.ids(), target.coordinator.lastCompletionMs]).toEqual([[1], 1_160])
    clock.nowMs = 1_200
    await run(target, () => false, steps)
    expect([storage.ids(), target.nextDueMs]).toEqual([[1], 1_260])
    clock.nowMs = 1_260
    await run(target, () => false, steps)
    expect(storage.ids()).toEqual([1, 2])
  })

  it('stops while the job is down, and begins again with the next attempt', async () => {
    const { target, clock, store } = await started({ checkpointIntervalMs: 100 })
    target.crash('death')
    clock.nowMs = 5_000
    expect([target.tickDue, target.nextDueMs]).toEqual([false, null])
    await target.start()
    expect([target.tickDue, target.nextDueMs]).toEqual([false, 5_100])
    await run(target)
    expect(rows(store)).toEqual(expected())
  })

  it('a checkpoint that takes too long is aborted, every task told, and the job goes on', async () => {
    const { target, clock, store } = await started({ checkpointTimeoutMs: 50 })
    await run(target, () => target.coordinator.pending.length === 1)
    const [pending] = target.coordinator.pending
    expect([target.overdue, target.nextDueMs]).toEqual([null, 1_050])
    clock.nowMs += 50
    expect([target.overdue, target.nextDueMs]).toEqual([pending?.id, null])
    void target.expire(target.overdue ?? (0 as never))
    expect([target.overdue, target.coordinator.pending]).toEqual([null, []])
    expect(target.notices.map(([notice]) => notice?.type)).toEqual(['abort', 'abort'])
    await run(target)
    expect([target.failure, rows(store)]).toEqual([null, expected()])
  })

  it('one failure more than the job bears fails it', async () => {
    const { target, clock } = await started({ checkpointTimeoutMs: 50, tolerableFailures: 1 })
    for (const failure of [null, /more checkpoints failed/]) {
      await run(target, () => target.coordinator.pending.length === 1)
      clock.nowMs += 50
      if (target.overdue !== null) void target.expire(target.overdue)
      if (failure === null) expect(target.failure).toBeNull()
      else expect(target.failure?.message).toMatch(failure)
    }
  })
})
