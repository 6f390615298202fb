// When a request may start: Flink's CheckpointRequestDeciderTest and what CheckpointCoordinatorTest says of pauses, in
// virtual time. Read next: requests.ts, schedule.ts.
import { describe, expect, it } from 'vitest'
import { lines, Run } from './run.fixture.ts'

describe('the queue', () => {
  it('starts a checkpoint at every source, and watches its time', () => {
    const run = new Run({ checkpointTimeoutMs: 50 })
    expect(lines(run.request(1))).toEqual(['armTimeout 1 50', 'trigger 0 1 checkpoint', 'trigger 1 1 checkpoint'])
  })
  it('lets savepoints past what waits, and with unaligned barriers not past what runs (testSavepointPrioritized)', () => {
    const run = new Run({ unaligned: true })
    for (const number of [1, 2]) run.request(number)
    run.request(3, 'savepoint')
    run.request(4, 'drain')
    expect(run.state.queue.map(({ number }) => number)).toEqual([3, 4, 2])
    expect(run.pendingIds).toEqual([1])
  })
  it('forces savepoints of every kind with aligned barriers (testForce, testSavepointTiming)', () => {
    const run = new Run()
    run.request(1)
    for (const [at, kind] of (['savepoint', 'drain', 'suspend'] as const).entries()) run.request(at + 2, kind)
    expect(run.pendingIds).toEqual([1, 2, 3, 4])
    expect(lines(run.request(5))).toEqual([])
  })
  it('puts what users ask for before the periodic trigger', () => {
    const run = new Run({ intervalMs: 10 })
    run.startScheduler(0)
    run.request(1)
    run.tick(0)
    run.request(2)
    expect(run.state.queue.map(({ number }) => number)).toEqual([2, null])
  })
  it('holds 1000, and refuses the next (testQueueSizeLimitPriority)', () => {
    const run = new Run()
    for (let number = 0; number <= 1000; number++) run.request(number)
    expect(run.state.queue).toHaveLength(1000)
    expect(lines(run.request(1001))).toEqual(['requestFailed 1001 TOO_MANY_CHECKPOINT_REQUESTS'])
    expect(run.state.queue.at(-1)?.number).toBe(1000)
  })
  it('of 1000 gives up a periodic one first', () => {
    const run = new Run()
    for (let number = 0; number < 1000; number++) run.request(number)
    run.request(1000, 'checkpoint', true)
    expect(lines(run.request(1001))).toEqual(['requestFailed 1000 TOO_MANY_CHECKPOINT_REQUESTS'])
    expect(run.state.queue).toHaveLength(1000)
    expect(run.state.queue.at(-1)?.number).toBe(1001)
  })
  it('of 1000 manual ones refuses the new one, a savepoint too', () => {
    const run = new Run({ unaligned: true })
    for (let number = 0; number <= 1000; number++) run.request(number)
    expect(lines(run.request(1001, 'savepoint'))).toEqual(['requestFailed 1001 TOO_MANY_CHECKPOINT_REQUESTS'])
    expect(run.state.queue.at(-1)?.number).toBe(1000)
  })
  it('refuses a periodic savepoint', () => {
    expect(() => new Run().request(1, 'savepoint', true)).toThrow(/expected a checkpoint, got a savepoint/)
  })
})

