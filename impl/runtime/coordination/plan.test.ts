// Checkpoints after tasks have finished or failed: Flink's DefaultCheckpointPlanTest, for sources that each feed every
// sink. Read next: plan.ts.
import { describe, expect, it } from 'vitest'
import { lines, Run } from './run.fixture.ts'

const finished = (run: Run, ...tasks: readonly number[]) => {
  for (const task of tasks) run.on({ type: 'taskFinished', task })
  return run
}

describe('finished tasks', () => {
  it('are neither triggered, waited for nor told', () => {
    const run = finished(new Run(), 0, 3)
    expect(lines(run.request(1), 'trigger')).toEqual(['trigger 1 1 checkpoint'])
    run.ack(1, 1)
    run.ack(2, 1)
    run.about('complete', 1)
    expect(lines(run.about('stored', 1), 'notifyComplete')).toEqual(
      [1, 2].map((task) => `notifyComplete ${task} 1 null`),
    )
  })
  it('leave sinks to be triggered when no source runs', () => {
    const run = finished(new Run(), 0, 1)
    expect(lines(run.request(1), 'trigger')).toEqual(['trigger 2 1 checkpoint', 'trigger 3 1 checkpoint'])
    expect(run.state.pending[0]?.plan).toEqual([2, 3])
  })
  it('of all fail the request, and take no id', () => {
    const run = finished(new Run(), 0, 1, 2, 3)
    expect(lines(run.request(1))).toEqual(['requestFailed 1 NOT_ALL_REQUIRED_TASKS_RUNNING'])
    expect(run.state.nextId).toBe(1)
  })
  it('do not end a checkpoint that waits for them', () => {
    const waiting = new Run()
    waiting.request(1)
    expect(finished(waiting, 2).pendingIds).toEqual([1])
    expect(waiting.ack(2, 1).answer?.outcome).toBe('success')
  })
  it('have no acknowledgement to give', () => {
    const run = finished(new Run(), 0)
    run.request(1)
    const late = run.ack(0, 1)
    expect(late.answer).toEqual({ outcome: 'unknown', associated: true })
    expect(lines(late.effects)).toEqual(['discard 0 1 0@1'])
  })
  it('are tasks of this job', () => {
    expect(() => finished(new Run(), 4)).toThrow(/expected 0 .. 3, got 4/)
    expect(() => finished(new Run(), -1)).toThrow(/expected 0 .. 3, got -1/)
  })
})

describe('a failed task', () => {
  it('ends what it has not acknowledged, and only that', () => {
    const run = new Run({ maxConcurrent: 2 })
    run.request(1)
    run.request(2)
    run.ack(2, 1)
    expect(lines(run.on({ type: 'taskFailed', task: 2 }).effects, 'requestFailed')).toEqual([
      'requestFailed 2 TASK_FAILURE',
    ])
    expect(run.pendingIds).toEqual([1])
    expect(lines(run.finish(1), 'requestDone')).toEqual(['requestDone 1 1'])
  })
  it('that was not waited for ends nothing', () => {
    const run = finished(new Run(), 3)
    run.request(1)
    expect(lines(run.on({ type: 'taskFailed', task: 3 }).effects)).toEqual([])
    expect(run.pendingIds).toEqual([1])
  })
  it('fails requests until the next attempt', () => {
    const run = new Run()
    run.request(1)
    run.request(2)
    expect(lines(run.on({ type: 'taskFailed', task: 0 }).effects, 'requestFailed', 'failJob')).toEqual([
      'requestFailed 1 TASK_FAILURE',
      'requestFailed 2 NOT_ALL_REQUIRED_TASKS_RUNNING',
    ])
    run.restart(null)
    expect(lines(run.request(3), 'trigger')).toEqual(['trigger 0 2 checkpoint', 'trigger 1 2 checkpoint'])
  })
})
