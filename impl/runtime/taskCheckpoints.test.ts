// A task's side of checkpoints, case by case: the sequences of Flink's SubtaskCheckpointCoordinatorTest and StreamTaskTest
// (their names are quoted), and what those leave open. Read next: taskCheckpoints.property.test.ts.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../model/pipeline/ids.ts'
import type { TaskCheckpoints, TaskEvent } from './taskCheckpointEvents.ts'
import { initialTaskCheckpoints } from './taskCheckpointEvents.ts'
import { finalNotified, stepTask, toldBy } from './taskCheckpoints.ts'

type State = { readonly of: number }
type Told = TaskEvent<State>

const restored = (id: number): Told => ({ type: 'restored', id: checkpointId(id) })
const barrier = (id: number, channelState = false): Told => ({ type: 'barrier', id: checkpointId(id), channelState })
const barrierAborted = (id: number): Told => ({
  type: 'barrierAborted',
  id: checkpointId(id),
  reason: 'CHECKPOINT_DECLINED_ON_CANCELLATION_BARRIER',
})
const taken = (id: number): Told => ({ type: 'snapshotTaken', id: checkpointId(id), state: { of: id } })
const syncFailed = (id: number): Told => ({ type: 'syncFailed', id: checkpointId(id), error: new Error('boom') })
const asyncDone = (id: number): Told => ({ type: 'asyncDone', id: checkpointId(id) })
const asyncFailed = (id: number): Told => ({ type: 'asyncFailed', id: checkpointId(id) })
const channelStateDone = (id: number): Told => ({ type: 'channelStateDone', id: checkpointId(id) })
const complete = (id: number): Told => ({ type: 'complete', id: checkpointId(id) })
const abort = (id: number, newestCompleted = 0): readonly Told[] =>
  toldBy({ type: 'abort', id: checkpointId(id), newestCompleted })
const snapshot = (id: number): Told[] => [barrier(id), taken(id)]

/** What came out, as `type id`, and the state it ended in. */
function run(
  events: readonly (Told | readonly Told[])[],
  maxConcurrent = 1,
  from = initialTaskCheckpoints<State>(maxConcurrent),
) {
  const calls: string[] = []
  let state: TaskCheckpoints<State> = from
  for (const event of events.flat() as readonly Told[]) {
    const { state: next, effects } = stepTask(state, event)
    state = next
    for (const effect of effects)
      calls.push(`${effect.type} ${effect.type === 'fail' ? effect.error.message : effect.id}`)
  }
  return { state, calls }
}
const SNAPSHOT_42 = ['prepareSnapshotPreBarrier 42', 'broadcastBarrier 42', 'snapshot 42']

