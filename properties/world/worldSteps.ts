// The steps that are not the job's: what the store does with a request, and every fault the budgets allow.
// Names as in the vocabulary. Read next: readout.ts.
import { numbered } from '../../impl/runtime/steps.ts'
import type { GateRequest } from '../../impl/store/gate.ts'
import { recordCount } from '../../model/pipeline/bounds.ts'
import type { StrikingFault } from './budgets.ts'
import { repeatsKey, requestOf } from './requests.ts'
import { ALIGNED_TIMEOUT_MS, type World, type WorldStep, type WorldStepKind } from './world.ts'

type Named = Pick<WorldStep, 'name' | 'enabled' | 'perform'>

const step = (
  kind: WorldStepKind,
  name: string,
  enabled: () => boolean,
  perform: () => void | Promise<void>,
): WorldStep => ({
  kind,
  name,
  enabled,
  perform,
})

/** A fault: enabled while its budget lasts, and counted when it strikes. */
const fault = (world: World, id: StrikingFault, { name, enabled, perform }: Named): WorldStep => ({
  ...step(
    'fault',
    name,
    () => world.budgets.may(id) && enabled(),
    () => {
      world.budgets.spend(id)
      return perform()
    },
  ),
  fault: id,
})

/** What an answer makes runnable belongs to the step that delivers it. */
const MOVING = Promise.resolve()

export function storeSteps(world: World): WorldStep[] {
  const most = Array.from({ length: world.limits.inFlight }, (_, at) => at)
  return subtasks(world).flatMap((p) => most.flatMap((at) => requestSteps(world, p, at)))
}

const subtasks = (world: World): number[] => Array.from({ length: world.job.maxParallelism }, (_, p) => p)

/** What can become of a subtask's request, of several the oldest first. */
function requestSteps(world: World, p: number, at: number): WorldStep[] {
  const { gate } = world.store
  const { bounds } = world.configuration
  const { numberOf } = world
  const sink = at === 0 ? `sink${p}` : `sink${p}.${at}`
  const request = (): GateRequest | undefined => requestOf(gate, p, at)
  const sent = () => request()?.phase === 'sent'
  const applied = () => request()?.phase === 'applied'
  const open = (): GateRequest => request() as GateRequest
  const { poison } = bounds
  const poisoned = () => poison !== 0 && holds(poison)
  const rejects = () => request() !== undefined && repeatsKey(open())
  const takes = () => sent() && !poisoned() && !rejects()
  const holds = (record: number) => request()?.items.some((item) => numberOf(open(), item) === record) === true
  const index = (record: number) => open().items.findIndex((item) => numberOf(open(), item) === record)
  const isBatch = () => request()?.operation === 'BatchWriteItem'
  const delivered = (deliver: () => void) => {
    deliver()
    return MOVING
  }
  const { batches } = world.limits
  const unprocessed = (record: number) =>
    batches
      ? ({ kind: 'unprocessed', items: [index(record)] } as const)
      : ({ kind: 'refused', error: 'ProvisionedThroughputExceededException' } as const)
  const refusals = Array.from({ length: recordCount(bounds) }, (_, i) => i + 1).flatMap((record) => [
    ...(batches
      ? [
          {
            name: `apply(${sink}, unprocessed ${record})`,
            enabled: () => takes() && holds(record) && isBatch(),
            perform: () => gate.apply(open(), unprocessed(record)),
          },
        ]
      : []),
    {
      name: `apply(${sink}, torn ${record})`,
      enabled: () => takes() && holds(record) && open().items.length > 1,
      perform: () => gate.apply(open(), { kind: 'torn', applied: [index(record)] }),
    },
  ])
  return [
    step('progress', `apply(${sink}, ok)`, takes, () => gate.apply(open(), { kind: 'ok' })),
    ...(world.limits.repeatsKey
      ? [
          step(
            'progress',
            `apply(${sink}, rejected)`,
            () => sent() && rejects(),
            () => gate.apply(open(), { kind: 'ok' }),
          ),
        ]
      : []),
    ...(poison === 0
      ? []
      : [
          step(
            'progress',
            `apply(${sink}, poison ${poison})`,
            () => sent() && poisoned() && !rejects(),
            () => gate.apply(open(), unprocessed(poison)),
          ),
        ]),
    step('progress', `respond(${sink})`, applied, () => delivered(() => gate.respond(open()))),
    fault(world, 'F1', {
      name: `apply(${sink}, refused)`,
      enabled: takes,
      perform: () => gate.apply(open(), { kind: 'refused', error: 'ProvisionedThroughputExceededException' }),
    }),
    ...refusals.map((refusal) => fault(world, 'F1', refusal)),
    fault(world, 'F4', {
      name: `lose(response ${sink})`,
      enabled: applied,
      perform: () => delivered(() => gate.loseResponse(open())),
    }),
    fault(world, 'F4', {
      name: `timeout(${sink})`,
      enabled: sent,
      perform: () => delivered(() => gate.timeout(open())),
    }),
  ]
}

