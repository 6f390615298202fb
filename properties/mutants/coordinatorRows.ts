// Mistakes of the checkpoint coordinator: its step, with one event, one effect or one field of the state changed.
// Read next: ../../impl/runtime/coordination/step.ts.
import type { CoordinatorEffect, CoordinatorEvent, CoordinatorStep } from '../../impl/runtime/coordination/messages.ts'
import type { CoordinatorState } from '../../impl/runtime/coordination/state.ts'
import { stepCoordinator } from '../../impl/runtime/coordination/step.ts'
import type { Planted } from '../world/planted.ts'
import { type Mutant, mutantsOf, type Rows } from './mutant.ts'
import { aborted, parallel, refused, savepoint } from './settings.ts'

type Step = <S>(state: CoordinatorState<S>, event: CoordinatorEvent<S>) => CoordinatorStep<S>

const coordinator = (step: Step): Planted => ({ protocol: { stepCoordinator: step } })

/** What it says goes through `change`: none, one or several in the place of each. */
const saying = (
  change: <S>(effect: CoordinatorEffect<S>, sources: number) => readonly CoordinatorEffect<S>[],
): Planted =>
  coordinator((state, event) => {
    const step = stepCoordinator(state, event)
    return { ...step, effects: step.effects.flatMap((effect) => change(effect, state.sources)) }
  })

/** Waits only for these tasks. */
const waitingFor = (which: (task: number, state: CoordinatorState<unknown>) => boolean): Planted =>
  coordinator((state, event) => {
    const step = stepCoordinator(state, event)
    const pending = step.state.pending.map((each) => ({
      ...each,
      plan: each.plan.filter((task) => which(task, step.state)),
    }))
    return { ...step, state: { ...step.state, pending } }
  })

const ROWS: Rows = {
  acknowledgementsCountedByTask: {
    source: 'classic',
    what: 'an acknowledgement counts for what is pending, whatever attempt and id it names',
    setting: refused('listStateBuffer'),
    patch: {
      real: coordinator((state, event) => {
        const [pending] = state.pending
        if (event.type !== 'acknowledge' || pending === undefined) return stepCoordinator(state, event)
        return stepCoordinator(state, { ...event, id: pending.id, attempt: pending.attempt })
      }),
    },
  },
  sinksNotAwaited: {
    source: 'FLINK-22003',
    what: 'a checkpoint is complete when the tasks that were triggered have acknowledged',
    setting: refused('flushOnSnapshot'),
    patch: { real: waitingFor((task, { sources }) => task < sources) },
  },
  lastSubtaskNotAwaited: {
    source: 'FLINK-25920',
    what: 'a checkpoint is complete before all parts of it have arrived',
    setting: parallel('flushOnSnapshot'),
    patch: { real: waitingFor((task, { tasks }) => task !== tasks.length - 1) },
  },
  declineForgotten: {
    source: 'FLINK-23741',
    what: 'a decline is not heeded: the checkpoint stays pending',
    setting: aborted('flushOnSnapshot'),
    patch: {
      real: coordinator((state, event) =>
        event.type === 'decline' ? { state, effects: [] } : stepCoordinator(state, event),
      ),
    },
  },
  triggerSwallowed: {
    source: 'FLINK-23741',
    what: 'a trigger never reaches its source, and nobody declines for it',
    setting: refused('flushOnSnapshot'),
    patch: { real: saying((effect) => (effect.type === 'trigger' && effect.id % 2 === 0 ? [] : [effect])) },
  },
  completionNotStored: {
    source: 'classic',
    what: 'the tasks are told of a checkpoint that was never stored',
    setting: refused('flushOnSnapshot'),
    patch: {
      real: coordinator((state, event) => {
        const step = stepCoordinator(state, event)
        const stored = step.effects.find(({ type }) => type === 'store')
        if (stored?.type !== 'store') return step
        const told = stepCoordinator(step.state, { type: 'stored', id: stored.id, nowMs: step.state.nowMs })
        return { ...told, effects: [...step.effects.filter((effect) => effect !== stored), ...told.effects] }
      }),
    },
  },
  savepointStored: {
    source: 'FLINK-10354',
    what: 'a savepoint becomes the restore point',
    setting: savepoint('listStateBuffer'),
    patch: {
      real: saying((effect) => [effect.type === 'store' ? { ...effect, kind: 'checkpoint' as const } : effect]),
    },
  },
  abortWithoutNewest: {
    source: 'FLINK-21080',
    what: 'an abort does not carry the newest completed id',
    setting: aborted('flushOnNotify'),
    patch: { real: saying((effect) => [effect.type === 'notifyAbort' ? { ...effect, newestCompleted: 0 } : effect]) },
  },
  firstSubtaskToldOnly: {
    source: 'classic',
    what: 'only the first subtask is notified',
    setting: parallel('flushOnSnapshot'),
    patch: {
      real: saying((effect, sources) => (effect.type === 'notifyComplete' && effect.task > sources ? [] : [effect])),
    },
  },
  expiryNotCounted: {
    source: 'FLINK-17351',
    what: 'checkpoints that expire never count as failures: the job runs for ever with none',
    setting: aborted('flushOnSnapshot'),
    patch: {
      real: coordinator((state, event) => {
        const step = stepCoordinator(state, event)
        if (event.type !== 'expire') return step
        const effects = step.effects.filter(({ type }) => type !== 'failJob')
        return { ...step, state: { ...step.state, failures: state.failures }, effects }
      }),
    },
  },
}

export const COORDINATOR_MUTANTS: readonly Mutant[] = mutantsOf('runtime', ROWS)
