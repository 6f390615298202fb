// What must hold of the coordinator after any sequence of events, stale and repeated ones among them. The log of events
// and effects is judged; each check is shown a planted bug that it must catch. Read next: checks.fixture.ts, runs.fixture.ts.
import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { CHECKS, type Check, completions, said } from './checks.fixture.ts'
import type { SnapshotKind } from './kinds.ts'
import type { CoordinatorEffect } from './messages.ts'
import type { FailureReason } from './reasons.ts'
import { type Entry, LIFE, logOf, type State, type Step } from './runs.fixture.ts'
import { stepCoordinator } from './step.ts'

const SETTINGS = { seed: 11, numRuns: 1000 }

describe('after any sequence of events', () => {
  for (const [name, check] of Object.entries(CHECKS))
    test.prop(LIFE, SETTINGS)(name, (life) => check(logOf(life, stepCoordinator)))
  it('the runs reach what is judged', () => {
    const lives = fc.sample(fc.record(LIFE), SETTINGS).map((life) => logOf(life, stepCoordinator))
    const failed = (reason: FailureReason) => (log: readonly Entry[]) =>
      said(log, 'requestFailed').some((each) => each.reason === reason)
    const completes =
      (...kinds: readonly SnapshotKind[]) =>
      (log: readonly Entry[]) =>
        completions(log).some(({ kind }) => kinds.includes(kind))
    const reached: Readonly<Record<string, (log: readonly Entry[]) => boolean>> = {
      completed: completes('checkpoint'),
      savepoint: completes('savepoint'),
      synchronous: completes('drain', 'suspend'),
      'found by a restart': (log) => completions(log.filter(({ event }) => event.type === 'restart')).length > 0,
      evicted: (log) => said(log, 'evict').length > 0,
      subsumed: failed('CHECKPOINT_SUBSUMED'),
      'not stored': failed('FINALIZE_CHECKPOINT_FAILURE'),
      'inside the pause': failed('MINIMUM_TIME_BETWEEN_CHECKPOINTS'),
      duplicate: (log) => log.some(({ answer }) => answer?.outcome === 'duplicate'),
      unknown: (log) => log.some(({ answer }) => answer?.outcome === 'unknown'),
    }
    const seldom = Object.entries(reached).filter(([, holds]) => lives.filter(holds).length < SETTINGS.numRuns / 50)
    expect(seldom.map(([what]) => what)).toEqual([])
  })
})

