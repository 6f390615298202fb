// A coordinator at its start: of a new job, or of one that an earlier coordinator left behind.
// Defaults are Flink's (facts/flink.md 1.1). Read next: step.ts.
import { type Attempt, attempt } from '../../../model/pipeline/ids.ts'
import { NO_FAILURES } from './failures.ts'
import type { Restored } from './messages.ts'
import type { CoordinatorConfig, CoordinatorState } from './state.ts'

export const DEFAULT_CONFIG: CoordinatorConfig = {
  maxConcurrent: 1,
  minPauseMs: 0,
  intervalMs: null,
  checkpointTimeoutMs: 600_000,
  tolerableFailures: 0,
  retained: 1,
  unaligned: false,
}

export interface CoordinatorStart {
  readonly tasks: number
  /** Tasks 0 .. sources - 1. */
  readonly sources: number
  readonly attempt?: Attempt
  readonly restored?: Restored | null
  readonly nextId?: number
}

export function initialCoordinator<State>(
  {
    tasks,
    sources,
    attempt: current = attempt(0),
    restored = null,
    nextId = (restored?.id ?? 0) + 1,
  }: CoordinatorStart,
  given: Partial<CoordinatorConfig> = {},
): CoordinatorState<State> {
  const config = { ...DEFAULT_CONFIG, ...given }
  check('tasks', tasks, 1)
  check('sources', sources, 1, tasks)
  check('nextId', nextId, (restored?.id ?? 0) + 1)
  check('maxConcurrent', config.maxConcurrent, 1, config.unaligned ? 1 : undefined)
  check('retained', config.retained, 1)
  check('minPauseMs', config.minPauseMs, 0)
  check('checkpointTimeoutMs', config.checkpointTimeoutMs, 1)
  if (config.intervalMs !== null) check('intervalMs', config.intervalMs, 1)
  if (config.tolerableFailures !== Number.POSITIVE_INFINITY) check('tolerableFailures', config.tolerableFailures, 0)
  return {
    config,
    sources,
    tasks: new Array<'running'>(tasks).fill('running'),
    attempt: current,
    nextId,
    nowMs: 0,
    periodicAtMs: null,
    lastCompletionMs: null,
    pending: [],
    queue: [],
    retained: restored === null ? [] : [{ ...restored, acknowledgements: [] }],
    failures: NO_FAILURES,
    expired: [],
  }
}

function check(name: string, value: number, lowest: number, highest = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && value >= lowest && value <= highest) return
  const limit = highest === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${highest}`
  throw new RangeError(`${name}: expected an integer of at least ${lowest}${limit}, got ${value}`)
}
