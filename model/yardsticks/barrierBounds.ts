// The bounds and variants of the barrier yardstick, and its record numbering.
// Shared by the model (barrier.ts), its independent oracle (barrier.oracle.ts) and the SPIN generator in bench/peers.

export interface BarrierBounds {
  /** Sources, each with its own channel to the one sink. 1 to 3. */
  readonly sources: number
  /** Records per source. */
  readonly records: number
  readonly keys: number
  /** Checkpoint ids 1..checkpoints may be triggered. */
  readonly checkpoints: number
  readonly crashes: number
  readonly aborts: number
  /** Elements a channel holds; Infinity for as many as there can be. */
  readonly capacity: number
  /** How the sink snapshots: writes its buffer first, keeps it in the snapshot, or (broken) neither. */
  readonly strategy: 'flush-on-barrier' | 'buffer-in-state' | 'none'
  /** Whether a write of an older version is ignored, or (broken) overwrites. */
  readonly store: 'versioned' | 'blind'
}

/** M of the measurements: two sources, two records, two keys, one checkpoint, one crash, no bound on channels. */
export const BOUNDS_M: BarrierBounds = {
  sources: 2,
  records: 2,
  keys: 2,
  checkpoints: 1,
  crashes: 1,
  aborts: 0,
  capacity: Number.POSITIVE_INFINITY,
  strategy: 'flush-on-barrier',
  store: 'versioned',
}
/** L: two checkpoints and two places per channel. */
export const BOUNDS_L: BarrierBounds = { ...BOUNDS_M, checkpoints: 2, capacity: 2 }

/** A record is named by its version: 1.., unique over all sources, rising within a key. */
export const versionOf = (b: BarrierBounds, source: number, index: number): number => index * b.sources + source + 1
export const keyOf = (b: BarrierBounds, version: number): number => Math.floor((version - 1) / b.sources) % b.keys
export const versionCount = (b: BarrierBounds): number => b.sources * b.records
export const channelCapacity = (b: BarrierBounds): number => Math.min(b.capacity, b.records + b.checkpoints)
