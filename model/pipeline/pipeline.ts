// The pipeline under a name for each thing rules speak of: channels, acknowledgement queues and the cells of each sink by
// number, faults and their budgets, planted bugs. Every actor's rules are written against this one interface.
// Read next: source.ts, sink.ts, coordinator.ts, store.ts, environment.ts.
import type { Fifo, Rule, RuleKind, State, Vector } from '../kernel/index.ts'
import { rule as kernelRule } from '../kernel/index.ts'
import {
  type Bounds,
  CRASHES,
  channelNumber,
  keyCount,
  keyOf,
  recordCount,
  recordOf,
  startParallelism,
  subtaskOfKey,
} from './bounds.ts'
import { type BudgetedFault, budgetCounters, crashesUsed, faultBits } from './budgets.ts'
import type { BugName } from './bugs.ts'
import type { DesignRow } from './sinks/designs.ts'
import { type pipelineVariables, RUNNING } from './variables.ts'

export type PipelineState = State<ReturnType<typeof pipelineVariables>>
export type StepGuarantee = 'S3' | 'S4' | 'S5' | 'S6' | 'S7' | 'S8' | 'S9' | 'S10' | 'S11' | 'S12'

/** What belongs to one subtask of the sink; single numbers are in vectors of the state, at index `p`. */
export interface Sink {
  readonly p: number
  /** As in the names of actions: `sink0`. */
  readonly name: string
  readonly bufferList: Fifo
  readonly bufferSet: Vector
  readonly batch: Vector
  /** Of a staging sink: the open epoch as far as it is staged, epochs that checkpoints have closed, what is being published. */
  readonly staged: Fifo
  readonly closedEpochs: Fifo
  readonly publishing: Fifo
  /** By request, the oldest first: its entries, where several may be in flight, and what the store hands back of it. */
  readonly flights: readonly Fifo[]
  readonly handedBack: readonly Vector[]
  readonly acking: Fifo
  /** Aborts told before their barrier came, oldest first. */
  readonly abortedIds: Fifo
  readonly notices: Fifo
  /** To the coordinator. */
  readonly acks: Fifo
  readonly completedBuffer: Fifo
  /** The same of the checkpoint before the newest. */
  readonly olderBuffer: Fifo
}

/** A keyed channel from a source to a subtask. */
export interface Channel {
  readonly c: number
  readonly source: number
  readonly sink: Sink
  /** What has arrived at the receiver, head first. */
  readonly queue: Fifo
  /** What waits at the sender, which sends nothing behind an aligned barrier until the channel is resumed. */
  readonly held: Fifo
  /** Records that a barrier overtook: this channel's state in the pending checkpoint, and in the completed one. */
  readonly pendingState: Fifo
  readonly completedState: Fifo
  readonly olderState: Fifo
}

export interface Pipeline {
  readonly s: PipelineState
  readonly b: Bounds
  readonly design: DesignRow
  /** Sources, most subtasks, records, keys; subtask p of the sink is task number S + p. */
  readonly S: number
  readonly P: number
  readonly V: number
  readonly K: number
  readonly sinks: readonly Sink[]
  readonly channels: readonly Channel[]
  /** By task. */
  readonly acks: readonly Fifo[]
  readonly rules: Rule[]
  /** `safe`: where a reduced search may take it alone; ../kernel/spec.ts. */
  rule(name: string, kind: RuleKind, when: () => boolean, then: () => void, safe?: () => boolean): void
  report(guarantee: StepGuarantee): void
  /** True in the model with that bug planted. */
  bug(name: BugName): boolean
  running(): boolean
  /** Subtasks of the running attempt. */
  parallelism(): number
  /** Which subtask takes a record in the running attempt. */
  subtaskOf(record: number): number
  /** A fault rule: enabled while its class has budget left and the run has faults left. */
  fault(id: BudgetedFault, name: string, when: () => boolean, then: () => void): void
  /** The class has budget left, and the run has faults left. */
  mayStrike(id: BudgetedFault): boolean
  /** No checkpoint starts any more but the last. */
  triggersSpent(): boolean
  zombiesMatter(): boolean
  /** Bit set of the fault classes used so far. */
  faultsUsed(): number
}

