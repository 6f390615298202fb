// How often each class of fault may still strike in a run. The same budgets as in the model, counted here anew.
// Read next: worldSteps.ts.
import type { GateRequest, StoreGate } from '../../impl/store/gate.ts'
import type { Bounds } from '../../model/pipeline/bounds.ts'

export type StrikingFault = 'F1' | 'F2d' | 'F2f' | 'F3' | 'F4' | 'F5' | 'F6' | 'F7' | 'F8' | 'F9' | 'F10'

/** These count as crashes, the others as other faults. */
const ENDS_ATTEMPT: ReadonlySet<StrikingFault> = new Set(['F2d', 'F2f', 'F8', 'F10'])

export class Budgets {
  readonly used: Record<StrikingFault, number> = {
    F1: 0,
    F2d: 0,
    F2f: 0,
    F3: 0,
    F4: 0,
    F5: 0,
    F6: 0,
    F7: 0,
    F8: 0,
    F9: 0,
    F10: 0,
  }
  /** Savepoints taken so far: no fault, but bounded. */
  savepoints = 0
  readonly #bounds: Bounds

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  may(fault: StrikingFault): boolean {
    const { budgets, crashes, others } = this.#bounds
    if (this.used[fault] >= (budgets[fault] ?? 0)) return false
    const { F1, F2d, F2f, F3, F4, F5, F6, F7, F8, F9, F10 } = this.used
    return ENDS_ATTEMPT.has(fault) ? F2d + F2f + F8 + F10 < crashes : F1 + F3 + F4 + F5 + F6 + F7 + F9 < others
  }

  spend(fault: StrikingFault): void {
    this.used[fault]++
  }

  /** A zombie that no budget lets land will never be applied, which is one of the fates it may have; so for one too many. */
  dropFutileZombies(gate: StoreGate, most: number, afterlife: (request: GateRequest) => number): void {
    if (gate.zombies.length === 0) return
    for (const zombie of gate.zombies.filter((each) => afterlife(each) === 0)) gate.dropZombie(zombie)
    const kept = this.may('F3') ? most : 0
    if (gate.zombies.length <= kept) return
    for (const zombie of [...gate.zombies].sort((a, b) => afterlife(b) - afterlife(a)).slice(kept))
      gate.dropZombie(zombie)
  }
}