export function environmentSteps(world: World): WorldStep[] {
  const { job } = world
  const { gate } = world.store
  const { bounds } = world.configuration
  const { afterlife } = world
  const undead = () => [...gate.zombies].sort((a, b) => afterlife(b) - afterlife(a))
  const slots = 6
  return [
    ...triggerSteps(world),
    ...subtasks(world).flatMap((p) => messageFaults(world, p)),
    ...numbered(job.mostPending, 'expire').map(({ name, at }) =>
      fault(world, 'F6', {
        name,
        enabled: () => job.running && job.coordinator.pending[at] !== undefined,
        perform: () => {
          const pending = job.coordinator.pending[at]
          if (pending !== undefined) return job.expire(pending.id)
        },
      }),
    ),
    fault(world, 'F2d', {
      name: 'crash(death)',
      enabled: () => job.phase !== 'down',
      perform: () => job.crash('death'),
    }),
    ...ofClass(world, 'F8', codeUpdates),
    ...ofClass(world, 'F9', damages),
    ...ofClass(world, 'F10', coordinatorCrashes),
    fault(world, 'F2f', { name: 'crash(failover)', enabled: () => job.running, perform: () => job.crash('failover') }),
    ...((bounds.budgets.F7 ?? 0) === 0 ? [] : subtasks(world)).map((p) => ({
      ...fault(world, 'F7', {
        name: `rescale(${p + 1})`,
        enabled: () => job.phase === 'down' && world.refusal === null && job.parallelism !== p + 1,
        perform: () => world.startUnlessRefused(() => job.start(p + 1)),
      }),
      entersSink: true,
    })),
    ...Array.from({ length: slots }, (_, i) =>
      fault(world, 'F3', {
        name: `zombie(${i})`,
        // Two zombies of the same records are one choice.
        enabled: () => {
          const all = undead()
          const [here, before] = [all[i], all[i - 1]]
          return here !== undefined && (before === undefined || afterlife(before) !== afterlife(here))
        },
        perform: () => gate.applyZombie(undead()[i] as GateRequest),
      }),
    ),
  ]
}

/** The coordinator's own choices, as far as the bounds go. */
function triggerSteps(world: World): WorldStep[] {
  const { job, budgets, configuration } = world
  const { bounds } = configuration
  const budgeted = () => job.coordinator.nextId <= bounds.checkpoints + budgets.savepoints
  const savepoint = step(
    'environment',
    'savepoint',
    () =>
      budgets.savepoints < bounds.savepoints &&
      job.coordinator.pending.length < job.mostPending &&
      job.triggersTaken &&
      !job.inputTaken,
    () => {
      budgets.savepoints++
      return job.trigger('savepoint')
    },
  )
  return [
    step(
      'environment',
      'trigger',
      () => job.mayTrigger && !job.inputTaken && budgeted(),
      () => job.trigger('checkpoint'),
    ),
    ...(bounds.savepoints === 0 ? [] : [savepoint]),
    ...(bounds.alignment === 'alternating' ? [overdue(world)] : []),
  ]
}

/** Time passes until the pending checkpoint is older than the alignment timeout. */
function overdue(world: World): WorldStep {
  const pending = () => world.job.coordinator.pending[0]?.id ?? 0
  return step(
    'timer',
    'overdue',
    () => world.job.running && pending() > world.overdue,
    () => {
      world.overdue = pending()
      world.clock.nowMs += ALIGNED_TIMEOUT_MS + 1
    },
  )
}

