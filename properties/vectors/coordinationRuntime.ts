// The complete coordinator (impl/runtime/coordination) beside the released CheckpointCoordinator: the same events, and
// after each the same answer, calls in order and state. Read next: coordinatorCalls.ts.
import { isDeepStrictEqual } from 'node:util'
import { completable } from '../../impl/runtime/coordination/complete.ts'
import { initialCoordinator } from '../../impl/runtime/coordination/initial.ts'
import type { CoordinatorEffect, CoordinatorEvent } from '../../impl/runtime/coordination/messages.ts'
import { type DeclineReason, MEANING } from '../../impl/runtime/coordination/reasons.ts'
import type { CoordinatorState } from '../../impl/runtime/coordination/state.ts'
import { stepCoordinator } from '../../impl/runtime/coordination/step.ts'
import { attempt, checkpointId } from '../../model/pipeline/ids.ts'
import { type CoordinatorCase, type CoordinatorEvent as RecordedEvent, settled } from './coordinatorCalls.ts'
import type { Difference, Replay } from './replay.ts'

type Call = CoordinatorCase['steps'][number]['out'][number]
/** State handles are numbers. */
type State = CoordinatorState<number>

export const replayCoordinator: Replay<CoordinatorCase> = (recorded) => replayOnCoordinator(recorded, stepCoordinator)

/** With a step of one's own. */
export function replayOnCoordinator(
  { tasks, config, steps }: CoordinatorCase,
  coordinatorStep: typeof stepCoordinator,
): Difference | null {
  let state: State = initialCoordinator({ tasks, sources: 1 }, config)
  for (const [step, { event, ...recorded }] of steps.entries()) {
    const { associated, effects, after } = feed(state, eventOf(event, step), coordinatorStep)
    state = after
    const seen = {
      ...(associated === undefined ? {} : { returned: associated }),
      out: settled(effects.flatMap(callOf)),
      ...observed(state),
    }
    const expected = { ...recorded, out: settled(recorded.out) }
    if (!isDeepStrictEqual(seen, expected)) return { step, expected, seen }
  }
  return null
}

/** There the last acknowledgement completes and stores in one call; here these are events of their own. */
function feed(before: State, event: CoordinatorEvent<number>, coordinatorStep: typeof stepCoordinator) {
  const { state, effects, answer } = coordinatorStep(before, event)
  const all = [...effects]
  let after = state
  for (const id of completable(state))
    for (const event of [{ type: 'complete', id } as const, { type: 'stored', id, nowMs: after.nowMs } as const]) {
      const further = coordinatorStep(after, event)
      after = further.state
      all.push(...further.effects)
    }
  return { after, effects: all, associated: answer?.associated }
}

function eventOf(event: RecordedEvent, step: number): CoordinatorEvent<number> {
  switch (event[0]) {
    case 'ack':
      return { type: 'acknowledge', ...senderOf(event[1]), id: checkpointId(event[2]), state: event[3] }
    case 'decline':
      return { type: 'decline', ...senderOf(event[1]), id: checkpointId(event[2]), reason: reasonOf(event[3]) }
    case 'expire':
      return { type: 'expire', id: checkpointId(event[1]) }
    case 'failover':
      return { type: 'failover' }
    default:
      return { type: 'request', kind: event[0], number: event[1], periodic: false, nowMs: step }
  }
}

/** Task -1 is an attempt that the job does not know. */
const senderOf = (task: number) => ({ task, attempt: attempt(task < 0 ? -1 : 0) })

function reasonOf(text: string): DeclineReason {
  if (text in MEANING) return text as DeclineReason
  throw new RangeError(`reason of a decline: expected one of ${Object.keys(MEANING).join(', ')}, got ${text}`)
}

/** Calls that Flink's recorder does not see give none. */
function callOf(effect: CoordinatorEffect<number>): Call[] {
  switch (effect.type) {
    case 'trigger':
      return [['trigger', effect.task, effect.id]]
    case 'notifyComplete':
      return [['notifyComplete', effect.task, effect.id, effect.subsumed ?? -1]]
    case 'notifyAbort':
      return [['notifyAbort', effect.task, effect.id, effect.newestCompleted]]
    case 'discard':
      return [['discard', effect.task, effect.id, effect.state]]
    case 'requestDone':
      return [['requestDone', effect.request, effect.id]]
    case 'requestFailed':
      return [['requestFailed', effect.request, effect.reason]]
    case 'failJob':
      return [['failJob', effect.blamed === 'coordinator' ? 'coordinator' : effect.blamed.task]]
    default:
      return []
  }
}

function observed({ pending, retained, queue }: State) {
  return {
    pending: Object.fromEntries(
      pending.map(({ id, kind, plan, collected }) => [
        id,
        { savepoint: kind !== 'checkpoint', waitingFor: plan.filter((task) => collected[task] === null) },
      ]),
    ),
    retained: retained.map(({ id }): number => id),
    queued: queue.length,
  }
}
