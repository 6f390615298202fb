// The coordinator's rules, event by event: what counts, what changes nothing, and in which order things are done.
import { describe, expect, it } from 'vitest'
import { attempt, checkpointId } from '../../model/pipeline/ids.ts'
import { allCollected, collect, complete, expire, initialCoordinator, restart, trigger } from './coordinator.ts'
import type { Acknowledgement } from './messages.ts'

const ack = (task: number, id: number, more: Partial<Acknowledgement> = {}): Acknowledgement => ({
  task,
  attempt: attempt(0),
  id: checkpointId(id),
  declined: false,
  source: null,
  sink: null,
  ...more,
})
const started = () => trigger(initialCoordinator(2)).state

const one = checkpointId(1)

describe('the coordinator', () => {
  it('starts one checkpoint at a time', () => {
    const first = trigger(initialCoordinator(2))
    expect(first.effects).toEqual([{ type: 'trigger', id: 1, savepoint: false }])
  })

  it('never gives an id twice, aborted or not', () => {
    const after = expire(started(), one).state
    expect(trigger(after).effects).toEqual([{ type: 'trigger', id: 2, savepoint: false }])
    expect(trigger(restart(after)).effects).toEqual([{ type: 'trigger', id: 2, savepoint: false }])
  })

  it('completes when every task has acknowledged: stored first, told afterwards', () => {
    const half = collect(started(), ack(0, 1)).state
    expect(allCollected(half.pendings[0])).toBe(false)
    expect(complete(half, one).effects).toEqual([])
    const both = collect(half, ack(1, 1)).state
    const done = complete(both, one)
    expect(done.effects.map(({ type }) => type)).toEqual(['store', 'notifyComplete'])
    expect(done.state).toMatchObject({ pendings: [], newestCompleted: 1 })
  })

  it.each([
    ['a second one of the same task', ack(0, 1)],
    ['a second one of the same task with another state', ack(0, 1, { source: { offset: 9, finished: true } })],
  ])('%s changes nothing', (_, message) => {
    const state = collect(started(), ack(0, 1)).state
    expect(collect(state, message)).toEqual({ state, effects: [] })
  })

  it.each([
    ['one of a task that there is not', ack(2, 1)],
    ['one of an unknown checkpoint', ack(1, 7)],
    ['one of a dead attempt', ack(1, 1, { attempt: attempt(9) })],
  ])('%s only loses its own state', (_, message) => {
    const state = collect(started(), ack(0, 1)).state
    expect(collect(state, message)).toEqual({ state, effects: [{ type: 'discard', message }] })
  })

  it('a decline of a dead attempt ends the checkpoint all the same (measured on Flink)', () => {
    const declined = collect(started(), ack(1, 1, { attempt: attempt(9), declined: true }))
    expect(declined.state.pendings).toEqual([])
  })

  it('a decline ends the checkpoint, and tells the newest completed one', () => {
    const completed = complete(collect(collect(started(), ack(0, 1)).state, ack(1, 1)).state, one).state
    const second = trigger(completed).state
    const declined = collect(second, ack(1, 2, { declined: true }))
    expect(declined.effects).toEqual([{ type: 'notifyAborted', id: 2, newestCompleted: 1 }])
    expect(declined.state.pendings).toEqual([])
    expect(collect(declined.state, ack(0, 2)).state).toBe(declined.state)
  })

  it('after a restart the pending checkpoint is over and tells nobody, and old acknowledgements do not count', () => {
    const state = restart(started())
    expect(state).toMatchObject({ pendings: [], attempt: 1 })
    const next = trigger(state).state
    expect(collect(next, ack(0, 2)).state).toBe(next)
    expect(collect(next, ack(0, 2, { attempt: attempt(1) })).state).not.toBe(next)
  })

  it('subsumes: a completed checkpoint aborts the older pending ones, savepoints apart, before it is notified', () => {
    const state = trigger(trigger(trigger(initialCoordinator(1)).state, true).state).state
    const done = complete(collect(state, ack(0, 3)).state, checkpointId(3))
    expect(done.effects.map((effect) => [effect.type, 'id' in effect ? effect.id : 0])).toEqual([
      ['store', 3],
      ['notifyAborted', 1],
      ['notifyComplete', 3],
    ])
    expect(done.state.pendings.map(({ id, savepoint }) => [id, savepoint])).toEqual([[2, true]])
  })

  it('stores a savepoint, notifies nobody and subsumes nothing', () => {
    const state = trigger(trigger(initialCoordinator(1)).state, true).state
    const done = complete(collect(state, ack(0, 2)).state, checkpointId(2))
    expect(done.effects).toMatchObject([{ type: 'store', id: 2, savepoint: true }])
    expect(done.state).toMatchObject({ newestCompleted: 0, pendings: [{ id: 1 }] })
  })
})
