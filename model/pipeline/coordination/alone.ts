// The coordinator alone as a spec: requests, acknowledgements, declines, expiries and failovers in every order, and the
// coordinator's own promises. What is pending, stored and told is held to ghosts that only see the effects.
// Read next: coordination.test.ts.
import { defineSpec, type Report, rule, type State, scalar, vector } from '../../kernel/index.ts'
import {
  acknowledge,
  type Coordinator,
  type CoordinatorBug,
  type CoordinatorConfig,
  type CoordinatorEffects,
  complete,
  coordinatorCells,
  coordinatorVariables,
  decline,
  expire,
  failover,
  isSavepoint,
  isWaitingFor,
  mayComplete,
  mayTrigger,
  mayTriggerQueued,
  pendingCount,
  type RequestKind,
  request,
  SILENT,
  slotOf,
  start,
  trigger,
  triggerQueued,
} from './index.ts'

export const SEVERAL_PENDING: CoordinatorConfig = {
  tasks: 2,
  tasksToTrigger: 1,
  slots: 3,
  ids: 3,
  queued: 1,
  savepoints: true,
  maxConcurrent: 2,
  unaligned: false,
  retained: 2,
  tolerableFailures: 1,
  expiredRemembered: 0,
}
export const ONE_AT_A_TIME: CoordinatorConfig = {
  ...SEVERAL_PENDING,
  slots: 1,
  queued: 0,
  savepoints: false,
  maxConcurrent: 1,
  retained: 1,
  tolerableFailures: Number.POSITIVE_INFINITY,
}

/** Beside the coordinator: what the effects alone show. */
function variables(config: CoordinatorConfig) {
  const { ids, tasks, slots, savepoints } = config
  return {
    ...coordinatorVariables(config),
    notified: scalar(ids),
    wereSavepoints: vector(savepoints ? ids + 1 : 0, 1),
    /** By id and task: 1 while a state is kept for a checkpoint that may still complete. */
    kept: vector((ids + 1) * tasks, 1),
    content: vector(slots, ids),
  }
}
type AloneState = State<ReturnType<typeof variables>>

export function coordinatorAlone(config: CoordinatorConfig, planted: CoordinatorBug | null = null) {
  const { ids, tasks, slots, queued, savepoints } = config
  return defineSpec({
    name: 'coordinator',
    variables: variables(config),
    define: (s, report) => {
      const k: Coordinator = {
        cells: coordinatorCells(s),
        config,
        effects: ghostly(s, config, report),
        runningTasks: () => tasks,
        bug: (name) => name === planted,
      }
      const waiting = (kind: RequestKind) => (kind === 'savepoint' ? s.queuedSavepoints : s.queuedCheckpoints)
      const kinds: readonly RequestKind[] = savepoints ? ['checkpoint', 'savepoint'] : ['checkpoint']
      const requests = kinds.map((kind) => {
        const straight = queued === 0
        const when = straight ? () => mayTrigger(k, kind) : () => waiting(kind) < queued
        const then = straight ? () => trigger(k, kind) : () => request(k, kind)
        return rule(`${straight ? 'trigger' : 'request'}(${kind})`, 'environment', when, then)
      })
      const collect = (task: number, id: number) => () => {
        if (acknowledge(k, task, id) === 'success') s.kept.set(id * tasks + task, 1)
      }
      const messages = upTo(ids).flatMap((id) => {
        const known = () => id < s.nextId
        return [
          ...upTo(tasks).map((t) => rule(`acknowledge(${t - 1},${id})`, 'environment', known, collect(t - 1, id))),
          rule(`decline(${id})`, 'environment', known, () => decline(k, 1, id, 'CHECKPOINT_DECLINED')),
          rule(`expire(${id})`, 'environment', known, () => expire(k, id)),
        ]
      })
      const completions = upTo(slots).map((n) => {
        const when = () => mayComplete(k, n - 1)
        return rule(`complete(${n - 1})`, 'progress', when, () => complete(k, n - 1))
      })
      const queue = queued > 0 ? [queueRule(k)] : []
      const somePending = () => pendingCount(k) > 0
      return {
        initial: [() => start(k)],
        rules: [
          ...requests,
          ...queue,
          ...messages,
          ...completions,
          rule('failover', 'fault', somePending, () => failover(k)),
        ],
        always: promises(s, k),
        sometimes: {
          'the last id completes': () => s.newestCompleted === ids,
          'a full set of slots': () => pendingCount(k) === slots,
        },
      }
    },
  })
}

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1)

function queueRule(k: Coordinator) {
  const when = () => mayTriggerQueued(k)
  return rule('triggerQueued', 'progress', when, () => triggerQueued(k))
}

function ghostly(s: AloneState, { tasks, slots }: CoordinatorConfig, report: Report): CoordinatorEffects {
  return {
    ...SILENT,
    started: (id, kind) => {
      let slot = 0
      while (s.content.at(slot) !== 0) slot++
      s.content.set(slot, id)
      if (kind === 'savepoint') s.wereSavepoints.set(id, 1)
    },
    released: (slot) => {
      for (let at = slot; at < slots; at++) s.content.set(at, at + 1 < slots ? s.content.at(at + 1) : 0)
    },
    discard: (task, id) => s.kept.set(id * tasks + task, 0),
    requestDone: (id) => {
      for (let task = 0; task < tasks; task++) {
        if (s.kept.at(id * tasks + task) === 0) report('complete has all states')
        s.kept.set(id * tasks + task, 0)
      }
    },
    evicted: (id) => {
      if (id >= s.newestCompleted) report('the newest stays')
    },
    notifyAbort: (_task, id, newest) => {
      if (newest !== s.newestCompleted || newest === id) report('an abort carries the newest')
    },
    notifyComplete: (_task, id) => {
      if (id < s.notified) report('notified in order')
      s.notified = id
    },
  }
}

function promises(s: AloneState, k: Coordinator): Readonly<Record<string, () => boolean>> {
  const { ids, tasks, slots } = k.config
  const slotList = upTo(slots).map((n) => n - 1)
  const taskList = upTo(tasks).map((n) => n - 1)
  const free = (slot: number) => s.pendingId.at(slot) === 0
  const keptFor = (slot: number, task: number) => s.kept.at(s.pendingId.at(slot) * tasks + task) === 1
  return {
    'slots rise, free ones are zero': () =>
      slotList.every((slot) =>
        free(slot)
          ? !isSavepoint(k, slot) && taskList.every((task) => !isWaitingFor(k, slot, task))
          : slot === 0 || (!free(slot - 1) && s.pendingId.at(slot - 1) < s.pendingId.at(slot)),
      ),
    'content moves along': () => slotList.every((slot) => s.content.at(slot) === s.pendingId.at(slot)),
    'state is kept for who is pending': () =>
      upTo(ids).every((id) => slotOf(k, id) >= 0 || taskList.every((task) => s.kept.at(id * tasks + task) === 0)) &&
      slotList.every(
        (slot) => free(slot) || taskList.every((task) => keptFor(slot, task) === !isWaitingFor(k, slot, task)),
      ),
    'nothing older pending': () =>
      slotList.every((slot) => free(slot) || isSavepoint(k, slot) || s.pendingId.at(slot) > s.notified),
    'no savepoint stored': () => s.wereSavepoints.length === 0 || s.wereSavepoints.at(s.newestCompleted) === 0,
    'notified is stored': () => s.notified === s.newestCompleted,
  }
}