describe('the minimum pause', () => {
  const paused = () => {
    const run = new Run({ minPauseMs: 100, intervalMs: 10 })
    run.startScheduler(0)
    run.tick(0)
    run.tick(40)
    expect(run.pendingIds).toEqual([1])
    run.finish(1)
    return run
  }
  it('counts from the last completion: drops a periodic one, and asks again at its end (testMinCheckpointPause)', () => {
    const run = paused()
    expect(lines(run.tick(100))).toEqual(['armPeriodic 100', 'armPeriodic 40'])
    expect(run.state.queue).toEqual([])
    expect(lines(run.tick(139))).toEqual([])
    expect(lines(run.tick(140), 'trigger')).toEqual(['trigger 0 2 checkpoint', 'trigger 1 2 checkpoint'])
  })
  it('tells the one who asked (testCheckpointTiming)', () => {
    const run = paused()
    run.nowMs = 139
    expect(lines(run.request(7, 'checkpoint', true))).toEqual([
      'requestFailed 7 MINIMUM_TIME_BETWEEN_CHECKPOINTS',
      'armPeriodic 1',
    ])
    run.nowMs = 140
    expect(lines(run.request(8, 'checkpoint', true), 'trigger')).toHaveLength(2)
  })
  it('sets no timer where none runs', () => {
    const run = paused()
    run.on({ type: 'stopScheduler' })
    expect(lines(run.request(7, 'checkpoint', true))).toEqual(['requestFailed 7 MINIMUM_TIME_BETWEEN_CHECKPOINTS'])
    expect(run.state.periodicAtMs).toBeNull()
  })
  it('holds back no manual request (testMinDelayBetweenSavepoints)', () => {
    const run = paused()
    expect(lines(run.request(1), 'trigger')).toHaveLength(2)
    expect(lines(run.request(2, 'savepoint'), 'trigger')).toHaveLength(2)
  })
  it('is none before the first completion', () => {
    const run = new Run({ minPauseMs: 100, intervalMs: 10 })
    run.startScheduler(5)
    expect(lines(run.tick(5), 'trigger')).toHaveLength(2)
  })
  it('holds back a periodic one that waited for the room that the completion made', () => {
    const run = new Run({ minPauseMs: 100, intervalMs: 10 })
    run.startScheduler(0)
    run.tick(0)
    run.tick(100)
    expect(run.state.queue).toHaveLength(1)
    expect(lines(run.finish(1), 'trigger', 'armPeriodic')).toEqual(['armPeriodic 100'])
    expect(run.state.queue).toEqual([])
  })
})

describe('the periodic trigger', () => {
  it('asks at the initial delay, then every interval, and never more often than the pause', () => {
    const run = new Run({ intervalMs: 10, minPauseMs: 25, maxConcurrent: 9 })
    expect(lines(run.startScheduler(3))).toEqual(['armPeriodic 3'])
    expect(lines(run.tick(2))).toEqual([])
    expect(lines(run.tick(3), 'armPeriodic')).toEqual(['armPeriodic 25'])
    run.tick(27)
    expect(run.pendingIds).toEqual([1])
    run.tick(28)
    expect(run.pendingIds).toEqual([1, 2])
  })
  it('makes up for missed times one by one', () => {
    const run = new Run({ intervalMs: 10, maxConcurrent: 9 })
    run.startScheduler(0)
    expect(lines(run.tick(15), 'armPeriodic')).toEqual(['armPeriodic 0'])
    expect(lines(run.tick(15), 'armPeriodic')).toEqual(['armPeriodic 5'])
    run.tick(15)
    expect(run.pendingIds).toEqual([1, 2])
  })
  it('gives up all that is pending and waiting when it stops (testTriggerCheckpointAfterStopping)', () => {
    const run = new Run({ intervalMs: 10 })
    run.startScheduler(0)
    run.request(1)
    run.request(2)
    expect(lines(run.on({ type: 'stopScheduler' }).effects)).toEqual([
      'cancelPeriodic',
      'requestFailed 2 CHECKPOINT_COORDINATOR_SUSPEND',
      'cancelTimeout 1',
      'requestFailed 1 CHECKPOINT_COORDINATOR_SUSPEND',
      ...[0, 1, 2, 3].map((task) => `notifyAbort ${task} 1 0`),
    ])
    expect(lines(run.tick(99))).toEqual([])
    expect(lines(run.request(3, 'checkpoint', true))).toEqual(['requestFailed 3 PERIODIC_SCHEDULER_SHUTDOWN'])
    expect(lines(run.request(4), 'trigger')).toHaveLength(2)
  })
  it('stops once', () => {
    expect(new Run().on({ type: 'stopScheduler' }).effects).toEqual([])
  })
  it('starts anew where it already runs', () => {
    const run = new Run({ intervalMs: 10 })
    run.startScheduler(4)
    run.request(1)
    expect(lines(run.startScheduler(8), 'cancelPeriodic', 'armPeriodic')).toEqual(['cancelPeriodic', 'armPeriodic 8'])
    expect(run.pendingIds).toEqual([])
    expect(lines(run.tick(4))).toEqual([])
  })
  it('needs an interval', () => {
    expect(() => new Run().startScheduler(0)).toThrow(/expected config.intervalMs/)
  })
  it('takes a clock that goes back to stand still', () => {
    const run = new Run({ intervalMs: 10 })
    run.tick(50)
    run.tick(20)
    expect(run.state.nowMs).toBe(50)
  })
})
