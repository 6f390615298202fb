// Stop-with-savepoint: the cases of Flink's StopWithSavepointTerminationHandlerImplTest, and a task's own part. The planted
// bugs are the swaps of FLINK-21132 and FLINK-21453. Read next: stopWithSavepointJob.test.ts.
import { fc } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../model/pipeline/ids.ts'
import {
  type EndState,
  RUNNING_TASK,
  type StopEffect,
  type StopEvent,
  type StopMode,
  type StoppingTask,
  type StoppingTaskEvent,
  StopWithSavepointStoppingError,
  startStop,
  stepStop,
  stepStoppingTask,
} from './stopWithSavepoint.ts'

const SAVEPOINT = checkpointId(7)
const created: StopEvent = { type: 'savepointCreated', id: SAVEPOINT }
const failed: StopEvent = { type: 'savepointFailed', reason: 'declined' }
const ended = (task: number, state: EndState = 'FINISHED'): StopEvent => ({ type: 'taskEnded', task, state })

function stop(events: readonly StopEvent[], tasks = 2) {
  const effects: StopEffect[] = []
  let { state } = startStop(tasks, 'drain')
  for (const event of events) {
    const step = stepStop(state, event)
    state = step.state
    effects.push(...step.effects)
  }
  return { state, effects, types: effects.map(({ type }) => type) }
}

describe('the coordinator’s side of stop-with-savepoint', () => {
  it('stops triggering before it triggers the savepoint', () => {
    expect(startStop(2, 'suspend').effects).toEqual([
      { type: 'stopPeriodicTriggering' },
      { type: 'triggerSavepoint', mode: 'suspend' },
    ])
  })

  it('testHappyPath: succeeds with the savepoint when every task is FINISHED, not before', () => {
    expect(stop([created, ended(0)])).toMatchObject({ state: { phase: 'SavepointCreated' }, effects: [] })
    expect(stop([created, ended(0), ended(1)])).toMatchObject({
      state: { phase: 'Final' },
      effects: [{ type: 'succeed', savepoint: 7 }],
    })
  })

  it.each([
    ['testSavepointCreationFailureWithoutExecutionTermination', [failed]],
    ['testSavepointCreationFailureWithFailingExecutions', [failed, ended(0, 'FAILED'), ended(1, 'CANCELED')]],
    ['testSavepointCreationFailureWithFinishingExecutions', [failed, ended(0), ended(1)]],
    ['tasks that fail before the savepoint does', [ended(0, 'FAILED'), ended(1, 'CANCELED'), failed]],
  ])('%s: triggers periodically again and rejects', (_name, events) => {
    const { state, effects } = stop(events)
    expect(state.phase).toBe('Final')
    expect(effects).toEqual([{ type: 'startPeriodicTriggering' }, { type: 'reject', reason: 'declined' }])
  })

  it('testFailedTerminationHandling: fails the job with an error that names the savepoint', () => {
    const { effects } = stop([created, ended(0, 'FAILED'), ended(1, 'CANCELED')])
    const [outcome] = effects
    expect(outcome?.type === 'failJob' && outcome.error).toBeInstanceOf(StopWithSavepointStoppingError)
    expect(outcome).toMatchObject({ type: 'failJob', error: { savepoint: 7 } })
    expect(outcome?.type === 'failJob' && outcome.error.message).toBe(
      'savepoint 7 was created, but the job failed while it stopped: task 0 is FAILED, task 1 is CANCELED. ' +
        'The savepoint is consistent, but its side effects may be uncommitted: ' +
        'start the job from savepoint 7 to commit them',
    )
  })

  it('comes to the same end in every order of its messages', () => {
    const STATE = fc.constantFrom<EndState>('FINISHED', 'FAILED', 'CANCELED')
    const scene = fc.array(STATE, { minLength: 1, maxLength: 4 }).chain((states) => {
      const events = [created, ...states.map((state, task) => ended(task, state))]
      return fc.record({
        states: fc.constant(states),
        order: fc.shuffledSubarray(events, { minLength: events.length }),
      })
    })
    fc.assert(
      fc.property(scene, ({ states, order }) => {
        const { state, types } = stop(order, states.length)
        expect(types).toEqual([states.every((each) => each === 'FINISHED') ? 'succeed' : 'failJob'])
        expect(state.phase).toBe('Final')
        expect(stop(order.slice(0, -1), states.length).types).toEqual([])
      }),
      { seed: 11, numRuns: 500 },
    )
  })

  it.each<[StopEvent[], RegExp]>([
    [[created, created], /expected savepointCreated in phase WaitingForSavepoint, got it in SavepointCreated/],
    [[failed, created], /got it in Final/],
    [[ended(2)], /expected a running task of 0..1 to end, got 2/],
    [[ended(1), ended(1)], /expected a running task of 0..1 to end, got 1/],
  ])('refuses what cannot happen (%#)', (events, message) => expect(() => stop(events)).toThrow(message))

  it('refuses a job without tasks', () => expect(() => startStop(0, 'drain')).toThrow('expected 1 or more tasks'))
})

