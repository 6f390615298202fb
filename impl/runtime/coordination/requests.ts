// Which request may start: one that is forced at once, others while there is room, a periodic one only after the pause.
// Source followed: Flink's CheckpointRequestDecider and startTriggeringCheckpoint (facts/flink.md 1.2, 1.3).
// Read next: plan.ts, schedule.ts.
import { checkpointId } from '../../../model/pipeline/ids.ts'
import { failRequest } from './effects.ts'
import { KINDS } from './kinds.ts'
import type { Effects } from './messages.ts'
import { planOf } from './plan.ts'
import type { CoordinatorConfig, CoordinatorState, PendingCheckpoint, QueuedRequest } from './state.ts'

/** Flink's limit. */
const MAX_QUEUED = 1000

/** Savepoints do not wait for others, except where barriers of two checkpoints cannot be told apart in channel state. */
const isForced = ({ kind }: QueuedRequest, { unaligned }: CoordinatorConfig): boolean =>
  KINDS[kind].savepoint && !unaligned

/** Savepoints first, the periodic trigger last, else in the order in which they came. */
const rank = ({ kind, periodic }: QueuedRequest): number => (KINDS[kind].savepoint ? 0 : periodic ? 2 : 1)

export function enqueue<State>(
  state: CoordinatorState<State>,
  request: QueuedRequest,
  effects: Effects<State>,
): CoordinatorState<State> {
  const behind = state.queue.findIndex((each) => rank(each) > rank(request))
  const queue = state.queue.toSpliced(behind < 0 ? state.queue.length : behind, 0, request)
  if (queue.length <= MAX_QUEUED) return startQueued({ ...state, queue }, effects)
  // What users asked for is kept before what the periodic trigger will ask for again.
  const refused = state.queue.at(-1)?.periodic === true ? queue.at(-1) : request
  failRequest(refused?.number ?? null, 'TOO_MANY_CHECKPOINT_REQUESTS', effects)
  return startQueued({ ...state, queue: queue.filter((each) => each !== refused) }, effects)
}

/** After whatever may have made room. */
export function startQueued<State>(state: CoordinatorState<State>, effects: Effects<State>): CoordinatorState<State> {
  const [head, ...queue] = state.queue
  if (head === undefined) return state
  const forced = isForced(head, state.config)
  if (!forced && state.pending.length >= state.config.maxConcurrent) return state
  const rest = { ...state, queue }
  const pauseMs = head.periodic && !forced ? pauseLeftMs(state) : 0
  // As in Flink, those behind it wait for the next occasion: they are periodic too.
  if (pauseMs > 0) return dropped(rest, head, pauseMs, effects)
  return startQueued(start(rest, head, effects), effects)
}

const pauseLeftMs = <State>({ lastCompletionMs, nowMs, config }: CoordinatorState<State>): number =>
  lastCompletionMs === null ? 0 : lastCompletionMs + config.minPauseMs - nowMs

function dropped<State>(
  state: CoordinatorState<State>,
  request: QueuedRequest,
  afterMs: number,
  effects: Effects<State>,
): CoordinatorState<State> {
  failRequest(request.number, 'MINIMUM_TIME_BETWEEN_CHECKPOINTS', effects)
  if (state.periodicAtMs === null) return state
  effects.push({ type: 'armPeriodic', afterMs })
  return { ...state, periodicAtMs: state.nowMs + afterMs }
}

function start<State>(
  state: CoordinatorState<State>,
  { number, kind, periodic }: QueuedRequest,
  effects: Effects<State>,
): CoordinatorState<State> {
  const plan = planOf(state)
  const refusal = periodic && state.periodicAtMs === null ? 'PERIODIC_SCHEDULER_SHUTDOWN' : null
  if (plan === null || refusal !== null) {
    failRequest(number, refusal ?? 'NOT_ALL_REQUIRED_TASKS_RUNNING', effects)
    return state
  }
  const id = checkpointId(state.nextId)
  const pending: PendingCheckpoint<State> = {
    id,
    kind,
    request: number,
    attempt: state.attempt,
    plan: plan.tasksToWaitFor,
    collected: new Array<null>(state.tasks.length).fill(null),
    phase: 'collecting',
  }
  effects.push({ type: 'armTimeout', id, afterMs: state.config.checkpointTimeoutMs })
  for (const task of plan.tasksToTrigger) effects.push({ type: 'trigger', task, id, kind })
  return { ...state, nextId: state.nextId + 1, pending: [...state.pending, pending] }
}
