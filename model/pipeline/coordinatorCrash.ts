// The coordinator's process dies while it completes a checkpoint, and the attempt with it (F10). Before the entry in the
// checkpoint store the metadata is written and nobody knows of it: no restore point. After it the checkpoint is what a
// restore finds, told to nobody. Unlike the death of the tasks alone, what is on its way to the coordinator is lost too;
// ids are counted outside of it and never given out again.
// Source followed: Flink's CheckpointCoordinator#completePendingCheckpoint, DefaultCompletedCheckpointStore.
// Read next: coordination/complete.ts, environment.ts (the other deaths).
import { type Coordinator, mayComplete } from './coordination/index.ts'
import { completes } from './coordinator.ts'
import type { Pipeline } from './pipeline.ts'
import type { SnapshotBuffers } from './slots.ts'

export function coordinatorCrashRules(p: Pipeline, k: Coordinator, buffers: SnapshotBuffers, die: () => void): void {
  const { s } = p
  const crash = () => {
    die()
    for (const queue of p.acks) queue.clear()
  }
  for (let slot = 0; slot < s.pending.length; slot++)
    for (const when of ['before', 'after'] as const)
      p.fault(
        'F10',
        `crashCoordinator(${when}${slot === 0 ? '' : `, ${slot}`})`,
        () => mayComplete(k, slot),
        () => {
          const { newestId } = s
          if (when === 'after' || p.bug('metadataRestored')) completes(p, k, buffers, slot)
          // Metadata alone completes nothing, whoever takes it for a checkpoint.
          if (when === 'before') s.newestId = newestId
          crash()
        },
      )
}
