// A task has taken its snapshot. Counted by execution attempt and id: what a dead attempt sends loses its own state and
// nothing else. Source followed: Flink's receiveAcknowledgeMessage, PendingCheckpoint.acknowledgeTask (facts/flink.md 1.4).
// Read next: complete.ts.
import { discardAll } from './effects.ts'
import type { AcknowledgeEvent, AcknowledgeOutcome, CoordinatorStep, Effects } from './messages.ts'
import type { CoordinatorState, PendingCheckpoint } from './state.ts'

export function acknowledge<State>(
  state: CoordinatorState<State>,
  message: AcknowledgeEvent<State>,
): CoordinatorStep<State> {
  const { id, task } = message
  const at = state.pending.findIndex((each) => each.id === id)
  const pending = state.pending[at]
  const outcome = pending === undefined ? 'discarded' : outcomeOf(pending, message)
  const answer = { outcome, associated: pending !== undefined || state.expired.includes(id) }
  // A duplicate carries the state that is already collected: discarding it would break the checkpoint.
  if (outcome === 'duplicate') return { state, effects: [], answer }
  if (outcome !== 'success' || pending === undefined) {
    const effects: Effects<State> = []
    discardAll(id, [message], effects)
    return { state, effects, answer }
  }
  const collected = pending.collected.with(task, { state: message.state })
  const phase = pending.plan.every((each) => collected[each] !== null) ? 'ready' : 'collecting'
  return { state: { ...state, pending: state.pending.with(at, { ...pending, collected, phase }) }, effects: [], answer }
}

function outcomeOf<State>(
  { plan, attempt, collected }: PendingCheckpoint<State>,
  message: AcknowledgeEvent<State>,
): AcknowledgeOutcome {
  if (message.attempt !== attempt || !plan.includes(message.task)) return 'unknown'
  return collected[message.task] === null ? 'success' : 'duplicate'
}
