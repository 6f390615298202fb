// The coordinator's rules, event by event: what counts, what changes nothing, and in which order things are done.
import { describe, expect, it } from 'vitest'
import { attempt, checkpointId } from '../../model/pipeline/ids.ts'
import { abort, allCollected, collect, complete, initialCoordinator, restart, trigger } from './coordinator.ts'
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

describe('the coordinator', () => {
  it('starts one checkpoint at a time', () => {
    const first = trigger(initialCoordinator(2))
    expect(first.effects).toEqual([{ type: 'trigger', id: 1 }])
    expect(trigger(first.state)).toEqual({ state: first.state, effects: [] })
  })

  it('never gives an id twice, aborted or not', () => {
    const after = abort(started()).state
    expect(trigger(after).effects).toEqual([{ type: 'trigger', id: 2 }])
    expect(trigger(restart(after)).effects).toEqual([{ type: 'trigger', id: 2 }])
  })

  it('completes when every task has acknowledged: stored first, told afterwards', () => {
    const one = collect(started(), ack(0, 1)).state
    expect(allCollected(one)).toBe(false)
    expect(complete(one).effects).toEqual([])
    const both = collect(one, ack(1, 1)).state
    const done = complete(both)
    expect(done.effects.map(({ type }) => type)).toEqual(['store', 'notifyComplete'])
    expect(done.state).toMatchObject({ pending: null, newestCompleted: 1 })
  })

  it.each([
    ['a second one of the same task', ack(0, 1)],
    ['a second one of the same task with another state', ack(0, 1, { source: { offset: 9, finished: true } })],
    ['one of a task that there is not', ack(2, 1)],
    ['one of an unknown checkpoint', ack(1, 7)],
    ['one of a dead attempt', ack(1, 1, { attempt: attempt(9) })],
    ['a decline of a dead attempt', ack(1, 1, { attempt: attempt(9), declined: true })],
  ])('%s changes nothing', (_, message) => {
    const state = collect(started(), ack(0, 1)).state
    expect(collect(state, message)).toEqual({ state, effects: [] })
  })

  it('a decline ends the checkpoint, and tells the newest completed one', () => {
    const completed = complete(collect(collect(started(), ack(0, 1)).state, ack(1, 1)).state).state
    const second = trigger(completed).state
    const declined = collect(second, ack(1, 2, { declined: true }))
    expect(declined.effects).toEqual([{ type: 'notifyAborted', id: 2, newestCompleted: 1 }])
    expect(declined.state.pending).toBeNull()
    expect(collect(declined.state, ack(0, 2))).toEqual({ state: declined.state, effects: [] })
  })

  it('after a restart the pending checkpoint is over and tells nobody, and old acknowledgements do not count', () => {
    const state = restart(started())
    expect(state).toMatchObject({ pending: null, attempt: 1 })
    const next = trigger(state).state
    expect(collect(next, ack(0, 2)).state).toBe(next)
    expect(collect(next, ack(0, 2, { attempt: attempt(1) })).state).not.toBe(next)
  })
})