const without = (step: Step, spoils: (effect: CoordinatorEffect<number>, before: State) => boolean): Step => {
  return (state, event) => {
    const done = step(state, event)
    return { ...done, effects: done.effects.filter((effect) => !spoils(effect, state)) }
  }
}
const BUGS: readonly { readonly bug: string; readonly against: Check; readonly step: Step }[] = [
  {
    bug: 'what is stored stays pending',
    against: 'an id is begun once, and completes or aborts at most once',
    step: (state, event) => {
      const done = stepCoordinator(state, event)
      return event.type === 'stored' ? { ...done, state: { ...done.state, pending: state.pending } } : done
    },
  },
  {
    bug: 'ids start again with the attempt',
    against: 'an id is begun once, and completes or aborts at most once',
    step: (state, event) =>
      stepCoordinator(state, event.type === 'restart' ? { ...event, nextId: (event.restored?.id ?? 0) + 1 } : event),
  },
  ...(['completed checkpoints rise', 'no checkpoint stays pending below one that completed'] as const).map(
    (against) => ({
      bug: 'older ones are not subsumed',
      against,
      step: ((state, event) => {
        const done = stepCoordinator(state, event)
        if (event.type !== 'stored') return done
        const older = state.pending.filter(({ id }) => id < event.id)
        const rest = done.state.pending.filter(({ id }) => id >= event.id)
        return { ...done, state: { ...done.state, pending: [...older, ...rest] } }
      }) satisfies Step,
    }),
  ),
  {
    bug: 'one more than the limit',
    against: 'what is not forced keeps to the limit',
    step: (state, event) => {
      const { config } = state
      const done = stepCoordinator({ ...state, config: { ...config, maxConcurrent: config.maxConcurrent + 1 } }, event)
      return { ...done, state: { ...done.state, config } }
    },
  },
  {
    bug: 'a failover forgets what waits',
    against: 'every request ends once, or has not ended yet',
    step: (state, event) => stepCoordinator(event.type === 'failover' ? { ...state, queue: [] } : state, event),
  },
  {
    bug: 'who asked for a checkpoint that is subsumed is not told',
    against: 'every request ends once, or has not ended yet',
    step: without(
      stepCoordinator,
      (effect) => effect.type === 'requestFailed' && effect.reason === 'CHECKPOINT_SUBSUMED',
    ),
  },
  {
    bug: 'a duplicate loses the state that it repeats',
    against: 'state is discarded once, and never while it is needed',
    step: (state, event) => {
      const done = stepCoordinator(state, event)
      if (event.type !== 'acknowledge' || done.answer?.outcome !== 'duplicate') return done
      const { task, id } = event
      const first = state.pending.find((each) => each.id === id)?.collected[task]?.state ?? null
      return first === null ? done : { ...done, effects: [{ type: 'discard', task, id, state: first }] }
    },
  },
  {
    bug: 'a restart leaves the state of what it ends',
    against:
      'no state is forgotten: it is needed, discarded, given to a savepoint, or left to a store that nobody is sure of',
    step: (state, event) => {
      const done = stepCoordinator(state, event)
      return event.type === 'restart' ? { ...done, effects: [] } : done
    },
  },
  {
    bug: 'acknowledgements are not fenced by attempt',
    against: 'what is stored is one acknowledgement of every task in the plan, of the attempt that took it',
    step: (state, event) =>
      stepCoordinator(state, event.type === 'acknowledge' ? { ...event, attempt: state.attempt } : event),
  },
  {
    bug: 'stored before all have acknowledged',
    against: 'what is stored is one acknowledgement of every task in the plan, of the attempt that took it',
    step: (state, event) => {
      const pending = state.pending.map((each) =>
        each.phase === 'collecting' ? { ...each, phase: 'ready' as const } : each,
      )
      return stepCoordinator(event.type === 'complete' ? { ...state, pending } : state, event)
    },
  },
  {
    bug: 'an abort leaves the watch running',
    against: 'the watch runs exactly while it may still expire',
    step: (state, event) =>
      event.type === 'decline'
        ? without(stepCoordinator, (effect) => effect.type === 'cancelTimeout')(state, event)
        : stepCoordinator(state, event),
  },
  {
    bug: 'savepoints are told',
    against: 'what completes is told to all or to none, and abort messages name the newest restore point',
    step: (state, event) => {
      const done = stepCoordinator(state, event)
      const stored = completions([{ ...done, event, before: state }])[0]
      if (event.type !== 'stored' || stored?.kind !== 'savepoint') return done
      const told = { type: 'notifyComplete', task: 0, id: event.id, subsumed: null } as const
      return { ...done, effects: [...done.effects, told] }
    },
  },
  {
    bug: 'subsumed ones hear of the restore point before',
    against: 'what completes is told to all or to none, and abort messages name the newest restore point',
    step: (state, event) => {
      const done = stepCoordinator(state, event)
      const before = state.retained.at(-1)?.id ?? 0
      const effects = done.effects.map((effect) =>
        effect.type === 'notifyAbort' ? { ...effect, newestCompleted: before } : effect,
      )
      return { ...done, effects }
    },
  },
]

describe('a planted bug is caught', () => {
  it.each(BUGS)('$bug', ({ against, step }) => {
    const found = fc.check(
      fc.property(fc.record(LIFE), (life) => CHECKS[against](logOf(life, step))),
      { ...SETTINGS, endOnFailure: true },
    )
    expect(found.failed).toBe(true)
  })
  it('and every check has one', () => {
    expect(new Set(BUGS.map(({ against }) => against))).toEqual(new Set(Object.keys(CHECKS)))
  })
})
