// How often each class of fault has struck in a run, and the set of classes that is filed with a violation.
// Read next: pipeline.ts (a fault rule spends from here).
import type { PipelineState } from './pipeline.ts'
import { FAULTS, type FaultId } from './vocabulary.ts'

/** Every class but the persistent refusal, which is part of the input. */
export type BudgetedFault = Exclude<FaultId, 'F1p'>

const BIT = Object.fromEntries(FAULTS.map((fault) => [fault.id, fault.bit])) as Readonly<Record<FaultId, number>>

export const faultBits = (s: PipelineState, poisoned: boolean): number =>
  (poisoned ? BIT.F1p : 0) |
  (s.usedF1 > 0 ? BIT.F1 : 0) |
  (s.usedF2d > 0 ? BIT.F2d : 0) |
  (s.usedF2f > 0 ? BIT.F2f : 0) |
  (s.usedF3 > 0 ? BIT.F3 : 0) |
  (s.usedF4 > 0 ? BIT.F4 : 0) |
  (s.usedF5 > 0 ? BIT.F5 : 0) |
  (s.usedF6 > 0 ? BIT.F6 : 0) |
  (s.usedF7 > 0 ? BIT.F7 : 0) |
  (s.usedF8 > 0 ? BIT.F8 : 0) |
  (s.usedF9 > 0 ? BIT.F9 : 0) |
  (s.usedF10 > 0 ? BIT.F10 : 0)

/** Attempts that faults have ended. */
export const crashesUsed = (s: PipelineState): number => s.usedF2d + s.usedF2f + s.usedF8 + s.usedF10

export interface Counter {
  used(): number
  spend(): void
}

/** Each variable by its literal name: a name computed at every step costs a quarter of a search. */
export const budgetCounters = (s: PipelineState): Readonly<Record<BudgetedFault, Counter>> => ({
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
  F7: {
    used: () => s.usedF7,
    spend: () => {
      s.usedF7 = s.usedF7 + 1
    },
  },
  F8: {
    used: () => s.usedF8,
    spend: () => {
      s.usedF8 = s.usedF8 + 1
    },
  },
  F9: {
    used: () => s.usedF9,
    spend: () => {
      s.usedF9 = s.usedF9 + 1
    },
  },
  F10: {
    used: () => s.usedF10,
    spend: () => {
      s.usedF10 = s.usedF10 + 1
    },
  },
})
