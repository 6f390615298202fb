// A restart at each point of a checkpoint's life: what was committed is kept, told or not; what was not is over; what
// waits goes on. After CheckpointCoordinatorRestoringTest and facts/flink.md 1.7, 1.8. Read next: restart.ts.
import { describe, expect, it } from 'vitest'
import { attempt, checkpointId } from '../../../model/pipeline/ids.ts'
import { initialCoordinator } from './initial.ts'
import { lines, Run } from './run.fixture.ts'

const until = (...words: readonly ('ackAll' | 'complete' | 'stored')[]) => {
  const run = new Run()
  run.request(1)
  for (const word of words) word === 'ackAll' ? run.ackAll(1) : run.about(word, 1)
  return run
}

describe('a restart', () => {
  it('before all have acknowledged ends it; nobody is left to be told', () => {
    const run = until()
    run.ack(0, 1)
    expect(lines(run.restart(null))).toEqual([
      'cancelTimeout 1',
      'requestFailed 1 JOB_FAILOVER_REGION',
      'discard 0 1 0@1',
    ])
  })
  it('after all have acknowledged ends it all the same: it does not exist', () => {
    const run = until('ackAll')
    expect(lines(run.restart(null), 'requestFailed', 'discard')).toHaveLength(5)
    expect([run.pendingIds, run.retainedIds]).toEqual([[], []])
  })
  it('that finds it in the store keeps it, though its tasks were never told', () => {
    const run = until('ackAll', 'complete')
    expect(lines(run.restart(1))).toEqual(['requestDone 1 1'])
    expect([run.pendingIds, run.retainedIds]).toEqual([[], [1]])
    expect(run.about('stored', 1)).toEqual([])
  })
  it('that does not find it ends it, and leaves its state: perhaps it comes to be', () => {
    const run = until('ackAll', 'complete')
    expect(lines(run.restart(null))).toEqual(['requestFailed 1 JOB_FAILOVER_REGION'])
    expect([run.about('stored', 1), run.retainedIds]).toEqual([[], []])
  })
  it('does not take a savepoint of which the store knows for a restore point', () => {
    const run = new Run()
    run.request(1, 'savepoint')
    run.ackAll(1)
    run.about('complete', 1)
    expect(lines(run.restart(null))).toEqual(['requestFailed 1 JOB_FAILOVER_REGION'])
    expect(run.retainedIds).toEqual([])
  })
  it('from a savepoint that was being stored answers the one who asked for it', () => {
    const run = new Run()
    run.request(1, 'savepoint')
    run.ackAll(1)
    run.about('complete', 1)
    expect(lines(run.restart(1, { savepoint: true }))).toEqual(['requestDone 1 1'])
    expect(run.state.retained).toMatchObject([{ id: 1, savepoint: true }])
  })
  it("from another run's checkpoint does not take an own one of its id for complete", () => {
    const run = until('ackAll')
    expect(lines(run.restart(1, { savepoint: true }), 'requestDone', 'requestFailed')).toEqual([
      'requestFailed 1 JOB_FAILOVER_REGION',
    ])
  })
  it('whose ids come again forgets which of them expired', () => {
    const run = until()
    run.about('expire', 1)
    run.restart(null, {}, 1)
    expect(run.ack(0, 1).answer).toEqual({ outcome: 'discarded', associated: false })
  })
  it('lets what waits start in the new attempt, with ids that go on', () => {
    const run = until()
    run.request(2)
    expect(lines(run.restart(null), 'trigger')).toEqual(['trigger 0 2 checkpoint', 'trigger 1 2 checkpoint'])
    expect(run.state.pending[0]?.attempt).toBe(1)
  })
  it('forgets who had finished', () => {
    const run = new Run()
    run.on({ type: 'taskFinished', task: 0 })
    run.restart(null)
    expect(lines(run.request(1), 'trigger')).toHaveLength(2)
  })
  it('from an older one knows no newer one, and counts failures of ids that come again', () => {
    const run = new Run({ retained: 3 })
    for (const id of [1, 2, 3]) {
      run.request(id)
      run.finish(id)
    }
    expect(run.restart(2, {}, 3)).toEqual([])
    expect(run.retainedIds).toEqual([1, 2])
    run.request(4)
    expect(lines(run.decline(0, 3), 'failJob', 'notifyAbort')).toEqual([
      'failJob {"task":0,"attempt":1}',
      ...[0, 1, 2, 3].map((task) => `notifyAbort ${task} 3 2`),
    ])
  })
  it('from a savepoint leaves it alone when its turn to go comes', () => {
    const run = new Run()
    run.restart(5, { savepoint: true }, 6)
    expect(run.retainedIds).toEqual([5])
    run.request(1)
    const said = run.finish(6)
    expect(lines(said, 'evict', 'discard')).toEqual([])
    expect(lines(said, 'notifyComplete')[0]).toBe('notifyComplete 0 6 null')
    expect(run.retainedIds).toEqual([6])
  })
  it.each([
    ['an attempt that was', 0, 6],
    ['a next id that is taken', 1, 5],
  ])('refuses %s', (_, next, nextId) => {
    const restored = { id: checkpointId(5), savepoint: false }
    expect(() => new Run().on({ type: 'restart', attempt: attempt(next), restored, nextId })).toThrow(RangeError)
  })
})

describe('a coordinator that starts', () => {
  it('after one that is gone knows the newest completed and counts on from it', () => {
    const run = new Run({}, { restored: { id: checkpointId(7), savepoint: false }, attempt: attempt(3) })
    run.request(1)
    const said = run.finish(8)
    expect(lines(said, 'evict', 'discard')).toEqual(['evict 7'])
    expect(lines(said, 'notifyComplete')[0]).toBe('notifyComplete 0 8 7')
  })
  it.each([
    [{ tasks: 0, sources: 1 }, {}, 'tasks: expected an integer of at least 1, got 0'],
    [{ tasks: 2, sources: 3 }, {}, 'sources: expected an integer of at least 1 and at most 2, got 3'],
    [{ tasks: 2, sources: 1, nextId: 0 }, {}, 'nextId: expected an integer of at least 1, got 0'],
    [{ tasks: 2, sources: 1 }, { maxConcurrent: 0 }, 'maxConcurrent: expected an integer of at least 1, got 0'],
    [{ tasks: 2, sources: 1 }, { maxConcurrent: 2, unaligned: true }, 'maxConcurrent: expected .* at most 1, got 2'],
    [{ tasks: 2, sources: 1 }, { retained: 0 }, 'retained: expected an integer of at least 1, got 0'],
    [{ tasks: 2, sources: 1 }, { minPauseMs: -1 }, 'minPauseMs: expected an integer of at least 0, got -1'],
    [{ tasks: 2, sources: 1 }, { checkpointTimeoutMs: 0 }, 'checkpointTimeoutMs: expected .* at least 1, got 0'],
    [{ tasks: 2, sources: 1 }, { intervalMs: 0 }, 'intervalMs: expected an integer of at least 1, got 0'],
    [{ tasks: 2, sources: 1 }, { tolerableFailures: 0.5 }, 'tolerableFailures: expected .* at least 0, got 0.5'],
  ])('refuses %o with %o', (start, config, message) => {
    expect(() => initialCoordinator(start, config)).toThrow(new RegExp(message))
  })
})