describe('a task’s checkpoints, as Flink tests them', () => {
  it('testNotifyCheckpointAbortedBeforeAsyncPhase: neither snapshot nor acknowledgement, nothing remembered', () => {
    expect(run([abort(42)]).state.abortedIds).toEqual([42])
    const { state, calls } = run([abort(42), barrier(42, true)])
    expect(calls).toEqual(['notifyAborted 42', 'broadcastCancel 42', 'discard 42'])
    expect([state.abortedIds, state.snapshots]).toEqual([[], []])
  })

  it('testBroadcastCancelCheckpointMarkerOnAbortingFromCoordinator: downstream gets a cancel marker, no barrier', () => {
    const broadcast = run([abort(42), barrier(42)]).calls.filter((call) => call.startsWith('broadcast'))
    expect(broadcast).toEqual(['broadcastCancel 42'])
  })

  it('testNotifyCheckpointAbortedManyTimes: as many ids are remembered as checkpoints may be pending', () => {
    let state = initialTaskCheckpoints<State>(256)
    for (let id = 1; id < 256 + 42; id++) {
      state = run([abort(id)], 256, state).state
      expect(state.abortedIds).toHaveLength(Math.min(256, id))
    }
  })

  it('testNotifyCheckpointAbortedDuringAsyncPhase: cancelled, and nobody waits for its end', () => {
    const { state, calls } = run([...snapshot(42), abort(42), asyncDone(42), asyncFailed(42)])
    expect(calls).toEqual([...SNAPSHOT_42, 'discard 42', 'notifyAborted 42'])
    expect([state.snapshots, state.abortedIds]).toEqual([[], []])
  })

  it('testNotifyCheckpointAbortedAfterAsyncPhase: only the listener hears of it', () => {
    const { state, calls } = run([...snapshot(42), asyncDone(42), abort(42)])
    expect(calls).toEqual([...SNAPSHOT_42, 'acknowledge 42', 'notifyAborted 42'])
    expect(state.abortedIds).toEqual([])
  })

  it('testAbortOldAndStartNewCheckpoint: the next one is taken, with its channel state', () => {
    const { calls } = run([abort(42), barrier(43, true), channelStateDone(43), taken(43), asyncDone(43)])
    expect(calls.slice(0, 1).concat(calls.slice(-2))).toEqual(['notifyAborted 42', 'snapshot 43', 'acknowledge 43'])
  })

  it.each([
    ['testSkipRepeatCheckpointComplete', [complete(3), abort(5, 3), abort(10, 8), complete(8)], [3, 8]],
    [
      'testIgnoreCompleteCheckpointBeforeStartup',
      [restored(3), complete(2), abort(4, 3), complete(5), abort(7, 6)],
      [5, 6],
    ],
  ])('%s', (_name, events, seen) => {
    const completed = run(events).calls.filter((call) => call.startsWith('notifyComplete'))
    expect(completed).toEqual(seen.map((id) => `notifyComplete ${id}`))
  })
})

