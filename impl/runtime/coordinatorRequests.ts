// Requests by hand, and the decision which of those that wait may start: savepoints first, forced beyond the limit where
// barriers are aligned, then in the order in which they came. Source followed: Flink's CheckpointRequestDecider.
// Read next: coordinator.ts.
import { checkpointId } from '../../model/pipeline/ids.ts'
import type {
  CoordinatorEffect,
  CoordinatorState,
  CoordinatorStep,
  PendingCheckpoint,
  WaitingRequest,
} from './coordinatorState.ts'

/** Starts one at once, whatever is pending: what a job calls when it may. */
export function trigger(state: CoordinatorState, savepoint = false, request: number | null = null): CoordinatorStep {
  const id = checkpointId(state.nextId)
  const collected = new Array<null>(state.tasks).fill(null)
  const pending: PendingCheckpoint = { id, attempt: state.attempt, savepoint, request, collected }
  return {
    state: { ...state, nextId: state.nextId + 1, pendings: [...state.pendings, pending] },
    effects: [{ type: 'trigger', id, savepoint }],
  }
}

/** Starts now, or waits until there is room. */
export const request = (state: CoordinatorState, waiting: WaitingRequest): CoordinatorStep =>
  triggerWaiting({ state: { ...state, waiting: [...state.waiting, waiting] }, effects: [] })

/** After whatever may have made room. */
export function triggerWaiting({ state, effects }: CoordinatorStep): CoordinatorStep {
  const next = nextOf(state)
  if (next === undefined) return { state, effects }
  const rest = { ...state, waiting: state.waiting.filter((each) => each !== next) }
  const started = trigger(rest, next.savepoint, next.number)
  const all: readonly CoordinatorEffect[] = [...effects, ...started.effects]
  return triggerWaiting({ state: started.state, effects: all })
}

function nextOf({ waiting, pendings, config }: CoordinatorState): WaitingRequest | undefined {
  const head = waiting.find(({ savepoint }) => savepoint) ?? waiting[0]
  const forced = head?.savepoint === true && !config.unaligned
  return pendings.length < config.maxConcurrent || forced ? head : undefined
}
