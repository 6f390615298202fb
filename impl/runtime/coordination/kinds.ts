// What can be asked for, as data: a checkpoint, a savepoint, or a synchronous savepoint after which the job ends, with the
// input drained or only suspended. Source followed: Flink's CheckpointProperties, SavepointType, CheckpointType.
// Read next: state.ts.

export type SnapshotKind = 'checkpoint' | 'savepoint' | 'drain' | 'suspend'

interface KindProperties {
  /** Belongs to the user: no restore point, never subsumed, fails the job only where a task says so. */
  readonly savepoint: boolean
  /** Tasks wait for the notification of exactly this one, so it must come. */
  readonly synchronous: boolean
}

export const KINDS: Readonly<Record<SnapshotKind, KindProperties>> = {
  checkpoint: { savepoint: false, synchronous: false },
  savepoint: { savepoint: true, synchronous: false },
  drain: { savepoint: true, synchronous: true },
  suspend: { savepoint: true, synchronous: true },
}

/** Becomes a restore point. */
export const isStored = (kind: SnapshotKind): boolean => !KINDS[kind].savepoint
/** Aborts the older checkpoints and is told to the tasks. An intermediate savepoint commits no side effects. */
export const isNotified = (kind: SnapshotKind): boolean => !KINDS[kind].savepoint || KINDS[kind].synchronous
