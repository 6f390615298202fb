// Random lives of a coordinator, for properties: wishes are turned into events that can happen in the state at hand,
// stale and repeated ones among them. Every state handle is a number of its own. Read next: coordination.property.test.ts.
import { fc } from '@fast-check/vitest'
import { attempt, type CheckpointId, checkpointId } from '../../../model/pipeline/ids.ts'
import { initialCoordinator } from './initial.ts'
import type { CoordinatorEvent, CoordinatorStep } from './messages.ts'
import type { CoordinatorConfig, CoordinatorState } from './state.ts'
import type { stepCoordinator } from './step.ts'

export type State = CoordinatorState<number>
export type Step = typeof stepCoordinator<number>
export interface Entry extends CoordinatorStep<number> {
  readonly event: CoordinatorEvent<number>
  readonly before: State
}

const TASKS = 3
const task = fc.nat(TASKS - 1)
/** Which of the pending ones; one past the end is an id that is not pending. */
const which = fc.nat(2)

const WISH = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant('request'),
      kind: fc.constantFrom('checkpoint', 'checkpoint', 'checkpoint', 'savepoint', 'drain', 'suspend'),
      periodic: fc.constantFrom(true, false, false, false),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('acknowledge'), task, which, stale: fc.integer({ min: 0, max: 9 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('acknowledgeAll'), which }) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('finish'),
      which,
      ends: fc.constantFrom('stored', 'stored', 'stored', 'storeFailed', 'nothing'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('decline'), task, which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire'), which }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('complete'), which }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('stored'), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('storeFailed'), which, possiblyStored: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('failover', 'stopScheduler', 'startScheduler') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('restart'), found: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('taskFinished', 'taskFailed'), task }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('tick'), byMs: fc.nat(20) }) },
)
type Wish = typeof WISH extends fc.Arbitrary<infer Value> ? Value : never

export const LIFE = {
  config: fc.record({
    maxConcurrent: fc.integer({ min: 1, max: 3 }),
    retained: fc.integer({ min: 1, max: 2 }),
    tolerableFailures: fc.constantFrom(0, 1, Number.POSITIVE_INFINITY),
    minPauseMs: fc.constantFrom(0, 15),
    unaligned: fc.boolean(),
  }),
  wishes: fc.array(WISH, { minLength: 20, maxLength: 50, size: 'max' }),
}

export interface Life {
  readonly config: Pick<
    CoordinatorConfig,
    'maxConcurrent' | 'retained' | 'tolerableFailures' | 'minPauseMs' | 'unaligned'
  >
  readonly wishes: readonly Wish[]
}

export function logOf({ config, wishes }: Life, step: Step): readonly Entry[] {
  const maxConcurrent = config.unaligned ? 1 : config.maxConcurrent
  let state: State = initialCoordinator({ tasks: TASKS, sources: 1 }, { ...config, maxConcurrent, intervalMs: 10 })
  let count = 0
  const log: Entry[] = []
  for (const wish of wishes)
    for (const event of eventsOf(wish, state, () => ++count)) {
      const entry = { ...step(state, event), event, before: state }
      log.push(entry)
      state = entry.state
    }
  return log
}

function eventsOf(wish: Wish, state: State, next: () => number): readonly CoordinatorEvent<number>[] {
  const { nowMs } = state
  switch (wish.do) {
    case 'request': {
      const { kind } = wish
      return [{ type: 'request', kind, number: next(), periodic: wish.periodic && kind === 'checkpoint', nowMs }]
    }
    case 'acknowledge': {
      const of = attempt(wish.stale === 0 ? state.attempt - 1 : state.attempt)
      return [{ type: 'acknowledge', task: wish.task, attempt: of, id: idOf(state, wish.which), state: next() }]
    }
    case 'finish': {
      const id = idOf(state, wish.which)
      const all = eventsOf({ do: 'acknowledgeAll', which: wish.which }, state, next)
      const stored: CoordinatorEvent<number> = { type: 'stored', id, nowMs }
      const ending: CoordinatorEvent<number> =
        wish.ends === 'stored' ? stored : { type: 'storeFailed', id, possiblyStored: false }
      return [...all, { type: 'complete', id }, ...(wish.ends === 'nothing' ? [] : [ending])]
    }
    case 'acknowledgeAll':
      return Array.from({ length: TASKS }, (_, each) => ({
        type: 'acknowledge',
        task: each,
        attempt: state.attempt,
        id: idOf(state, wish.which),
        state: next(),
      }))
    case 'decline': {
      const { attempt: of } = state
      const id = idOf(state, wish.which)
      return [{ type: 'decline', task: wish.task, attempt: of, id, reason: 'CHECKPOINT_DECLINED' }]
    }
    case 'storeFailed':
      return [{ type: wish.do, id: idOf(state, wish.which), possiblyStored: wish.possiblyStored }]
    case 'stored':
      return [{ type: wish.do, id: idOf(state, wish.which), nowMs }]
    case 'expire':
    case 'complete':
      return [{ type: wish.do, id: idOf(state, wish.which) }]
    case 'restart':
      return [
        {
          type: 'restart',
          attempt: attempt(state.attempt + 1),
          restored: restorable(state, wish.found),
          nextId: state.nextId,
        },
      ]
    case 'taskFinished':
    case 'taskFailed':
      return [{ type: wish.do, task: wish.task }]
    case 'startScheduler':
      return [{ type: wish.do, nowMs, initialDelayMs: 5 }]
    case 'failover':
    case 'stopScheduler':
      return [{ type: wish.do }]
    case 'tick':
      return [{ type: 'tick', nowMs: nowMs + wish.byMs }]
  }
}

const idOf = ({ pending, nextId }: State, at: number): CheckpointId => pending[at]?.id ?? checkpointId(nextId)

/** The newest completed, or what was being stored if the store took it before the crash. */
function restorable({ pending, retained }: State, found: boolean) {
  const storing = pending.find(({ phase, kind }) => phase === 'storing' && kind === 'checkpoint')
  const id = found && storing !== undefined ? storing.id : retained.at(-1)?.id
  return id === undefined ? null : { id, savepoint: false }
}
