// From `ready` to told, in steps between which a crash may lie: `complete` asks for the store, `stored` is the commit
// point seen from here, and only then are older ones aborted and the tasks told. One is stored at a time, as under Flink's
// lock. Source followed: Flink's completePendingCheckpoint (facts/flink.md 1.5, 1.8). Read next: restart.ts, abort.ts.
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import { abortPending, abortWhere } from './abort.ts'
import { discardAll } from './effects.ts'
import { countSuccess } from './failures.ts'
import { isNotified, isStored } from './kinds.ts'
import type { Effects, StoreFailedEvent } from './messages.ts'
import { startQueued } from './requests.ts'
import { acknowledgementsOf, type CompletedCheckpoint, type CoordinatorState, type PendingCheckpoint } from './state.ts'

/** What `complete` may be called for now, oldest first. */
export function completable<State>({ pending }: CoordinatorState<State>): readonly CheckpointId[] {
  if (pending.some(({ phase }) => phase === 'storing')) return []
  return pending.flatMap(({ id, phase }) => (phase === 'ready' ? [id] : []))
}

export function complete<State>(
  state: CoordinatorState<State>,
  id: CheckpointId,
  effects: Effects<State>,
): CoordinatorState<State> {
  if (!completable(state).includes(id)) return state
  const pending = state.pending.map((each) => (each.id === id ? { ...each, phase: 'storing' as const } : each))
  const storing = pending.find((each) => each.id === id)
  if (storing === undefined) return state
  const acknowledgements = acknowledgementsOf(storing)
  effects.push({ type: 'cancelTimeout', id }, { type: 'store', id, kind: storing.kind, acknowledgements })
  return { ...state, pending }
}

export function stored<State>(
  state: CoordinatorState<State>,
  id: CheckpointId,
  effects: Effects<State>,
): CoordinatorState<State> {
  const pending = storingOf(state, id)
  if (pending === undefined) return state
  const { state: succeeded, subsumed } = succeed(state, pending, effects)
  if (!isNotified(pending.kind)) return startQueued(succeeded, effects)
  const older = (each: PendingCheckpoint<State>) => each.id < id && isStored(each.kind)
  const rest = abortWhere(succeeded, older, { reason: 'CHECKPOINT_SUBSUMED', by: null }, effects)
  for (const task of pending.plan) effects.push({ type: 'notifyComplete', task, id, subsumed })
  return startQueued(rest, effects)
}

export function storeFailed<State>(
  state: CoordinatorState<State>,
  { id, possiblyStored }: StoreFailedEvent,
  effects: Effects<State>,
): CoordinatorState<State> {
  const pending = storingOf(state, id)
  if (pending === undefined) return state
  const cause = { reason: 'FINALIZE_CHECKPOINT_FAILURE', by: null, keepsState: possiblyStored } as const
  return startQueued(abortPending(state, pending, cause, effects), effects)
}

/** It is complete, whoever can still be told so. */
export function succeed<State>(
  state: CoordinatorState<State>,
  pending: PendingCheckpoint<State>,
  effects: Effects<State>,
): { readonly state: CoordinatorState<State>; readonly subsumed: CheckpointId | null } {
  const { id, kind, request } = pending
  const entry = { id, savepoint: false, acknowledgements: acknowledgementsOf(pending) }
  const added = isStored(kind) ? addToStore(state, entry, effects) : { retained: state.retained, subsumed: null }
  if (request !== null) effects.push({ type: 'requestDone', request, id })
  return {
    state: {
      ...state,
      retained: added.retained,
      pending: state.pending.filter((each) => each.id !== id),
      failures: countSuccess(state.failures, id),
      lastCompletionMs: state.nowMs,
    },
    subsumed: added.subsumed,
  }
}

/** The entry goes before the state it points to. */
export function addToStore<State>(
  { retained, config }: CoordinatorState<State>,
  entry: CompletedCheckpoint<State>,
  effects: Effects<State>,
): { readonly retained: readonly CompletedCheckpoint<State>[]; readonly subsumed: CheckpointId | null } {
  const all = [...retained, entry]
  const evicted = all.slice(0, -config.retained).filter(({ savepoint }) => !savepoint)
  for (const { id, acknowledgements } of evicted) {
    effects.push({ type: 'evict', id })
    discardAll(id, acknowledgements, effects)
  }
  return { retained: all.slice(-config.retained), subsumed: evicted.at(-1)?.id ?? null }
}

const storingOf = <State>({ pending }: CoordinatorState<State>, id: CheckpointId) =>
  pending.find((each) => each.id === id && each.phase === 'storing')
