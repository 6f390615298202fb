// What a handler is told that no correct sender behind a gate can cause, or that no recording reached: an end of partition
// on a channel that is held back, barriers that come late, the tracker's limit and its one clock.
// What recordings and random runs hold is in properties/vectors. Read next: handler.ts.
import { describe, expect, it } from 'vitest'
import { checkpointId } from '../../../model/pipeline/ids.ts'
import { ALTERNATING } from './alternating.ts'
import { BARRIER_HANDLERS, type BarrierEvent, type BarrierHandler, type BarrierKind } from './handler.ts'
import { TRACKER } from './tracker.ts'

const moment = (nowMs = 0) => ({ nowMs, newestArrived: -1 })
const barrier = (id: number, channel: number, kind: BarrierKind = 'aligned', nowMs = 0): BarrierEvent => ({
  type: 'barrier',
  channel,
  checkpointId: checkpointId(id),
  kind,
  createdAtMs: 0,
  ...moment(nowMs),
})
const announcement = (id: number, channel: number, nowMs = 0): BarrierEvent => ({
  type: 'announcement',
  channel,
  checkpointId: checkpointId(id),
  kind: 'timeout',
  createdAtMs: 0,
  ...moment(nowMs),
})
const ended = (channel: number): BarrierEvent => ({ type: 'endOfPartition', channel, ...moment() })
const cancel = (id: number, channel: number): BarrierEvent => ({
  type: 'cancel',
  channel,
  checkpointId: checkpointId(id),
})
const timer = (nowMs: number): BarrierEvent => ({ type: 'timer', ...moment(nowMs) })

/** The state after all events, and the effects of the last. */
function fed<S>({ step }: BarrierHandler<S>, state: S, ...events: readonly BarrierEvent[]) {
  return events.reduce((now, event) => step(now.state, event), { state, effects: [] } as ReturnType<typeof step>)
}

describe('a channel that ended', () => {
  it.each(['aligned', 'alternating'] as const)('is not resumed (%s)', (alignment) => {
    const handler = BARRIER_HANDLERS[alignment]
    const { effects } = fed(handler, handler.initial(3), barrier(1, 0), barrier(1, 1), ended(0), barrier(1, 2))
    expect(effects).toContainEqual({ type: 'resume', channels: [1, 2] })
  })

  it('is not resumed when an aligned barrier came to an unaligned checkpoint', () => {
    const handler = BARRIER_HANDLERS.unaligned
    const { effects } = fed(handler, handler.initial(3), barrier(1, 0), barrier(1, 1), ended(0), barrier(1, 2))
    expect(effects).toContainEqual({ type: 'resume', channels: [1, 2] })
  })

  it('has no barrier left to go ahead, before the first barrier and after it', () => {
    const initial = ALTERNATING.initial(3, { alignedCheckpointTimeoutMs: 10 })
    const announced = [announcement(1, 0), announcement(1, 1)]
    const before = fed(ALTERNATING, initial, ...announced, ended(0), timer(10))
    expect(before.effects).toEqual([{ type: 'prioritize', channel: 1 }])
    const behind = fed(ALTERNATING, initial, ...announced, barrier(1, 2, 'timeout'), ended(0), timer(10))
    expect(behind.effects.filter(({ type }) => type === 'prioritize')).toEqual([{ type: 'prioritize', channel: 1 }])
  })

  it('is forgotten by an unaligned checkpoint that has yet to start', () => {
    const initial = ALTERNATING.initial(2, { alignedCheckpointTimeoutMs: 10 })
    const { state } = fed(ALTERNATING, initial, announcement(1, 0), timer(10))
    expect(state).toMatchObject({ phase: 'waitingUnaligned', announced: [] })
    expect(fed(ALTERNATING, { ...state, blocked: [0, 1] }, ended(0)).state.blocked).toEqual([1])
  })
})

describe('the alignment timeout', () => {
  const initial = ALTERNATING.initial(3, { alignedCheckpointTimeoutMs: 10 })

  it('is up at once where the first barrier comes later than that', () => {
    expect(fed(ALTERNATING, initial, announcement(1, 0, 50)).effects).toEqual([{ type: 'armTimer', dueMs: 50 }])
  })

  it('is not up for a barrier of exactly that age, whose timer has yet to fire', () => {
    expect(fed(ALTERNATING, initial, barrier(1, 0, 'timeout', 10)).state.phase).toBe('collecting')
    expect(fed(ALTERNATING, initial, barrier(1, 0, 'timeout', 11)).state.phase).toBe('collectingUnaligned')
  })
})

describe('the tracker', () => {
  const clock = (...events: readonly BarrierEvent[]) => fed(TRACKER, TRACKER.initial(2), ...events).state.aligning

  it('keeps the newest 50', () => {
    const barriers = Array.from({ length: 51 }, (_, n) => barrier(n + 1, 0))
    expect(TRACKER.pendingIds(fed(TRACKER, TRACKER.initial(2), ...barriers.slice(0, 50)).state)).toHaveLength(50)
    const { state } = fed(TRACKER, TRACKER.initial(2), ...barriers)
    expect(TRACKER.pendingIds(state)).toEqual(Array.from({ length: 50 }, (_, n) => n + 2))
    expect(fed(TRACKER, state, barrier(1, 1)).effects).toEqual([])
    expect(fed(TRACKER, state, barrier(2, 1)).effects).toMatchObject([{ type: 'trigger', checkpointId: 2 }])
  })

  it('measures the newest alignment, until it ends or all are given up', () => {
    expect(clock(barrier(1, 0))).toBe(true)
    expect(clock(barrier(1, 0), barrier(1, 1))).toBe(false)
    expect(clock(barrier(1, 0), barrier(2, 0), barrier(1, 1))).toBe(true)
    expect(clock(barrier(1, 0), ended(0), barrier(2, 1))).toBe(false)
    expect(clock(barrier(1, 0), ended(0), cancel(2, 1))).toBe(false)
    const gaveUp = TRACKER.initial(2, { checkpointsAfterTasksFinish: false })
    expect(fed(TRACKER, gaveUp, barrier(1, 0), ended(1)).state.aligning).toBe(false)
  })

  it('fails where it is to end an alignment that the fast path has ended', () => {
    const events = [barrier(1, 0), ended(0), barrier(2, 1), ended(1)]
    expect(fed(TRACKER, TRACKER.initial(2), ...events.slice(0, 3)).effects).toMatchObject([{ checkpointId: 2 }])
    expect(fed(TRACKER, TRACKER.initial(2), ...events).effects).toMatchObject([{ type: 'fail' }])
  })

  it('knows neither announcements nor timers', () => {
    const state = TRACKER.initial(2)
    expect(fed(TRACKER, state, announcement(1, 0), timer(5))).toEqual({ state, effects: [] })
  })
})
