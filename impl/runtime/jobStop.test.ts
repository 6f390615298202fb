// Real jobs stopped with a savepoint wherever they stand: what the savepoint holds, who is told, what the next job makes
// of it; and savepoints that do not stop. The machine alone, in every order: stopWithSavepoint.test.ts.
import { describe, expect, it } from 'vitest'
import { expected, job, over, RECORDS, rows, run } from './job.fixture.ts'

const MODES = ['drain', 'suspend'] as const
const CASES = MODES.flatMap((mode) =>
  (['aligned', 'alternating', 'atLeastOnce'] as const).map((alignment) => ({ mode, alignment })),
)

describe('a job that is stopped with a savepoint', () => {
  it.each(CASES)('$mode, $alignment: wherever it stands, and the next job goes on from it', async (each) => {
    const { mode, alignment } = each
    const parallelism = 2
    const whole = job('flushOnSnapshot', parallelism, { alignment })
    await whole.job.start()
    const length = await run(whole.job)
    let inTheMiddle = 0
    for (let at = 3; at < length; at += 19) {
      const first = job('flushOnSnapshot', parallelism, { alignment })
      await first.job.start()
      await run(first.job, (performed) => performed === at)
      const last = first.storage.newest()?.checkpointId ?? 0
      first.job.stopWithSavepoint(mode)
      await run(first.job)
      const { stop, coordinator, subtasks, sources } = first.job
      const id = coordinator.nextId - 1
      expect(stop?.outcome).toEqual({ type: 'stopped', savepoint: id })
      expect(coordinator.tasks).toEqual(new Array(4).fill('finished'))
      expect([...sources, ...subtasks].map(({ stopping }) => stopping)).toEqual(
        new Array(4).fill({ phase: 'Ended', savepoint: id }),
      )
      // It is the last snapshot, and no restore point until somebody names it.
      expect([first.storage.load(id).kind, first.storage.newest()?.checkpointId ?? 0]).toEqual(['savepoint', last])
      if (first.storage.load(id).sources.some(({ offset }) => offset < RECORDS)) inTheMiddle++
      first.storage.restartFrom(id)
      const second = over(first.store, 'flushOnSnapshot', parallelism, first.storage, { alignment })
      await second.job.start()
      expect(second.job.restored?.checkpointId).toBe(id)
      await run(second.job)
      expect(rows(first.store), `stopped after ${at} steps`).toEqual(expected())
    }
    expect(inTheMiddle).toBeGreaterThan(2)
  })

  it('with drain finishes every sink before its snapshot; suspended none', async () => {
    for (const mode of MODES) {
      const { job: target } = job('listStateBuffer', 2)
      await target.start()
      await run(target, (performed) => performed === 60)
      const buffered = () => target.subtasks.flatMap(({ host }) => host.insight()?.buffered ?? [])
      expect(buffered().length).toBeGreaterThan(0)
      target.stopWithSavepoint(mode)
      await run(target)
      const finished = target.subtasks.map(({ checkpoints }) => checkpoints.finished)
      expect(finished).toEqual(mode === 'drain' ? [true, true] : [false, false])
      const saved = target.options.storage.load(target.coordinator.nextId - 1)
      if (saved instanceof Promise) throw new Error('expected storage in memory')
      const held = saved.operatorState.flatMap((state) => state['buffered-records']?.elements ?? [])
      expect(held.length > 0).toBe(mode === 'suspend')
    }
  })

  it('gives up what is pending first, and triggers nothing after it', async () => {
    const { job: target, storage } = job('flushOnSnapshot', 2)
    await target.start()
    await run(target, () => target.coordinator.pending.length === 1)
    const [pending] = target.coordinator.pending
    target.stopWithSavepoint('suspend')
    expect(target.coordinator.pending.map(({ kind }) => kind)).toEqual(['suspend'])
    expect([target.mayTrigger, target.tickDue]).toEqual([false, false])
    expect(() => target.stopWithSavepoint('drain')).toThrow('expected a running job to stop, it is being stopped')
    await run(target)
    expect(storage.ids()).not.toContain(pending?.id)
    expect(target.coordinator.nextId).toBe((pending?.id ?? 0) + 2)
  })

  it('that fails after the savepoint exists says so, and is not restarted', async () => {
    const { job: target, storage } = job('flushOnSnapshot', 2)
    await target.start()
    await run(target, (performed) => performed === 60)
    target.stopWithSavepoint('suspend')
    await run(target, () => target.subtasks.some(({ stopping }) => stopping.phase === 'Ended'))
    target.crash('death')
    const { outcome } = target.stop ?? {}
    if (outcome?.type !== 'failed') throw new Error(`expected a failed stop, it is ${outcome?.type}`)
    expect(outcome.error.message).toMatch(/^savepoint \d+ was created, but the job failed .* task \d is CANCELED/)
    expect(storage.load(outcome.error.savepoint).kind).toBe('savepoint')
    expect(() => target.start()).toThrow(outcome.error)
  })

  it('that fails before its savepoint is complete has none, and may be restarted', async () => {
    const { job: target, store } = job('flushOnSnapshot', 2)
    await target.start()
    await run(target, (performed) => performed === 60)
    target.stopWithSavepoint('drain')
    await run(target, () => target.subtasks.some(({ stopping }) => stopping.phase !== 'Running'))
    target.crash('death')
    expect(target.stop?.outcome).toEqual({ type: 'rejected', reason: 'JOB_FAILOVER_REGION' })
    await run(target)
    expect(rows(store)).toEqual(expected())
  })

  it('whose savepoint is declined fails: its input is over', async () => {
    const { job: target } = job('flushOnSnapshot', 2)
    await target.start()
    await run(target, (performed) => performed === 60)
    target.stopWithSavepoint('suspend')
    await run(target, () => target.subtasks[0]?.mayAcknowledge(0) === true)
    target.subtasks[0]?.acknowledge(0, 'asyncFailed')
    await expect(run(target)).rejects.toThrow('Stop-with-savepoint failed.')
    expect(target.stop?.outcome).toEqual({ type: 'rejected', reason: 'CHECKPOINT_ASYNC_EXCEPTION' })
    expect(target.failure?.message).toMatch(/its tasks waited for|stop-with-savepoint failed/)
  })
})

