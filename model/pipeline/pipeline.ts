// The pipeline under a name for each thing rules speak of: channels and acknowledgement queues by number, faults and
// their budgets, planted bugs. Every actor's rules are written against this one interface.
// Read next: source.ts, sink.ts, coordinator.ts, store.ts, environment.ts.
import type { Fifo, Rule, RuleKind, State } from '../kernel/index.ts'
import { rule as kernelRule } from '../kernel/index.ts'
import { type Bounds, keyCount, recordCount } from './bounds.ts'
import type { BugName } from './bugs.ts'
import type { DesignRow } from './sinks/designs.ts'
import { type pipelineVariables, RUNNING } from './variables.ts'
import type { FaultId } from './vocabulary.ts'

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
      const used = `used${id}` as const
      const may = id === 'F2d' || id === 'F2f' ? mayCrash : mayFail
      rule(
        name,
        'fault',
        () => s[used] < max && may() && when(),
        () => {
          s[used] = s[used] + 1
          then()
          // A zombie that can no longer land is none: without this, states would differ in nothing that can matter.
          if (!zombiesMatter()) s.zombies.clear()
        },
      )
    },
    zombiesMatter,
  }
}
