// The pipeline under a name for each thing rules speak of: channels and acknowledgement queues by number, faults and
// their budgets, planted bugs. Every actor's rules are written against this one interface.
// Read next: source.ts, sink.ts, coordinator.ts, store.ts, environment.ts.
import type { Fifo, Rule, RuleKind, State } from '../kernel/index.ts'
import { rule as kernelRule } from '../kernel/index.ts'
import { type Bounds, keyCount, recordCount } from './bounds.ts'
import type { BugName } from './bugs.ts'
import type { DesignRow } from './sinks/designs.ts'
import { type pipelineVariables, RUNNING } from './variables.ts'
import { FAULTS, type FaultId } from './vocabulary.ts'

export type PipelineState = State<ReturnType<typeof pipelineVariables>>
export type StepGuarantee = 'S3' | 'S4' | 'S5' | 'S6' | 'S7' | 'S8' | 'S9' | 'S10' | 'S11'

export interface Pipeline {
  readonly s: PipelineState
  readonly b: Bounds
  readonly design: DesignRow
  /** Sources, records, keys; the sink is task number S. */
  readonly S: number
  readonly V: number
  readonly K: number
  readonly channels: readonly Fifo[]
  readonly acks: readonly Fifo[]
  readonly rules: Rule[]
  rule(name: string, kind: RuleKind, when: () => boolean, then: () => void): void
  report(guarantee: StepGuarantee): void
  /** True in the model with that bug planted. */
  bug(name: BugName): boolean
  running(): boolean
  /** A fault rule: enabled while its class has budget left and the run has faults left. */
  fault(id: Exclude<FaultId, 'F1p'>, name: string, when: () => boolean, then: () => void): void
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
  const rules: Rule[] = []
  const rule = (name: string, kind: RuleKind, when: () => boolean, then: () => void) => {
    rules.push(kernelRule(name, kind, when, then))
  }
  const mayCrash = () => s.usedF2d + s.usedF2f < b.crashes
  const mayFail = () => s.usedF1 + s.usedF3 + s.usedF4 + s.usedF5 + s.usedF6 < b.others
  const counters = budgetCounters(s)
  const limit = (id: keyof Bounds['budgets']) => b.budgets[id] ?? 0
  const zombiesMatter = () => s.usedF3 < limit('F3') && mayFail()
  return {
    s,
    b,
    design,
    S,
    V: recordCount(b),
    K: keyCount(b),
    channels: [s.channel0, s.channel1, s.channel2].slice(0, S),
    acks: [s.acks0, s.acks1, s.acks2, s.acks3].slice(0, S + 1),
    rules,
    rule,
    report,
    bug: (name) => planted === name,
    running: () => s.job === RUNNING,
    fault(id, name, when, then) {
      const max = limit(id)
      if (max === 0) return
      const counter = counters[id]
      const may = id === 'F2d' || id === 'F2f' ? mayCrash : mayFail
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
    zombiesMatter,
    faultsUsed: () =>
      (b.poison === 0 ? 0 : BIT.F1p) |
      (s.usedF1 > 0 ? BIT.F1 : 0) |
      (s.usedF2d > 0 ? BIT.F2d : 0) |
      (s.usedF2f > 0 ? BIT.F2f : 0) |
      (s.usedF3 > 0 ? BIT.F3 : 0) |
      (s.usedF4 > 0 ? BIT.F4 : 0) |
      (s.usedF5 > 0 ? BIT.F5 : 0) |
      (s.usedF6 > 0 ? BIT.F6 : 0),
  }
}

const BIT = Object.fromEntries(FAULTS.map((fault) => [fault.id, fault.bit])) as Readonly<Record<FaultId, number>>

interface Counter {
  used(): number
  spend(): void
}

/** Each variable by its literal name: a name computed at every step costs a quarter of a search. */
function budgetCounters(s: PipelineState): Readonly<Record<Exclude<FaultId, 'F1p'>, Counter>> {
  return {
    F1: {
      used: () => s.usedF1,
      spend: () => {
        s.usedF1 = s.usedF1 + 1
      },
    },
    F2d: {
      used: () => s.usedF2d,
      spend: () => {
        s.usedF2d = s.usedF2d + 1
      },
    },
    F2f: {
      used: () => s.usedF2f,
      spend: () => {
        s.usedF2f = s.usedF2f + 1
      },
    },
    F3: {
      used: () => s.usedF3,
      spend: () => {
        s.usedF3 = s.usedF3 + 1
      },
    },
    F4: {
      used: () => s.usedF4,
      spend: () => {
        s.usedF4 = s.usedF4 + 1
      },
    },
    F5: {
      used: () => s.usedF5,
      spend: () => {
        s.usedF5 = s.usedF5 + 1
      },
    },
    F6: {
      used: () => s.usedF6,
      spend: () => {
        s.usedF6 = s.usedF6 + 1
      },
    },
  }
}
