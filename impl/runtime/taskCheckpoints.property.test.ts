// What must hold of a task's checkpoints after any sequence of events: what is acknowledged is whole and wanted, what the
// sink is told rises, and an aborted checkpoint is not taken. The log of events and effects is judged, never the state;
// each check is shown a planted bug. Read next: taskCheckpoints.ts.
import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { captured, type Entry, has, idsOf, logOf, type Step, WISH } from './taskCheckpointRuns.fixture.ts'
import { stepTask } from './taskCheckpoints.ts'

const RUN = { maxConcurrent: fc.integer({ min: 1, max: 3 }), wishes: fc.array(WISH, { maxLength: 40 }) }
const SETTINGS = { seed: 7, numRuns: 3000 }

const CHECKS: Readonly<Record<string, (log: readonly Entry[], maxConcurrent: number) => void>> = {
  'what is acknowledged is whole, wanted and acknowledged once'(log) {
    for (const [at, { effects }] of log.entries())
      for (const effect of effects) {
        if (effect.type !== 'acknowledge') continue
        const [before, about] = [log.slice(0, at + 1), effect.id]
        expect(effect.state).toEqual({ of: about })
        expect([has(before, 'asyncDone', about), captured(before, about)]).toEqual([true, true])
        expect(idsOf(before, 'discard')).not.toContain(about)
      }
    expect(new Set(idsOf(log, 'acknowledge')).size).toBe(idsOf(log, 'acknowledge').length)
  },
  'what is whole and was not discarded is acknowledged at once'(log) {
    for (const about of idsOf(log, 'snapshot')) {
      const taken = log.findIndex(({ event }) => event.type === 'snapshotTaken' && event.id === about)
      for (let end = taken + 1; taken >= 0 && end <= log.length; end++) {
        const before = log.slice(0, end)
        const whole = has(log.slice(taken, end), 'asyncDone', about) && captured(before, about)
        if (whole && !idsOf(before, 'discard').includes(about)) expect(idsOf(before, 'acknowledge')).toContain(about)
      }
    }
  },
  'an abort inside the asynchronous part is the end of it'(log) {
    for (const [at, { event }] of log.entries()) {
      if (event.type !== 'abort' || !has(log.slice(0, at), 'snapshotTaken', event.id)) continue
      expect(idsOf(log.slice(at), 'acknowledge')).not.toContain(event.id)
    }
  },
  'snapshots rise, and none is taken of a checkpoint that was aborted as far as that is remembered'(
    log,
    maxConcurrent,
  ) {
    const taken = idsOf(log, 'snapshot')
    expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b))
    for (const [at, { event, effects }] of log.entries()) {
      if (event.type !== 'barrier' || !effects.some(({ type }) => type === 'snapshot')) continue
      expect(effects.map(({ type }) => type)).toEqual(['prepareSnapshotPreBarrier', 'broadcastBarrier', 'snapshot'])
      const told = log.slice(0, at).flatMap(({ event: each }) => (each.type === 'abort' ? [each.id] : []))
      const lately = [...new Set(told.toReversed())].slice(0, maxConcurrent)
      expect(lately).not.toContain(event.id)
      // Those at or below an earlier barrier are not remembered: they cannot make a newer one old.
      expect(event.id + maxConcurrent).toBeGreaterThanOrEqual(Math.max(0, ...told))
    }
  },
  'completions rise'(log) {
    const told = idsOf(log, 'notifyComplete')
    expect(told).toEqual([...new Set(told)].sort((a, b) => a - b))
  },
  'every completion above all before is told, and every abort'(log) {
    let newest = 0
    for (const { event, effects } of log) {
      if (log.some(({ event: each }) => each.type === 'syncFailed')) return
      const told = effects.filter(({ type }) => type.startsWith('notify')).map(({ type }) => type)
      const isNew = event.type === 'complete' && event.id > newest
      expect(told).toEqual(event.type === 'abort' ? ['notifyAborted'] : isNew ? ['notifyComplete'] : [])
      if (isNew) newest = event.id
    }
  },
}

/** Each breaks one rule: the machine is handed a state or an event that is not the true one. */
const PLANTED: readonly (readonly [string, keyof typeof CHECKS, Step])[] = [
  [
    'acknowledges before the channel state is there',
    'what is acknowledged is whole, wanted and acknowledged once',
    (state, event) => stepTask(state, event.type === 'barrier' ? { ...event, channelState: false } : event),
  ],
  [
    'cancels all that is open on any abort',
    'what is whole and was not discarded is acknowledged at once',
    (state, event) => stepTask(event.type === 'abort' ? { ...state, snapshots: [] } : state, event),
  ],
  [
    'acknowledges what was aborted',
    'an abort inside the asynchronous part is the end of it',
    (state, event) => {
      const { state: next, effects } = stepTask(state, event)
      return { state: event.type === 'abort' ? { ...next, snapshots: state.snapshots } : next, effects }
    },
  ],
  [
    'forgets what was aborted before its barrier',
    'snapshots rise, and none is taken of a checkpoint that was aborted as far as that is remembered',
    (state, event) => stepTask({ ...state, abortedIds: [] }, event),
  ],
  [
    'forgets how far aborts have come',
    'snapshots rise, and none is taken of a checkpoint that was aborted as far as that is remembered',
    (state, event) => stepTask({ ...state, maxAborted: 0 }, event),
  ],
  [
    'takes barriers out of order',
    'snapshots rise, and none is taken of a checkpoint that was aborted as far as that is remembered',
    (state, event) => stepTask({ ...state, lastCheckpoint: 0 }, event),
  ],
  ['filters no notification', 'completions rise', (state, event) => stepTask({ ...state, latestReported: 0 }, event)],
  [
    'tells nobody while aborts are remembered',
    'every completion above all before is told, and every abort',
    (state, event) =>
      event.type === 'complete' && state.abortedIds.length > 0 ? { state, effects: [] } : stepTask(state, event),
  ],
]

const holds = (step: Step, check: keyof typeof CHECKS) =>
  fc.property(RUN.maxConcurrent, RUN.wishes, (maxConcurrent, wishes) =>
    CHECKS[check]?.(logOf(step, maxConcurrent, wishes), maxConcurrent),
  )

describe('after any sequence of events', () => {
  it.each(Object.keys(CHECKS))('%s', (check) => fc.assert(holds(stepTask, check), SETTINGS))

  it.each(PLANTED)('a task that %s is caught', (_bug, check, step) => {
    expect(fc.check(holds(step, check), SETTINGS).errorInstance).toMatchObject({ name: 'AssertionError' })
  })

  test.prop(RUN, SETTINGS)('states are never changed in place', ({ maxConcurrent, wishes }) => {
    const frozen: Step = (state, event) => stepTask(deepFreeze(state), event)
    expect(() => logOf(frozen, maxConcurrent, wishes)).not.toThrow()
  })
})

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part)
  return Object.freeze(value)
}