type StepTask = typeof stepStoppingTask

function task(events: readonly StoppingTaskEvent[], step: StepTask = stepStoppingTask) {
  const calls: string[] = []
  let state: StoppingTask = RUNNING_TASK
  for (const event of events) {
    const made = step(state, event)
    state = made.state
    calls.push(...made.effects.map(({ type }) => type))
  }
  return { state, calls }
}
const endOfData = (mode: StopMode): StoppingTaskEvent => ({ type: 'endOfData', mode })
const about = (type: 'savepointBarrier' | 'complete' | 'abort', id: number = SAVEPOINT): StoppingTaskEvent => ({
  type,
  id: checkpointId(id),
})
const DRAINED = ['emitMaxWatermark', 'endInput', 'finish', 'broadcastEndOfData', 'checkpoint']

/** What a sink that holds records until finish() has out and in the savepoint: the two modes must not be swapped. */
function judge(step: StepTask): void {
  const run = (mode: StopMode) => task([endOfData(mode), about('savepointBarrier'), about('complete')], step).calls
  expect(run('drain')).toEqual([...DRAINED, 'end'])
  expect(run('suspend')).toEqual(['broadcastEndOfData', 'checkpoint', 'end'])
}

describe('a task’s side of stop-with-savepoint', () => {
  it('drains before its snapshot, and finishes nothing where it is suspended', () => judge(stepStoppingTask))

  it.each<[string, StepTask]>([
    [
      'swaps drain and suspend',
      (state, event) =>
        stepStoppingTask(
          state,
          event.type === 'endOfData' ? { ...event, mode: event.mode === 'drain' ? 'suspend' : 'drain' } : event,
        ),
    ],
    [
      'finishes after the snapshot',
      (state, event) => {
        const { state: next, effects } = stepStoppingTask(state, event)
        if (event.type === 'savepointBarrier') return { state: next, effects: [...effects, { type: 'finish' }] }
        return { state: next, effects: effects.filter(({ type }) => type !== 'finish') }
      },
    ],
    [
      'ends without waiting',
      (state, event) => {
        const { state: next, effects } = stepStoppingTask(state, event)
        return { state: next, effects: event.type === 'savepointBarrier' ? [{ type: 'end' }, ...effects] : effects }
      },
    ],
  ])('one that %s is caught', (_bug, step) => expect(() => judge(step)).toThrow(/deeply equal/))

  it.each(['drain', 'suspend'] as const)('waits for exactly its savepoint (%s)', (mode) => {
    const before = [about('complete'), about('abort'), endOfData(mode), about('complete', 6), about('savepointBarrier')]
    const waiting = task([...before, about('complete', 6), about('complete', 8), about('abort', 6)])
    expect(waiting.state).toEqual({ phase: 'AwaitingSavepoint', savepoint: 7 })
    expect(waiting.calls).not.toContain('end')
    expect(task([...before, about('complete')])).toMatchObject({ state: { phase: 'Ended' } })
  })

  it('fails when its savepoint is aborted, and hears of nothing after its end', () => {
    const before = [endOfData('drain'), about('savepointBarrier')]
    expect(stepStoppingTask(task(before).state, about('abort')).effects).toEqual([
      { type: 'fail', reason: 'Stop-with-savepoint failed.' },
    ])
    expect(task([...before, about('abort'), about('complete')])).toMatchObject({ state: { phase: 'Failed' } })
    expect(task([...before, about('complete'), about('complete'), about('abort')]).calls).toEqual([...DRAINED, 'end'])
  })

  it.each<[StoppingTaskEvent[], RegExp]>([
    [[about('savepointBarrier')], /expected savepointBarrier of a task in phase InputEnded, it is in Running/],
    [[endOfData('drain'), endOfData('drain')], /expected endOfData of a task in phase Running, it is in InputEnded/],
    [[endOfData('drain'), about('savepointBarrier'), about('savepointBarrier', 8)], /it is in AwaitingSavepoint/],
  ])('refuses what cannot happen (%#)', (events, message) => expect(() => task(events)).toThrow(message))
})