describe('a savepoint that does not stop', () => {
  it('is forced where barriers are aligned: it waits for no checkpoint', async () => {
    const { job: target, storage, store } = job('flushOnSnapshot', 2, { maxPendingSavepoints: 1 })
    await target.start()
    await run(target, () => target.coordinator.pending.length === 1 && target.triggersTaken)
    void target.trigger('savepoint')
    expect(target.coordinator.pending.map(({ kind }) => kind)).toEqual(['checkpoint', 'savepoint'])
    const savepoint = target.coordinator.nextId - 1
    await run(target)
    expect(storage.load(savepoint).kind).toBe('savepoint')
    expect(storage.ids()).not.toContain(savepoint)
    expect([target.lastNotified, rows(store)]).toEqual([true, expected()])
  })

  it('waits for room where barriers overtake', async () => {
    const { job: target, storage, store } = job('flushOnSnapshot', 2, { alignment: 'alternating' })
    await target.start()
    await run(target, () => target.coordinator.pending.length === 1 && target.triggersTaken)
    const checkpoint = target.coordinator.nextId - 1
    void target.trigger('savepoint')
    expect(target.coordinator.pending.map(({ id }) => id)).toEqual([checkpoint])
    expect(target.coordinator.queue.map(({ kind }) => kind)).toEqual(['savepoint'])
    await run(target, () => target.coordinator.pending[0]?.kind === 'savepoint')
    expect(storage.ids()).toContain(checkpoint)
    await run(target)
    expect(storage.load(checkpoint + 1).kind).toBe('savepoint')
    expect(rows(store)).toEqual(expected())
  })
})
