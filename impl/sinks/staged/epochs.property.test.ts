// What holds of staging and publishing whatever happens between: nothing is visible before its checkpoint is complete, no
// key goes back, a death anywhere and a restore end with the right table, and nothing stays staged. Each is also run on
// a protocol with a planted bug, which it must catch. Read next: epochs.ts, stagedRun.fixture.ts.
import { fc } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import type { SinkRecord } from '../interfaces.ts'
import { stepStaged } from './epochs.ts'
import { inputs, StagedRun, type Step, schedules } from './stagedRun.fixture.ts'

const show = (table: ReadonlyMap<string, SinkRecord>): readonly string[] =>
  [...table].map(([key, { version, op }]) => `${key}${version}${op ? ' deleted' : ''}`).sort()

const newest = (input: readonly SinkRecord[]): readonly string[] => show(new Map(input.map((each) => [each.key, each])))

type Make = (input: readonly SinkRecord[]) => StagedRun

const check = (make: Make, shrink = true) =>
  fc.check(
    fc.property(inputs, schedules, (input, schedule) => {
      const run = make(input)
      let before = new Map<string, number>()
      const look = () => {
        for (const [key, { id, version }] of run.table) {
          expect(input.findIndex((each) => each.id === id)).toBeLessThan(run.completedOffset)
          expect(version).toBeGreaterThanOrEqual(before.get(key) ?? 0)
        }
        before = new Map([...run.table].map(([key, { version }]) => [key, version]))
      }
      for (const choice of schedule) {
        run.perform(choice)
        look()
      }
      run.finish()
      look()
      expect(show(run.table)).toEqual(newest(input))
      run.restore()
      run.serveAll()
      expect([...run.staging.keys()]).toEqual([])
      expect(show(run.table)).toEqual(newest(input))
    }),
    { seed: 1, numRuns: 400, endOnFailure: !shrink },
  )

describe('staging and publishing', () => {
  it('ends with the right table, shows nothing too early, brings nothing back and leaves nothing staged', () => {
    const { failed, counterexample, errorInstance } = check((input) => new StagedRun(input))
    expect([failed, counterexample, String(errorInstance)]).toEqual([false, null, 'null'])
  })

  it('the runs have been where it matters', () => {
    const reached = new Set<string>()
    for (const [input, schedule] of fc.sample(fc.tuple(inputs, schedules), { seed: 1, numRuns: 400 })) {
      const run = new StagedRun(input)
      for (const choice of schedule) run.perform(choice)
      for (const situation of run.reached) reached.add(situation)
    }
    const deaths = ['open', 'write', 'checkpoint', 'complete'].map((call) => `death in ${call}`)
    const faults = ['notification lost', 'abort with an epoch', 'zombie', 'publishing again', 'published before']
    expect([...reached].sort()).toEqual([...deaths, ...faults].sort())
  })
})

const planted: Readonly<Record<string, Step>> = {
  'an abort discards its epoch': (limit, state, event) => {
    const { state: after, effect } = stepStaged(limit, state, event)
    if (event.type !== 'abort') return { state: after, effect }
    return { state: { ...after, closed: after.closed.filter(({ checkpointId }) => checkpointId !== event.id) }, effect }
  },
  'an abort publishes': (limit, state, event) =>
    stepStaged(limit, state, event.type === 'abort' ? { type: 'complete', id: event.id } : event),
  'a restored epoch is not published': (limit, state, event) =>
    stepStaged(limit, state, event.type === 'open' ? { type: 'open', epochs: [] } : event),
  'only the epoch of the id notified is published, others are forgotten': (limit, state, event) =>
    stepStaged(
      limit,
      event.type === 'complete'
        ? { ...state, closed: state.closed.filter(({ checkpointId }) => checkpointId === event.id) }
        : state,
      event,
    ),
  'the manifest has only the newest epoch': (limit, state, event) => {
    const stepped = stepStaged(limit, state, event)
    const { effect } = stepped
    return effect?.type === 'snapshot'
      ? { ...stepped, effect: { ...effect, epochs: effect.epochs.slice(-1) } }
      : stepped
  },
  'the manifest lacks what was staged last': (limit, state, event) => {
    const stepped = stepStaged(limit, state, event)
    const { effect } = stepped
    if (effect?.type !== 'snapshot') return stepped
    return {
      ...stepped,
      effect: { ...effect, epochs: effect.epochs.map((each) => ({ ...each, records: each.records.slice(0, -1) })) },
    }
  },
  'rows are removed and never published': (limit, state, event) => {
    const { state: after, effect } = stepStaged(limit, state, event)
    return { state: after, effect: effect?.type === 'publish' ? { type: 'remove', epochs: effect.epochs } : effect }
  },
  'rows of dead attempts are left': (limit, state, event) => {
    const { state: after, effect } = stepStaged(limit, state, event)
    return effect?.type === 'discardStale' ? stepStaged(limit, after, { type: 'discarded' }) : { state: after, effect }
  },
}

describe('a planted bug is caught:', () => {
  it.each(Object.entries(planted))('%s', (_, step) => {
    expect(check((input) => new StagedRun(input, step), false).failed).toBe(true)
  })

  it('no fence', () => {
    expect(check((input) => new StagedRun(input, stepStaged, false), false).failed).toBe(true)
  })
})
