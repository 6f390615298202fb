// A new attempt, from the newest completed checkpoint, perhaps with another number of subtasks: list state is split
// evenly, channel state goes where its keys now belong, and is taken before anything new.
// Sources followed: Flink's RoundRobinOperatorStateRepartitioner, StateAssignmentOperation. Read next: redistribution.ts.
import type { Fifo } from '../kernel/index.ts'
import { recordOf } from './bounds.ts'
import { refuses } from './checkpointStore.ts'
import { copyFifo } from './copy.ts'
import type { Channel, Pipeline, Sink } from './pipeline.ts'
import { splitStays, splitTarget } from './redistribution.ts'
import { bufferIsOneElement, keepsBuffer } from './sinks/designs.ts'
import { keptOf } from './slots.ts'
import { DOWN, keepsChannelState, RUNNING } from './variables.ts'
import type { Task } from './writer.ts'

export function restoreRules(p: Pipeline, tasks: readonly Task[]): void {
  const { s, b, P } = p
  const rescales = (b.budgets.F7 ?? 0) > 0
  /** Subtasks of the attempt that wrote the checkpoint. */
  const before = () => (rescales && s.completed !== 0 ? s.completedParallelism : p.parallelism())
  const restoreLists = () => {
    if (splitStays(before(), p.parallelism())) {
      for (const sink of p.sinks) copyFifo(sink.completedBuffer, sink.bufferList)
    } else splitEvenly(p, before())
    if (!everyElementOnce(p)) p.report('S12')
    for (const sink of p.sinks) if (sink.bufferList.length > 0) s.armed.set(sink.p, 1)
  }
  const restoreChannels = () => {
    for (const from of p.channels)
      for (let i = 0; i < from.completedState.length; i++) {
        const element = from.completedState.at(i)
        const to = p.subtaskOf(recordOf(b, from.source, element - 1))
        const channel = p.channels[from.source * P + to] as Channel
        channel.queue.push(element)
        s.recovering.set(channel.c, s.recovering.at(channel.c) + 1)
      }
  }
  const start = () => {
    s.job = RUNNING
    if (s.completed !== s.newestId) p.report('S9')
    for (let i = 0; i < p.parallelism(); i++) s.notified.set(i, s.completed)
    for (let source = 0; source < p.S; source++) s.offset.set(source, s.completedOffset.at(source))
    if (p.design.staged) restoreManifests(p, before())
    for (let i = 0; i < p.parallelism(); i++) tasks[i]?.writer.opened()
    if (keepsBuffer(p.design) && !p.design.staged) restoreLists()
    if (keepsChannelState(b)) restoreChannels()
  }
  const mayStart = () => s.job === DOWN && s.refused === 0
  const startUnlessRefused = () => {
    if (!refuses(p)) start()
  }
  p.rule('restore', 'progress', mayStart, startUnlessRefused, () => !p.mayStrike('F7') && !p.mayStrike('F9'))
  for (let parallelism = 1; rescales && parallelism <= P; parallelism++)
    p.fault(
      'F7',
      `rescale(${parallelism})`,
      () => mayStart() && s.parallelism !== parallelism,
      () => {
        s.parallelism = parallelism
        startUnlessRefused()
      },
    )
}

/** Manifests are union state: every subtask sees all of them, and takes over those of its share of the old subtasks. */
function restoreManifests(p: Pipeline, before: number): void {
  for (let old = 0; old < before; old++) {
    const records = p.sinks[old]?.completedBuffer
    for (let at = 0; records !== undefined && at < records.length; at++)
      if (!p.bug('restoredNotPublished')) p.sinks[old % p.parallelism()]?.closedEpochs.push(records.at(at))
  }
  if (!everyElementOnce(p)) p.report('S12')
}

/** S12: each element of the checkpoint's list state is with exactly one subtask. */
function everyElementOnce(p: Pipeline): boolean {
  const seen = (of: (sink: Sink) => Fifo, record: number) => {
    let count = 0
    for (const sink of p.sinks) for (let i = 0; i < of(sink).length; i++) if (of(sink).at(i) === record) count++
    return count
  }
  for (let record = 1; record <= p.V; record++)
    if (seen((sink) => keptOf(p, sink), record) !== seen((sink) => sink.completedBuffer, record)) return false
  return true
}

/** List state by position over all old subtasks. */
function splitEvenly(p: Pipeline, before: number): void {
  const now = p.parallelism()
  const whole = bufferIsOneElement(p.design)
  let total = whole ? before : 0
  for (let old = 0; old < before && !whole; old++) total += p.sinks[old]?.completedBuffer.length ?? 0
  let position = 0
  for (let old = 0; old < before; old++) {
    const records = p.sinks[old]?.completedBuffer
    for (let i = 0; records !== undefined && i < records.length; i++)
      if (!(p.bug('restoresFirstListOnly') && old > 0))
        p.sinks[splitTarget(whole ? old : position++, total, now, 0)]?.bufferList.push(records.at(i))
  }
}
