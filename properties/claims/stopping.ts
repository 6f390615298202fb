// A real job stopped with a savepoint, and the other ways in which a job ends before its new version starts.
// Read next: waysOfStopping.ts, deploy.ts, ../../impl/runtime/stopWithSavepoint.ts.
import type { StopOutcome } from '../../impl/runtime/jobStop.ts'
import type { StopMode } from '../../impl/runtime/stopWithSavepoint.ts'
import { type CheckpointId, checkpointId } from '../../model/pipeline/ids.ts'
import { cancel } from './deploy.ts'
import type { Run } from './run.ts'

export interface Stopped {
  readonly savepoint: CheckpointId
  readonly outcome: StopOutcome
}

/** No buffer timer before the end of the input either: what is buffered is what the stop finds. */
const ON = /^(?!trigger|emit|finish|flush)/

/** With `dies` the process ends after the savepoint is created and before anybody is notified. */
export async function stopWithSavepoint(run: Run, mode: StopMode, dies = false): Promise<Stopped> {
  const { job } = run
  const savepoint = checkpointId(job.coordinator.nextId)
  job.stopWithSavepoint(mode)
  if (dies) {
    await run.until(() => job.coordinator.pending.length === 0, ON)
    await run.act('crash(death)')
  } else {
    await run.until(() => job.stop?.outcome != null, ON)
    await cancel(run)
  }
  const outcome = job.stop?.outcome
  if (outcome == null) throw new Error('expected the stop to have come to an end')
  return { savepoint, outcome }
}

export const WAYS = ['savepoint', 'savepoint with drain', 'cancel', 'kill'] as const
export type Way = (typeof WAYS)[number]

/** Ends the job so that its next version starts from the savepoint, or else from the checkpoint that was retained. */
export async function endBy(run: Run, way: Way): Promise<void> {
  if (way === 'cancel' || way === 'kill') {
    await run.checkpoint()
    await (way === 'cancel' ? cancel(run) : run.act('crash(death)'))
    return
  }
  const { savepoint } = await stopWithSavepoint(run, way === 'savepoint' ? 'suspend' : 'drain')
  await run.job.options.storage.restartFrom(savepoint)
}
