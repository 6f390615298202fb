// The store of completed checkpoints beyond the newest: what a damaged file means (F9). Where the newest is damaged a
// restore ends in a refusal, never silently in an older one; then somebody chooses: the older one that is retained, or,
// where there is none that can be read, a start without any. The choice is the newest restore point from then on.
// Source followed: Flink's DefaultCompletedCheckpointStore. Read next: restore.ts, coordination/complete.ts.
import { copyFifo } from './copy.ts'
import type { Pipeline } from './pipeline.ts'
import { forgetUnnamed } from './staging/rows.ts'
import { DOWN } from './variables.ts'

const NEWEST = 0
const OLDER = 1

/** One older checkpoint is kept where the newest may be damaged, none where that makes no difference. */
export const keepsOlder = ({ b }: Pipeline): boolean => (b.budgets.F9 ?? 0) > 0

/** What was the newest is now the older one; the one before it is gone. */
export function retainNewest(p: Pipeline): void {
  const { s } = p
  if (!keepsOlder(p)) return
  for (let source = 0; source < p.S; source++) s.olderOffset.set(source, s.completedOffset.at(source))
  for (const sink of p.sinks) copyFifo(sink.completedBuffer, sink.olderBuffer)
  for (const channel of p.channels) copyFifo(channel.completedState, channel.olderState)
  if (s.completedParallelism > 0) s.olderParallelism = s.completedParallelism
  s.damaged.set(OLDER, s.damaged.at(NEWEST))
  s.damaged.set(NEWEST, 0)
}

/** The older one, or a start without any, becomes what a restore is from. */
function takeOlder(p: Pipeline): void {
  const { s } = p
  s.completed = s.olderRetained.length > 0 && s.damaged.at(OLDER) === 0 ? s.olderRetained.at(0) : 0
  const found = s.completed !== 0
  for (let source = 0; source < p.S; source++) s.completedOffset.set(source, found ? s.olderOffset.at(source) : 0)
  for (const sink of p.sinks) {
    if (found) copyFifo(sink.olderBuffer, sink.completedBuffer)
    else sink.completedBuffer.clear()
    sink.olderBuffer.clear()
  }
  for (const channel of p.channels) {
    if (found) copyFifo(channel.olderState, channel.completedState)
    else channel.completedState.clear()
    channel.olderState.clear()
  }
  if (s.completedParallelism > 0) s.completedParallelism = found ? s.olderParallelism : 0
  if (s.olderParallelism > 0) s.olderParallelism = 0
  s.olderRetained.clear()
  s.olderOffset.clear()
  s.damaged.clear()
}

/** Whether a restore is refused; with the bug an older one is taken instead. */
export function refuses(p: Pipeline): boolean {
  const { s } = p
  if (!keepsOlder(p) || s.damaged.at(NEWEST) === 0) return false
  if (p.bug('olderTakenSilently')) {
    takeOlder(p)
    return false
  }
  s.refused = 1
  return true
}

export function checkpointStoreRules(p: Pipeline): void {
  const { s } = p
  p.fault(
    'F9',
    'tear(newest)',
    () => s.completed !== 0 && s.damaged.at(NEWEST) === 0,
    () => s.damaged.set(NEWEST, 1),
  )
  if (!keepsOlder(p)) return
  const older = () => s.olderRetained.length > 0 && s.damaged.at(OLDER) === 0
  const choose = () => {
    takeOlder(p)
    forgetUnnamed(p)
    s.refused = 0
    s.newestId = s.completed
  }
  p.rule('choose(older)', 'progress', () => s.job === DOWN && s.refused === 1 && older(), choose)
  p.rule('choose(none)', 'progress', () => s.job === DOWN && s.refused === 1 && !older(), choose)
}

/** Records of a source that some completed checkpoint has covered, whether or not it can still be read. */
export const coveredOffset = ({ s }: Pipeline, source: number): number =>
  s.coveredOffset.length > 0 ? s.coveredOffset.at(source) : s.completedOffset.at(source)

export function cover(p: Pipeline): void {
  const { s } = p
  for (let source = 0; source < s.coveredOffset.length; source++)
    if (s.completedOffset.at(source) > s.coveredOffset.at(source))
      s.coveredOffset.set(source, s.completedOffset.at(source))
}
