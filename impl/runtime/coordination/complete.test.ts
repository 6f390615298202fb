// From the last acknowledgement to the notification, and what a crash, a failed store or a failover does at each point in
// between; synchronous savepoints. After CheckpointCoordinatorTest and CheckpointCoordinatorFailureTest.
// Read next: complete.ts, restart.ts.
import { describe, expect, it } from 'vitest'
import { completable } from './complete.ts'
import { lines, Run } from './run.fixture.ts'

const EVERY = [0, 1, 2, 3]
const ready = (config = {}, kind: Parameters<Run['request']>[1] = 'checkpoint') => {
  const run = new Run(config)
  run.request(1, kind)
  run.ackAll(1)
  return run
}

describe('completion', () => {
  it('waits for every task, then for two words', () => {
    const run = new Run()
    run.request(1)
    for (const task of [3, 0, 1]) run.ack(task, 1)
    expect(completable(run.state)).toEqual([])
    expect(run.about('complete', 1)).toEqual([])
    expect(run.ack(2, 1).effects).toEqual([])
    expect(completable(run.state)).toEqual([1])
    expect(run.about('stored', 1)).toEqual([])
    const acknowledgements = EVERY.map((task) => ({ task, state: `${task}@1` }))
    expect(run.about('complete', 1)).toEqual([
      { type: 'cancelTimeout', id: 1 },
      { type: 'store', id: 1, kind: 'checkpoint', acknowledgements },
    ])
    expect(run.retainedIds).toEqual([])
    expect(lines(run.about('stored', 1))).toEqual([
      'requestDone 1 1',
      ...EVERY.map((task) => `notifyComplete ${task} 1 null`),
    ])
    expect([run.retainedIds, run.pendingIds]).toEqual([[1], []])
    expect(run.about('stored', 1)).toEqual([])
  })
  it('takes the entry out of the store before the state it points to', () => {
    const run = new Run()
    for (const id of [1, 2]) {
      run.request(id)
      run.ackAll(id)
      run.about('complete', id)
      if (id === 1) run.about('stored', id)
    }
    const said = lines(run.about('stored', 2))
    expect(said.slice(0, 6)).toEqual([
      'evict 1',
      ...EVERY.map((task) => `discard ${task} 1 ${task}@1`),
      'requestDone 2 2',
    ])
    expect(said.at(-1)).toBe('notifyComplete 3 2 1')
  })
  it('stores one at a time, so that restore points rise', () => {
    const run = new Run({ maxConcurrent: 2 })
    for (const id of [1, 2]) run.request(id)
    for (const id of [1, 2]) run.ackAll(id)
    expect(completable(run.state)).toEqual([1, 2])
    run.about('complete', 2)
    expect(completable(run.state)).toEqual([])
    expect(run.about('complete', 1)).toEqual([])
    expect(lines(run.about('stored', 2), 'requestFailed')).toEqual(['requestFailed 1 CHECKPOINT_SUBSUMED'])
    expect(run.retainedIds).toEqual([2])
  })
})

describe('while it is being stored', () => {
  const storing = (config = {}) => {
    const run = ready(config)
    run.about('complete', 1)
    return run
  }
  it.each<[string, (run: Run) => unknown]>([
    ['a decline', (run) => run.decline(0, 1)],
    ['its timeout', (run) => run.about('expire', 1)],
    ['a failover', (run) => run.on({ type: 'failover' })],
    ['a failed task', (run) => run.on({ type: 'taskFailed', task: 0 })],
    ['the end of the periodic trigger', (run) => run.on({ type: 'stopScheduler' })],
    ['a second word', (run) => run.about('complete', 1)],
  ])('%s does not end it', (_, happens) => {
    const run = storing()
    happens(run)
    expect(lines(run.about('stored', 1), 'requestDone')).toEqual(['requestDone 1 1'])
    expect(run.retainedIds).toEqual([1])
  })
  it('a failure to store ends it (testFailingCompletedCheckpointStoreAdd)', () => {
    const run = storing()
    expect(lines(run.storeFailed(1))).toEqual([
      'requestFailed 1 FINALIZE_CHECKPOINT_FAILURE',
      ...EVERY.map((task) => `discard ${task} 1 ${task}@1`),
      'failJob coordinator',
      ...EVERY.map((task) => `notifyAbort ${task} 1 0`),
    ])
    expect([run.pendingIds, run.retainedIds, run.state.lastCompletionMs]).toEqual([[], [], null])
    expect([run.storeFailed(1), run.about('stored', 1)]).toEqual([[], []])
  })
  it('a failure that nobody is sure of keeps the state (testCleanupOmissionForPossibleInconsistentStateException)', () => {
    const said = lines(storing({ tolerableFailures: 1 }).storeFailed(1, true))
    expect(said).toEqual([
      'requestFailed 1 FINALIZE_CHECKPOINT_FAILURE',
      ...EVERY.map((task) => `notifyAbort ${task} 1 0`),
    ])
  })
  it('room is made by a failure too', () => {
    const run = storing({ tolerableFailures: 1 })
    run.request(2)
    expect(lines(run.storeFailed(1), 'trigger')).toEqual(['trigger 0 2 checkpoint', 'trigger 1 2 checkpoint'])
  })
})

describe('a savepoint', () => {
  it('is told to nobody, is no restore point, subsumes nothing', () => {
    const run = new Run()
    run.request(1)
    run.request(2, 'savepoint')
    expect(lines(run.finish(2))).toEqual([
      'cancelTimeout 2',
      expect.stringMatching(/^store 2 savepoint/),
      'requestDone 2 2',
    ])
    expect([run.pendingIds, run.retainedIds]).toEqual([[1], []])
  })
  it.each(['drain', 'suspend'] as const)('of kind %s is told and subsumes, but is no restore point', (kind) => {
    const run = new Run()
    run.request(1)
    expect(lines(run.request(2, kind), 'trigger')).toEqual([`trigger 0 2 ${kind}`, `trigger 1 2 ${kind}`])
    run.request(3, 'savepoint')
    const said = run.finish(2)
    expect(lines(said, 'requestFailed')).toEqual(['requestFailed 1 CHECKPOINT_SUBSUMED'])
    expect(lines(said, 'notifyAbort')).toEqual(EVERY.map((task) => `notifyAbort ${task} 1 0`))
    expect(lines(said, 'notifyComplete')).toEqual(EVERY.map((task) => `notifyComplete ${task} 2 null`))
    expect([run.pendingIds, run.retainedIds]).toEqual([[3], []])
  })
  it('that is synchronous is not subsumed (testSyncSavepointCannotBeSubsumed)', () => {
    const run = new Run()
    run.request(1, 'drain')
    run.state = { ...run.state, config: { ...run.state.config, maxConcurrent: 2 } }
    run.request(2)
    run.finish(2)
    expect(run.pendingIds).toEqual([1])
  })
  it('that is synchronous and declined fails the job (jobFailsIfInFlightSynchronousSavepointIsDiscarded)', () => {
    const run = new Run({ tolerableFailures: 99 })
    run.request(1, 'suspend')
    expect(lines(run.decline(1, 1, 'CHECKPOINT_DECLINED_TASK_NOT_READY'), 'failJob')).toEqual(['failJob coordinator'])
  })
  it('that is not stored after all does not fail the job', () => {
    const run = ready({}, 'savepoint')
    run.about('complete', 1)
    expect(lines(run.storeFailed(1), 'failJob', 'requestFailed')).toEqual([
      'requestFailed 1 FINALIZE_CHECKPOINT_FAILURE',
    ])
  })
})
