// What dead attempts leave in the staging table: rows of epochs that no restored manifest names. Nobody publishes them;
// they are taken out so that the table does not grow. Each subtask looks after those of its share of the subtasks there
// have ever been, so that none is forgotten when the parallelism changes. A row of an attempt that is not older than the
// one that looks is left alone, whoever it belongs to.
// Read next: stagedRow.ts, staged.ts.
import type { ClosedEpoch, Writer } from './epochs.ts'
import { placeOf } from './stagedRow.ts'

const isOlder = (left: Pick<Writer, 'run' | 'attempt'>, right: Pick<Writer, 'run' | 'attempt'>): boolean =>
  left.run < right.run || (left.run === right.run && left.attempt < right.attempt)

/** Whether `subtask` of an earlier or of this attempt is looked after by this writer. */
export const looksAfter = (writer: Writer, parallelism: number, subtask: number): boolean =>
  subtask % parallelism === writer.subtask

/** `named`: all epochs of the restored checkpoint, those of other subtasks included. */
export function isStale(writer: Writer, parallelism: number, named: readonly ClosedEpoch[], row: string): boolean {
  const place = placeOf(row)
  if (place === null || !isOlder(place, writer) || !looksAfter(writer, parallelism, place.subtask)) return false
  return !named.some(
    ({ run, attempt, epoch, subtask }) =>
      run === place.run && attempt === place.attempt && epoch === place.epoch && subtask === place.subtask,
  )
}
