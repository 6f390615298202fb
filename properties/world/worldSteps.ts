// The steps that are not the job's: what the store does with a request, and every fault the budgets allow.
// Names as in the vocabulary. Read next: readout.ts.
import * as coordination from '../../impl/runtime/coordinator.ts'
import type { GateRequest } from '../../impl/store/gate.ts'
import { recordCount } from '../../model/pipeline/bounds.ts'
import type { StrikingFault } from './budgets.ts'
import type { World, WorldStep, WorldStepKind } from './world.ts'

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
const fault = (world: World, id: StrikingFault, { name, enabled, perform }: Named): WorldStep =>
  step(
    'fault',
    name,
    () => world.budgets.may(id) && enabled(),
    () => {
      world.budgets.spend(id)
      return perform()
    },
  )

/** What an answer makes runnable belongs to the step that delivers it. */
const MOVING = Promise.resolve()

export function storeSteps(world: World): WorldStep[] {
  const { gate } = world.store
  const { bounds } = world.configuration
  const request = (): GateRequest | undefined => gate.requests[0]
  const sent = () => request()?.phase === 'sent'
  const applied = () => request()?.phase === 'applied'
  const open = (): GateRequest => request() as GateRequest
  const poison = String(bounds.poison)
  const poisoned = () => bounds.poison !== 0 && holds(poison)
  const holds = (record: string) => request()?.items.some((item) => item.attributes.id?.S === record) === true
  const index = (record: string) => open().items.findIndex((item) => item.attributes.id?.S === record)
  const delivered = (deliver: () => void) => {
    deliver()
    return MOVING
  }
  const refusals = Array.from({ length: recordCount(bounds) }, (_, i) => String(i + 1)).flatMap((record) => [
    {
      name: `apply(sink0, unprocessed ${record})`,
      enabled: () => sent() && holds(record) && !poisoned(),
      perform: () => gate.apply(open(), { kind: 'unprocessed', items: [index(record)] }),
    },
    {
      name: `apply(sink0, torn ${record})`,
      enabled: () => sent() && holds(record) && open().items.length > 1 && !poisoned(),
      perform: () => gate.apply(open(), { kind: 'torn', applied: [index(record)] }),
    },
  ])
  return [
    step(
      'progress',
      'apply(sink0, ok)',
      () => sent() && !poisoned(),
      () => gate.apply(open(), { kind: 'ok' }),
    ),
    ...(bounds.poison === 0
      ? []
      : [
          step(
            'progress',
            `apply(sink0, poison ${poison})`,
            () => sent() && poisoned(),
            () => gate.apply(open(), { kind: 'unprocessed', items: [index(poison)] }),
          ),
        ]),
    step('progress', 'respond(sink0)', applied, () => delivered(() => gate.respond(open()))),
    fault(world, 'F1', {
      name: 'apply(sink0, refused)',
      enabled: () => sent() && !poisoned(),
      perform: () => gate.apply(open(), { kind: 'refused', error: 'ProvisionedThroughputExceededException' }),
    }),
    ...refusals.map((refusal) => fault(world, 'F1', refusal)),
    fault(world, 'F4', {
      name: 'lose(response sink0)',
      enabled: applied,
      perform: () => delivered(() => gate.loseResponse(open())),
    }),
    fault(world, 'F4', { name: 'timeout(sink0)', enabled: sent, perform: () => delivered(() => gate.timeout(open())) }),
  ]
}

export function environmentSteps(world: World): WorldStep[] {
  const { job } = world
  const { gate } = world.store
  const { bounds } = world.configuration
  const sinkTask = job.sources.length
  const openSnapshot = () => job.subtasks[0]?.openSnapshots[0]
  const pendingId = () => job.coordinator.pending?.id
  const free = () =>
    job.running && pendingId() === undefined && job.sources.every((source) => source.triggered === null)
  const undead = () => [...gate.zombies].sort((a, b) => mask(b) - mask(a))
  const slots = 4
  return [
    step(
      'environment',
      'trigger',
      () => free() && !job.inputTaken && job.coordinator.nextId <= bounds.checkpoints,
      () => job.take(coordination.trigger(job.coordinator)),
    ),
    fault(world, 'F6', {
      name: 'decline(sink0)',
      enabled: () => job.running && openSnapshot() !== undefined && openSnapshot()?.id === pendingId(),
      perform: () => {
        const subtask = job.subtasks[0]
        if (subtask !== undefined) job.acknowledgements[sinkTask]?.push(subtask.acknowledge(true))
      },
    }),
    fault(world, 'F6', {
      name: 'expire',
      enabled: () => job.running && pendingId() !== undefined,
      perform: () => job.take(coordination.abort(job.coordinator)),
    }),
    fault(world, 'F5', {
      name: 'lose(notification sink0)',
      enabled: () => job.running && (job.notices[0]?.length ?? 0) > 0,
      perform: () => {
        job.notices[0]?.shift()
      },
    }),
    fault(world, 'F2d', {
      name: 'crash(death)',
      enabled: () => job.phase !== 'down',
      perform: () => job.crash('death'),
    }),
    fault(world, 'F2f', { name: 'crash(failover)', enabled: () => job.running, perform: () => job.crash('failover') }),
    ...Array.from({ length: slots }, (_, i) =>
      fault(world, 'F3', {
        name: `zombie(${i})`,
        // Two zombies of the same records are one choice.
        enabled: () => {
          const all = undead()
          const [here, before] = [all[i], all[i - 1]]
          return here !== undefined && (before === undefined || mask(before) !== mask(here))
        },
        perform: () => gate.applyZombie(undead()[i] as GateRequest),
      }),
    ),
  ]
}

/** Which records a request holds, as a bit set. */
export const mask = (request: GateRequest): number =>
  request.items.reduce((bits, item) => bits | (1 << (Number(item.attributes.id?.S) - 1)), 0)
