// Effects that several endings share: a request that failed, state that goes. Both may have nothing to say: the periodic
// trigger's requests have no number, stateless tasks no state. Read next: abort.ts, complete.ts.
import type { CheckpointId } from '../../../model/pipeline/ids.ts'
import type { Effects } from './messages.ts'
import type { FailureReason } from './reasons.ts'
import type { Acknowledged } from './state.ts'

export function failRequest<State>(request: number | null, reason: FailureReason, effects: Effects<State>): void {
  if (request !== null) effects.push({ type: 'requestFailed', request, reason })
}

export function discardAll<State>(
  id: CheckpointId,
  acknowledgements: readonly Acknowledged<State>[],
  effects: Effects<State>,
): void {
  for (const { task, state } of acknowledgements) if (state !== null) effects.push({ type: 'discard', task, id, state })
}
