// One round: a program that is killed a few times over one input and one table, then left to finish. What happens to it is
// a pure function of seed, design and number, so that a round replays by itself. Where something must come about (kinds of
// kills, of faults, of damage) it is dealt out like cards and not drawn with replacement.
// Read next: round.ts (performs it), judge.ts.
import { RUN_MOMENTS } from '../../impl/runtime/pipelineEvents.ts'
import { SINK_DESIGNS } from '../../impl/sinks/designs.ts'
import type { Symbols } from '../kill/input.ts'
import { stream } from '../world/seeds.ts'
import { DAMAGES, type Damage } from './damage.ts'
import { FAULT_KINDS, type FaultKind } from './faultKinds.ts'
import { shuffled } from './shuffled.ts'
import { STORE_KILL_PLACES, type StoreKillPlace } from './storeLine.ts'

export type RunMoment = (typeof RUN_MOMENTS)[number]

export interface StartPlan {
  /** Where this start of the program is killed: at the n-th event of its kind. */
  readonly kill: { readonly moment: RunMoment; readonly count: number }
  /** The store's process dies at this write of the start, from 1. */
  readonly storeKill: { readonly place: StoreKillPlace; readonly write: number } | null
  /** Done to the newest checkpoint after the kill. */
  readonly damage: { readonly kind: Damage; readonly share: number } | null
  /** Before it a start on a disk with so much room, which must fail in words. */
  readonly diskFull: { readonly room: number } | null
}

export interface RoundPlan {
  readonly name: string
  readonly design: string
  readonly round: number
  readonly records: number
  readonly symbols: Symbols
  readonly checkpointEvery: number
  readonly parallelism: number
  readonly kinds: readonly FaultKind[]
  readonly blocks: number
  /** A client gives up after this; late faults last as long, all others are shorter. */
  readonly requestTimeoutMs: number
  readonly starts: readonly StartPlan[]
}

export const KILLS_A_ROUND = 4
/** Each fault kind at most so often a round. */
const BLOCKS = 2
const REQUEST_TIMEOUT_MS = 500
/** Half of them unique: what is lost of a key that comes again is hidden by what comes later. */
const SYMBOLS: readonly Symbols[] = ['unique', 24, 'unique', 'blocks']

export function roundPlan(seed: number, design: string, round: number): RoundPlan {
  const name = `crash-${seed}-${design}-${round}`
  const random = stream(name, 'round')
  const pick = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
  /** The n-th card of a pack that is shuffled anew when it is used up. */
  const dealt = <T>(name: string, pack: readonly T[], n: number): T =>
    shuffled(pack, stream(String(seed), design, name, Math.floor(n / pack.length)))[n % pack.length] as T

  const checkpointEvery = pick(8, 40)
  // Late, so that there is an older checkpoint to choose; another kind for each design, so that few rounds have all.
  const damaged = round % 3 === 1 ? pick(2, KILLS_A_ROUND - 1) : null
  const damage = DAMAGES[(SINK_DESIGNS.findIndex((each) => each.name === design) + (round - 1) / 3) % DAMAGES.length]
  const full = round % 3 === 2 ? pick(1, KILLS_A_ROUND - 1) : null
  const starts = Array.from({ length: KILLS_A_ROUND }, (_, start): StartPlan => {
    const n = round * KILLS_A_ROUND + start
    const moment = dealt<RunMoment>('moments', RUN_MOMENTS, n)
    return {
      kill: { moment, count: pick(1, moment === 'request' || moment === 'answer' ? 8 : 3) },
      storeKill: n % 3 === 0 ? { place: dealt('store', STORE_KILL_PLACES, n / 3), write: pick(1, 3) } : null,
      damage: start === damaged && damage ? { kind: damage, share: random() } : null,
      diskFull: start === full ? { room: pick(0, 2) } : null,
    }
  })
  return {
    name,
    design,
    round,
    records: checkpointEvery * pick(8, 12),
    symbols: dealt('symbols', SYMBOLS, round),
    checkpointEvery,
    parallelism: pick(1, 2),
    kinds: kindsOf(round, random),
    blocks: BLOCKS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    starts,
  }
}

/** Every third round has all of them; the others a part, where what one kind hides another may show. */
function kindsOf(round: number, random: () => number): readonly FaultKind[] {
  const all = FAULT_KINDS.map(({ name }) => name)
  if (round % 3 === 0) return all
  return all.filter(() => random() < 0.5)
}
