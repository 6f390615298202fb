// What must hold of a coordinator's log, whatever happened to it: each check judges events, effects and the state after
// them, by rules of its own. Read next: coordination.property.test.ts, runs.fixture.ts.
import { expect } from 'vitest'
import type { CoordinatorEffect } from './messages.ts'
import type { Entry, State } from './runs.fixture.ts'

type Effect<Type> = Extract<CoordinatorEffect<number>, { readonly type: Type }>
export const said = <Type extends CoordinatorEffect<number>['type']>(log: readonly Entry[], type: Type) =>
  log.flatMap(({ effects }) => effects.filter((effect): effect is Effect<Type> => effect.type === type))
/** Ids in the order in which they completed: stored by word or found by a restart. */
export const completions = (log: readonly Entry[]) =>
  log.flatMap(({ event, before, state }) => {
    const found = event.type === 'restart' ? event.restored?.id : event.type === 'stored' ? event.id : undefined
    const was = before.pending.find(({ id, phase }) => id === found && phase === 'storing')
    return was === undefined ? [] : [{ ...was, state }]
  })
const handles = (state: State) => ({
  retained: state.retained.flatMap(({ acknowledgements }) => acknowledgements.map((each) => each.state)),
  pending: state.pending.flatMap(({ collected }) => collected.flatMap((each) => (each === null ? [] : [each.state]))),
})
const repeated = <Value>(values: readonly Value[]) => values.filter((value, at) => values.indexOf(value) !== at)

export const CHECKS = {
  'an id is begun once, and completes or aborts at most once'(log: readonly Entry[]) {
    expect(repeated(said(log, 'armTimeout').map(({ id }) => id))).toEqual([])
    const aborted = log.flatMap(({ effects }) => [
      ...new Set(effects.flatMap((effect) => (effect.type === 'notifyAbort' ? [effect.id] : []))),
    ])
    expect(repeated([...aborted, ...completions(log).map(({ id }) => id)])).toEqual([])
  },
  'completed checkpoints rise'(log: readonly Entry[]) {
    const ids = completions(log).flatMap(({ kind, id }) => (kind === 'checkpoint' ? [id] : []))
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
  },
  'what is not forced keeps to the limit'(log: readonly Entry[]) {
    for (const { state, before } of log) {
      const { maxConcurrent, unaligned } = before.config
      const unforced = state.pending.filter(({ kind }) => unaligned || kind === 'checkpoint')
      expect(unforced.length).toBeLessThanOrEqual(maxConcurrent)
    }
  },
  'every request ends once, or has not ended yet'(log: readonly Entry[]) {
    const asked = log.flatMap(({ event }) => (event.type === 'request' ? [event.number] : []))
    const ended = [...said(log, 'requestDone'), ...said(log, 'requestFailed')].map(({ request }) => request)
    const last = log.at(-1)?.state
    const open = [
      ...(last?.queue ?? []).map(({ number }) => number),
      ...(last?.pending ?? []).map((each) => each.request),
    ]
    const all = [...ended, ...open].filter((number) => number !== null)
    expect(all.sort((a, b) => a - b)).toEqual(asked)
  },
  'no checkpoint stays pending below one that completed'(log: readonly Entry[]) {
    for (const { kind, id, state } of completions(log)) {
      if (kind === 'savepoint') continue
      expect(state.pending.filter((each) => each.kind === 'checkpoint' && each.id < id)).toEqual([])
    }
  },
  'state is discarded once, and never while it is needed'(log: readonly Entry[]) {
    expect(repeated(said(log, 'discard').map(({ state }) => state))).toEqual([])
    const gone = new Set<number>()
    for (const { state, effects } of log) {
      for (const effect of effects) if (effect.type === 'discard') gone.add(effect.state)
      const { retained, pending } = handles(state)
      expect([...retained, ...pending].filter((each) => each !== null && gone.has(each))).toEqual([])
    }
  },
  'no state is forgotten: it is needed, discarded, given to a savepoint, or left to a store that nobody is sure of'(
    log: readonly Entry[],
  ) {
    const taken = log.flatMap(({ event, answer }) =>
      event.type === 'acknowledge' && answer?.outcome !== 'duplicate' ? [event.state] : [],
    )
    const discarded = new Set(said(log, 'discard').map(({ state }) => state))
    const last = log.at(-1)
    const kept = last === undefined ? { retained: [], pending: [] } : handles(last.state)
    const unsure = log.flatMap(({ event, before }) =>
      event.type === 'restart' || (event.type === 'storeFailed' && event.possiblyStored)
        ? before.pending.filter(({ phase }) => phase === 'storing')
        : [],
    )
    const given = [...completions(log).filter(({ kind }) => kind !== 'checkpoint'), ...unsure].flatMap(
      ({ collected }) => collected.flatMap((each) => each?.state ?? []),
    )
    const known = new Set([...kept.retained, ...kept.pending, ...given])
    for (const state of taken) expect(state === null || discarded.has(state) || known.has(state)).toBe(true)
  },
  'what is stored is one acknowledgement of every task in the plan, of the attempt that took it'(
    log: readonly Entry[],
  ) {
    for (const { effects, before } of log)
      for (const effect of effects) {
        if (effect.type !== 'store') continue
        const { plan, attempt } = before.pending.find(({ id }) => id === effect.id) ?? {}
        expect(effect.acknowledgements.map(({ task }) => task)).toEqual(plan)
        for (const { state } of effect.acknowledgements)
          expect(log.find(({ event }) => event.type === 'acknowledge' && event.state === state)?.event).toMatchObject({
            attempt,
          })
      }
  },
  'the watch runs exactly while it may still expire'(log: readonly Entry[]) {
    const armed = new Set<number>()
    for (const { event, effects, state } of log) {
      if (event.type === 'expire') armed.delete(event.id)
      for (const effect of effects) {
        if (effect.type === 'armTimeout') armed.add(effect.id)
        if (effect.type === 'cancelTimeout') expect(armed.delete(effect.id)).toBe(true)
      }
      const running = state.pending.flatMap(({ id, phase }) => (phase === 'storing' ? [] : [id]))
      expect([...armed].sort((a, b) => a - b)).toEqual(running)
    }
  },
  'what completes is told to all or to none, and abort messages name the newest restore point'(log: readonly Entry[]) {
    for (const { event, effects, before, state } of log) {
      const newest = Math.max(0, ...before.retained.map(({ id }) => id), ...state.retained.map(({ id }) => id))
      for (const effect of effects) if (effect.type === 'notifyAbort') expect(effect.newestCompleted).toBe(newest)
      const told = said([{ event, effects, before, state }], 'notifyComplete').map(({ task }) => task)
      const done = completions([{ event, effects, before, state }])[0]
      const tells = done !== undefined && event.type === 'stored' && done.kind !== 'savepoint'
      expect(told).toEqual(tells ? done.plan : [])
    }
  },
}
export type Check = keyof typeof CHECKS
