// The model's coordinator beside the released CheckpointCoordinator: the same events, on range-checked plain storage, and
// after each the same answer, messages and state. The model knows neither request numbers nor state handles, so the
// replay keeps both. Read next: model/pipeline/coordination/index.ts.
import { isDeepStrictEqual } from 'node:util'
import { plain } from '../../model/kernel/plain.ts'
import {
  acknowledge,
  type Coordinator,
  type CoordinatorBug,
  type CoordinatorConfig,
  type CoordinatorEffects,
  complete,
  coordinatorCells,
  coordinatorVariables,
  DECLINE_REASONS,
  type DeclineReason,
  decline,
  expire,
  failover,
  isSavepoint,
  isWaitingFor,
  mayComplete,
  mayTriggerQueued,
  pendingCount,
  type RequestKind,
  request,
  SILENT,
  start,
  triggerQueued,
} from '../../model/pipeline/coordination/index.ts'
import {
  type CoordinatorCase,
  type CoordinatorEvent,
  type Message,
  type Observed,
  settled,
} from './coordinatorCalls.ts'
import type { Difference, Replay } from './replay.ts'

export const replayCoordinatorModel: Replay<CoordinatorCase> = (recorded) => replayWithBug(recorded, null)

export function replayWithBug(recorded: CoordinatorCase, planted: CoordinatorBug | null): Difference | null {
  const session = new Session(recorded, planted)
  for (const [step, { event, ...given }] of recorded.steps.entries()) {
    const expected = { ...given, out: settled(given.out) }
    const seen = session.step(event)
    if (!isDeepStrictEqual(seen, expected)) return { step, expected, seen }
  }
  return null
}

/** Room for the whole case: a request may become a checkpoint, and each of them may be pending or wait at once. */
function configOf({ tasks, config, steps }: CoordinatorCase): CoordinatorConfig {
  const requests = steps.filter(({ event }) => event[0] === 'checkpoint' || event[0] === 'savepoint').length
  const room = { slots: requests, ids: requests, queued: requests, savepoints: true, expiredRemembered: 16 }
  return { ...config, ...room, tasks, tasksToTrigger: 1 }
}

class Session {
  private readonly coordinator: Coordinator
  private out: Message[] = []
  private readonly waiting: Record<RequestKind, number[]> = { checkpoint: [], savepoint: [] }
  /** By checkpoint id: the request that asked for it, and by task the state it was acknowledged with. */
  private readonly requests = new Map<number, number>()
  private readonly states = new Map<number, Map<number, number>>()
  /** The state of the acknowledgement that is arriving, which is no checkpoint's yet. */
  private arriving: number | null = null

  constructor(recorded: CoordinatorCase, planted: CoordinatorBug | null) {
    const config = configOf(recorded)
    this.coordinator = {
      cells: coordinatorCells(plain(coordinatorVariables(config)).state),
      config,
      effects: this.effects(),
      runningTasks: () => config.tasks,
      bug: (name) => name === planted,
    }
    start(this.coordinator)
  }

  step(event: CoordinatorEvent): Observed {
    const k = this.coordinator
    this.out = []
    const returned = this.feed(event)
    for (let slot = 0; slot < k.config.slots; slot++) if (mayComplete(k, slot)) complete(k, slot)
    while (mayTriggerQueued(k)) triggerQueued(k)
    return { ...this.state(), out: settled(this.out), ...(returned === null ? {} : { returned }) }
  }

  /** Null for an event that answers nothing. */
  private feed(event: CoordinatorEvent): boolean | null {
    const k = this.coordinator
    switch (event[0]) {
      case 'ack':
        return this.acknowledge(event[1], event[2], event[3])
      case 'decline':
        decline(k, event[1], event[2], reasonOf(event[3]))
        return null
      case 'expire':
        expire(k, event[1])
        return null
      case 'failover':
        failover(k)
        return null
      default:
        this.waiting[event[0]].push(event[1])
        request(k, event[0])
        return null
    }
  }

  private acknowledge(task: number, id: number, state: number): boolean {
    this.arriving = state
    const outcome = acknowledge(this.coordinator, task, id)
    this.arriving = null
    if (outcome === 'success') {
      const states = this.states.get(id) ?? new Map<number, number>()
      this.states.set(id, states.set(task, state))
    }
    return outcome !== 'discarded'
  }

  private state(): Omit<Observed, 'out' | 'returned'> {
    const k = this.coordinator
    const { pendingId, olderRetained, newestCompleted, queuedCheckpoints, queuedSavepoints } = k.cells
    const tasks = Array.from({ length: k.config.tasks }, (_, task) => task)
    const pending = Array.from({ length: pendingCount(k) }, (_, slot) => [
      pendingId.at(slot),
      { savepoint: isSavepoint(k, slot), waitingFor: tasks.filter((task) => isWaitingFor(k, slot, task)) },
    ])
    const older = Array.from({ length: olderRetained.length }, (_, i) => olderRetained.at(i))
    return {
      pending: Object.fromEntries(pending),
      retained: [...older, newestCompleted.read()].filter((id) => id !== 0),
      queued: queuedCheckpoints.read() + queuedSavepoints.read(),
    }
  }

  private effects(): CoordinatorEffects {
    const say = (...message: Message) => void this.out.push(message)
    const requestOf = (id: number) => this.requests.get(id) ?? 'no request'
    return {
      ...SILENT,
      started: (id, kind) => void this.requests.set(id, this.waiting[kind].shift() ?? Number.NaN),
      trigger: (task, id) => say('trigger', task, id),
      notifyComplete: (task, id, subsumed) => say('notifyComplete', task, id, subsumed === 0 ? -1 : subsumed),
      notifyAbort: (task, id, newest) => say('notifyAbort', task, id, newest),
      discard: (task, id) => say('discard', task, id, this.arriving ?? this.states.get(id)?.get(task) ?? 'no state'),
      evicted: (id) => this.states.get(id)?.forEach((state, task) => void say('discard', task, id, state)),
      requestDone: (id) => say('requestDone', requestOf(id), id),
      requestFailed: (id, reason) => say('requestFailed', requestOf(id), reason),
      failJob: (blamed) => say('failJob', blamed ?? 'coordinator'),
    }
  }
}

function reasonOf(text: string): DeclineReason {
  if (text in DECLINE_REASONS) return text as DeclineReason
  throw new RangeError(`reason of a decline: expected one of ${Object.keys(DECLINE_REASONS).join(', ')}, got ${text}`)
}