export function pipeline(
  s: PipelineState,
  b: Bounds,
  design: DesignRow,
  planted: BugName | null,
  report: (guarantee: string) => void,
): Pipeline {
  const S = b.sources
  const P = b.parallelism
  const rules: Rule[] = []
  /** Elsewhere the rules' declarations do not hold, as the check finds: with a bug, or in another mode. */
  const reducible = planted === null && b.alignment === 'aligned' && b.concurrency === 1 && b.savepoints === 0
  const rule = (name: string, kind: RuleKind, when: () => boolean, then: () => void, safe?: () => boolean) => {
    rules.push(kernelRule(name, kind, when, then, reducible ? safe : null))
  }
  const mayCrash = () => crashesUsed(s) < b.crashes
  const mayFail = () => s.usedF1 + s.usedF3 + s.usedF4 + s.usedF5 + s.usedF6 + s.usedF7 + s.usedF9 < b.others
  const counters = budgetCounters(s)
  const limit = (id: keyof Bounds['budgets']) => b.budgets[id] ?? 0
  const mayOf = (id: BudgetedFault) => (CRASHES.some((crash) => crash === id) ? mayCrash : mayFail)
  const mayStrike = (id: BudgetedFault) => counters[id].used() < limit(id) && mayOf(id)()
  const zombiesMatter = () => s.usedF3 < limit('F3') && mayFail()
  const acks = [s.acks0, s.acks1, s.acks2, s.acks3, s.acks4].slice(0, S + P)
  const sinks = sinksOf(s, acks.slice(S), design.inFlight)
  const first = startParallelism(b)
  const parallelism = limit('F7') > 0 ? () => s.parallelism : () => first
  const routes = routesOf(b)
  return {
    s,
    b,
    design,
    S,
    P,
    V: recordCount(b),
    K: keyCount(b),
    sinks,
    channels: channelsOf(s, b, sinks),
    acks,
    rules,
    rule,
    report,
    bug: (name) => planted === name,
    running: () => s.job === RUNNING,
    parallelism,
    subtaskOf: P === 1 ? () => 0 : (record) => routes[parallelism()]?.[record] ?? 0,
    fault(id, name, when, then) {
      const max = limit(id)
      if (max === 0) return
      const counter = counters[id]
      const may = mayOf(id)
      rule(
        name,
        'fault',
        () => counter.used() < max && may() && when(),
        () => {
          counter.spend()
          then()
          // A zombie that can no longer land is none: without this, states would differ in nothing that can matter.
          if (!zombiesMatter()) s.zombies.clear()
        },
      )
    },
    mayStrike,
    triggersSpent: () => s.nextId > b.checkpoints + b.savepoints && s.savepoints === b.savepoints && !mayStrike('F8'),
    zombiesMatter,
    faultsUsed: () => faultBits(s, b.poison !== 0),
  }
}

function sinksOf(s: PipelineState, acks: readonly Fifo[], inFlight: number): readonly Sink[] {
  const lists = [s.bufferList0, s.bufferList1, s.bufferList2, s.bufferList3]
  const sets = [s.bufferSet0, s.bufferSet1, s.bufferSet2, s.bufferSet3]
  const batches = [s.batch0, s.batch1, s.batch2, s.batch3]
  const flights = [s.flight0, s.flight1, s.flight2, s.flight3]
  const handedBack = [s.handedBack0, s.handedBack1, s.handedBack2, s.handedBack3]
  const acking = [s.acking0, s.acking1, s.acking2, s.acking3]
  const abortedIds = [s.abortedIds0, s.abortedIds1, s.abortedIds2, s.abortedIds3]
  const notices = [s.notices0, s.notices1, s.notices2, s.notices3]
  const completed = [s.completedBuffer0, s.completedBuffer1, s.completedBuffer2, s.completedBuffer3]
  const staged = [s.staged0, s.staged1, s.staged2, s.staged3]
  const closedEpochs = [s.closedEpochs0, s.closedEpochs1, s.closedEpochs2, s.closedEpochs3]
  const publishing = [s.publishing0, s.publishing1, s.publishing2, s.publishing3]
  const older = [s.olderBuffer0, s.olderBuffer1, s.olderBuffer2, s.olderBuffer3]
  return acks.map((toCoordinator, p) => ({
    p,
    name: `sink${p}`,
    bufferList: lists[p] as Fifo,
    bufferSet: sets[p] as Vector,
    batch: batches[p] as Vector,
    staged: staged[p] as Fifo,
    closedEpochs: closedEpochs[p] as Fifo,
    publishing: publishing[p] as Fifo,
    flights: flights.slice(p * inFlight, (p + 1) * inFlight),
    handedBack: handedBack.slice(p * inFlight, (p + 1) * inFlight),
    acking: acking[p] as Fifo,
    abortedIds: abortedIds[p] as Fifo,
    notices: notices[p] as Fifo,
    acks: toCoordinator,
    completedBuffer: completed[p] as Fifo,
    olderBuffer: older[p] as Fifo,
  }))
}

function channelsOf(s: PipelineState, b: Bounds, sinks: readonly Sink[]): readonly Channel[] {
  const queues = [s.channel0, s.channel1, s.channel2, s.channel3, s.channel4, s.channel5]
  const held = [s.held0, s.held1, s.held2, s.held3, s.held4, s.held5]
  const pending = [0, 1, 2, 3, 4, 5].map((c) => s[`pendingChannel${c as 0}`])
  const completed = [0, 1, 2, 3, 4, 5].map((c) => s[`completedChannel${c as 0}`])
  const older = [0, 1, 2, 3, 4, 5].map((c) => s[`olderChannel${c as 0}`])
  return Array.from({ length: b.sources }, (_, source) => source).flatMap((source) =>
    sinks.map((sink) => {
      const c = channelNumber(b, source, sink.p)
      return {
        c,
        source,
        sink,
        queue: queues[c] as Fifo,
        held: held[c] as Fifo,
        pendingState: pending[c] as Fifo,
        completedState: completed[c] as Fifo,
        olderState: older[c] as Fifo,
      }
    }),
  )
}

/** By parallelism and record: the subtask that takes it. A table, since rules ask at every step. */
function routesOf(b: Bounds): readonly (readonly number[])[] {
  return Array.from({ length: b.parallelism + 1 }, (_, parallelism) => [
    0,
    ...Array.from({ length: recordCount(b) }, (_, i) => subtaskOfKey(keyOf(b, i + 1), parallelism)),
  ])
}

/** Records of a source with an index below `index` that go to a subtask of the running attempt. */
export function routedBefore(p: Pipeline, source: number, sink: number, index: number): number {
  if (p.P === 1) return index
  let routed = 0
  for (let i = 0; i < index; i++) if (p.subtaskOf(recordOf(p.b, source, i)) === sink) routed++
  return routed
}