describe('a task’s checkpoints', () => {
  it('delivers the newest completed id before the abort that brings it', () => {
    expect(run([abort(4, 3)]).calls).toEqual(['notifyComplete 3', 'notifyAborted 4'])
  })

  it('ignores a barrier that is out of order', () => {
    expect(run([...snapshot(2), barrier(1), barrier(2, true)]).calls).toHaveLength(3)
    expect(run([...snapshot(2), barrier(1, true)]).calls.at(-1)).toBe('discard 1')
    expect(run([barrierAborted(2), barrier(1)]).calls.slice(3)).toEqual([])
    expect(run([...snapshot(2), barrierAborted(1), barrier(2)]).calls.slice(6)).toEqual([])
  })

  it('forgets the id told first, not the lowest, and takes what is too old to be remembered as aborted', () => {
    expect(run([abort(5), abort(4)]).state).toMatchObject({ abortedIds: [4], maxAborted: 5 })
    expect(run([abort(5), abort(4), barrier(5)]).calls).toContain('snapshot 5')
    expect(run([abort(4), abort(5), abort(5)], 2).state.abortedIds).toEqual([4, 5])
    expect(run([abort(9), barrier(7)]).calls).toContain('broadcastCancel 7')
    expect(run([abort(9), barrier(8)]).calls).toContain('snapshot 8')
  })

  it('goes on with a snapshot whose abort arrives inside it, and acknowledges late', () => {
    const { state, calls } = run([
      ...snapshot(1),
      asyncDone(1),
      barrier(2),
      complete(1),
      abort(2, 1),
      taken(2),
      asyncDone(2),
    ])
    expect(calls.slice(-3)).toEqual(['notifyComplete 1', 'notifyAborted 2', 'acknowledge 2'])
    expect(state.abortedIds).toEqual([])
  })

  it('declines that snapshot where the abort dropped its channel state: an acknowledgement would lack it', () => {
    const { calls } = run([barrier(1, true), abort(1), channelStateDone(1), taken(1), asyncDone(1)])
    expect(calls.slice(-2)).toEqual(['discard 1', 'decline 1'])
  })

  it('gives up a capture that the end of a newer one cuts short: it will never be whole', () => {
    const { state, calls } = run([barrier(1, true), taken(1), channelStateDone(2), asyncDone(1), channelStateDone(1)])
    expect([calls.slice(3), state.snapshots]).toEqual([['discard 1'], []])
    const inside = run([barrier(1, true), channelStateDone(2), taken(1), asyncDone(1)])
    expect(inside.calls.slice(3)).toEqual(['discard 1', 'decline 1'])
  })

  it.each([
    [[barrier(1, true), taken(1), asyncDone(1)], [channelStateDone(1)]],
    [[barrier(1, true), taken(1), channelStateDone(1)], [asyncDone(1)]],
    [[barrier(1, true), channelStateDone(1), taken(1)], [asyncDone(1)]],
  ])('acknowledges when state and channel state are there, in whatever order (%#)', (before, last) => {
    expect(run(before).calls).not.toContain('acknowledge 1')
    expect(run([...before, ...last]).calls.at(-1)).toBe('acknowledge 1')
  })

  it('acknowledges side by side, each with its own state', () => {
    const { state } = run([...snapshot(1), ...snapshot(2)], 2)
    const { effects } = stepTask(state, asyncDone(2))
    expect(effects).toEqual([{ type: 'acknowledge', id: 2, state: { of: 2 } }])
    expect(run([asyncDone(2), asyncDone(1)], 2, state).calls).toEqual(['acknowledge 2', 'acknowledge 1'])
  })

  it('fails with its synchronous part, and drops what is open', () => {
    const { state, calls } = run([...snapshot(1), barrier(2), syncFailed(2), complete(1), abort(1)], 2)
    expect(calls.slice(-3)).toEqual(['discard 1', 'discard 2', 'fail boom'])
    expect(state).toMatchObject({ running: false, snapshots: [] })
  })

  it('declines with its asynchronous part, while it runs', () => {
    expect(run([...snapshot(1), asyncFailed(1)]).calls.slice(3)).toEqual(['discard 1', 'decline 1'])
    const over = run([...snapshot(1), ...snapshot(2), { type: 'ended' }, asyncFailed(1), asyncDone(2), barrier(3)], 2)
    expect(over.calls.slice(6)).toEqual(['discard 1', 'acknowledge 2', 'broadcastCancel 3'])
  })

  it('gives up what the gate gives up, and remembers no older abort', () => {
    const { state, calls } = run([abort(2), barrier(3, true), taken(3), barrierAborted(3), asyncDone(3)])
    expect(calls.slice(-3)).toEqual(['discard 3', 'decline 3', 'broadcastCancel 3'])
    expect(state).toMatchObject({ abortedIds: [], lastCheckpoint: 3, snapshots: [] })
  })

  it('ends after the first snapshot behind finish() is notified, or a later one', () => {
    const { state } = run([...snapshot(1), { type: 'finished' }, ...snapshot(2), ...snapshot(3)], 3)
    expect(state.finalCheckpoint).toBe(2)
    expect([1, 2, 3].map((id) => finalNotified(run([complete(id)], 3, state).state))).toEqual([false, true, true])
  })

  it.each<[readonly Told[], RegExp]>([
    [[taken(1)], /expected checkpoint 1 to be in its synchronous part/],
    [[barrier(1), asyncDone(1)], /expected checkpoint 1 to be in its asynchronous part/],
    [[barrier(1), barrier(2)], /nothing of the input gate inside the snapshot of checkpoint 1, got the barrier of 2/],
    [[barrier(1), barrierAborted(1)], /got the end of 1/],
    [[complete(1), restored(1)], /expected a restore before anything else, got checkpoint 1/],
  ])('refuses what cannot happen (%#)', (events, message) => {
    expect(() => run(events)).toThrow(message)
    expect(() => run(events)).toThrow(RangeError)
  })

  it('refuses to remember nothing', () => {
    expect(() => initialTaskCheckpoints(0)).toThrow('expected 1 or more concurrent checkpoints, got 0')
  })
})
