// The runtime's coordinator beside the released CheckpointCoordinator: the same events, and after each the same answer,
// calls in order and state. A state handle is the number a source's offset carries here. Read next: kinds.ts.
import { isDeepStrictEqual } from 'node:util'
import * as coordination from '../../impl/runtime/coordinator.ts'
import type { Acknowledgement } from '../../impl/runtime/messages.ts'
import { attempt, checkpointId } from '../../model/pipeline/ids.ts'
import { type CoordinatorCase, type CoordinatorEvent, type Message, settled } from './coordinatorCalls.ts'
import type { Difference } from './replay.ts'

export function replayCoordinator(recorded: CoordinatorCase): Difference | null {
  let state = coordination.initialCoordinator(recorded.tasks, 1, 0, recorded.config)
  for (const [step, { event, ...given }] of recorded.steps.entries()) {
    const { returned, result } = feed(state, event, recorded.tasks)
    state = result.state
    const seen = {
      pending: Object.fromEntries(
        state.pendings.map(({ id, savepoint, collected }) => [
          id,
          { savepoint, waitingFor: collected.flatMap((message, task) => (message === null ? [task] : [])) },
        ]),
      ),
      retained: state.completed.map(({ id }): number => id),
      queued: state.waiting.length,
      out: settled(result.effects.flatMap((effect) => calls(effect, recorded.tasks))),
      ...(returned === null ? {} : { returned }),
    }
    const expected = { ...given, out: settled(given.out) }
    if (!isDeepStrictEqual(seen, expected)) return { step, expected, seen }
  }
  return null
}

interface Fed {
  /** Null for an event that answers nothing. */
  readonly returned: boolean | null
  readonly result: coordination.CoordinatorStep
}

function feed(state: coordination.CoordinatorState, event: CoordinatorEvent, tasks: number): Fed {
  switch (event[0]) {
    case 'ack': {
      const message = acknowledgement(event[1], event[2], event[3])
      const returned = coordination.outcomeOf(state, message) !== 'discarded'
      return { returned, result: completed(coordination.collect(state, message)) }
    }
    case 'decline': {
      const message: Acknowledgement = { ...acknowledgement(event[1], event[2], 0), declined: true, reason: event[3] }
      return { returned: null, result: coordination.collect(state, message) }
    }
    case 'expire':
      return { returned: null, result: coordination.expire(state, checkpointId(event[1])) }
    case 'failover':
      return { returned: null, result: coordination.failover(state) }
    default: {
      const request = { number: event[1], savepoint: event[0] === 'savepoint' }
      return { returned: null, result: coordination.request({ ...state, tasks }, request) }
    }
  }
}

/** There what the last acknowledgement completes is complete at once; here that is a step of its own. */
function completed(step: coordination.CoordinatorStep): coordination.CoordinatorStep {
  const ready = step.state.pendings.find(coordination.allCollected)
  if (ready === undefined) return step
  const { state, effects } = coordination.complete(step.state, ready.id)
  return { state, effects: [...step.effects, ...effects] }
}

/** Task -1 is an attempt the job does not know. */
const acknowledgement = (task: number, id: number, handle: number): Acknowledgement => ({
  task,
  attempt: attempt(task < 0 ? 9 : 0),
  id: checkpointId(id),
  declined: false,
  source: { offset: handle, finished: false },
  sink: null,
})

function calls(effect: coordination.CoordinatorEffect, tasks: number): readonly Message[] {
  const each = (message: (task: number) => Message) => Array.from({ length: tasks }, (_, task) => message(task))
  switch (effect.type) {
    case 'trigger':
      return [['trigger', 0, effect.id]]
    case 'notifyComplete':
      return each((task) => ['notifyComplete', task, effect.id, effect.subsumed === 0 ? -1 : effect.subsumed])
    case 'notifyAborted':
      return each((task) => ['notifyAbort', task, effect.id, effect.newestCompleted])
    case 'discard':
      return [['discard', effect.message.task, effect.message.id, effect.message.source?.offset ?? -1]]
    case 'requestDone':
      return [['requestDone', effect.request, effect.id]]
    case 'requestFailed':
      return [['requestFailed', effect.request, effect.reason]]
    case 'failJob':
      return [['failJob', effect.blamed ?? 'coordinator']]
    case 'store':
      return []
  }
}