/** None where the class has no budget. */
const ofClass = (world: World, id: StrikingFault, steps: (world: World) => WorldStep[]): WorldStep[] =>
  (world.configuration.bounds.budgets[id] ?? 0) > 0 ? steps(world) : []

/** The job is stopped with a savepoint, or cancelled, and its next version knows the store alone. */
function codeUpdates(world: World): WorldStep[] {
  const { job, storage } = world
  const mayStop = () => job.triggersTaken && job.coordinator.pending.length === 0 && !job.inputTaken
  const resubmit = () => job.resubmit(storage.highestId() + 1)
  return [
    ...(['suspend', 'drain'] as const).map((mode) =>
      fault(world, 'F8', { name: `stop(${mode})`, enabled: mayStop, perform: () => job.stopWithSavepoint(mode) }),
    ),
    step('progress', 'upgrade(stopped)', () => job.running && job.stop?.outcome?.type === 'stopped', resubmit),
    fault(world, 'F8', {
      name: 'upgrade(cancelled)',
      enabled: () => job.running && !job.isStopping,
      perform: resubmit,
    }),
  ]
}

/** The coordinator's process dies before or after the entry in its checkpoint store. */
function coordinatorCrashes(world: World): WorldStep[] {
  const { job, storage } = world
  const deaths = (['before', 'after'] as const).flatMap((when) =>
    numbered(job.mostPending, 'crashCoordinator', when).map((each) => ({ ...each, when })),
  )
  return deaths.map(({ name, at, when }) => {
    const pending = () => job.coordinator.pending[at]
    return fault(world, 'F10', {
      name,
      enabled: () => {
        const completing = pending()
        return completing !== undefined && job.canComplete(completing)
      },
      perform: () => {
        const completing = pending()
        if (completing === undefined) return
        storage.dieInNext(when)
        void job.complete(completing.id)
        job.crashCoordinator()
      },
    })
  })
}

/** The newest checkpoint is damaged; a restore that was refused is answered by naming what to start from. */
function damages(world: World): WorldStep[] {
  const { storage } = world
  const [NEWEST, OLDER] = [0, 1]
  const at = (place: number) => storage.look()[place]?.checkpointId
  const tear = fault(world, 'F9', {
    name: 'tear(newest)',
    enabled: () => at(NEWEST) !== undefined && !storage.isDamaged(at(NEWEST)),
    perform: () => {
      const newest = at(NEWEST)
      if (newest !== undefined) storage.damage(newest)
    },
  })
  const older = () => at(OLDER) !== undefined && !storage.isDamaged(at(OLDER))
  const refused = () => world.refusal !== null
  const choose = (name: string, enabled: () => boolean, perform: () => void) =>
    step(
      'progress',
      `choose(${name})`,
      () => refused() && enabled(),
      () => {
        perform()
        world.refusal = null
      },
    )
  return [
    tear,
    choose('older', older, () => {
      const id = at(OLDER)
      if (id !== undefined) storage.restartFrom(id)
    }),
    choose(
      'none',
      () => !older(),
      () => storage.setAllAside(),
    ),
  ]
}

/** A subtask's decline instead of its acknowledgement; a notification that never arrives. */
function messageFaults(world: World, p: number): WorldStep[] {
  const { job } = world
  const open = () => job.subtasks[p]?.checkpoints.snapshots[0]
  return [
    fault(world, 'F6', {
      name: `decline(sink${p})`,
      enabled: () =>
        job.running &&
        job.coordinator.pending.some(({ id }) => id === open()?.id) &&
        job.subtasks[p]?.mayAcknowledge(0) === true,
      perform: () => job.subtasks[p]?.acknowledge(0, 'asyncFailed'),
    }),
    fault(world, 'F5', {
      name: `lose(notification sink${p})`,
      enabled: () => job.running && (job.notices[p]?.length ?? 0) > 0,
      perform: () => {
        job.notices[p]?.shift()
      },
    }),
  ]
}
