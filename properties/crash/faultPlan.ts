// Which write meets which fault: a pure function of the seed and the number of the write, so that it is tested without
// a network and a round replays from its seed. Drawn in blocks, each kind once a block: no kind waits for luck.
// Read next: faultProxy.ts.
import { stream } from '../world/seeds.ts'
import type { FaultKind } from './faultKinds.ts'
import { shuffled } from './shuffled.ts'

export interface Fault {
  readonly kind: FaultKind
  /** In [0, 1): where a batch is split, how long an answer is held, after how many writes a late request lands. */
  readonly share: number
}

export interface FaultPlan {
  readonly seed: string
  readonly kinds: readonly FaultKind[]
  /** After so many blocks no more faults: a design of one record a request must come to its end too. */
  readonly blocks: number
}

/** Writes without a fault for each one with. */
const QUIET_FOR_EACH = 1

/** `write` counts from 1. */
export function faultAt({ seed, kinds, blocks }: FaultPlan, write: number): Fault | null {
  const length = kinds.length * (1 + QUIET_FOR_EACH)
  const block = length === 0 ? blocks : Math.floor((write - 1) / length)
  if (block >= blocks) return null
  const random = stream(seed, 'faults', block)
  const quiet = Array.from({ length: length - kinds.length }, () => null)
  const kind = shuffled<FaultKind | null>([...kinds, ...quiet], random)[(write - 1) % length]
  return kind ? { kind, share: stream(seed, 'share', write)() } : null
}
