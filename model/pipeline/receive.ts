// What a sink's task does with the next element of a channel: a record is invoked, a barrier goes to the gate, which says
// when the checkpoint is to be taken, end of data is finished. Where barriers overtake they are taken first.
// Sources followed: Flink's CheckpointedInputGate, SubtaskCheckpointCoordinatorImpl. Read next: barriers/, notice.ts.

import { highestId } from './bounds.ts'
import type { Transport } from './channels.ts'
import { suspended } from './codeUpdate.ts'
import { copyFifo } from './copy.ts'
import { CANCEL, type Elements } from './elements.ts'
import type { Gate, GateEffects } from './gates/index.ts'
import { taken } from './guarantees.ts'
import type { Channel, Pipeline, Sink } from './pipeline.ts'
import { type DesignRow, keepsBuffer } from './sinks/designs.ts'
import { keptOf, type SnapshotBuffers, slotOf } from './slots.ts'
import { barrierAborted, barrierTaken } from './taskCheckpoints.ts'
import { IDLE, IN_FINISH, IN_SNAPSHOT, STATE_LOST, WITH_CHANNEL_STATE } from './variables.ts'
import type { Task } from './writer.ts'

/** Of what a design does at a snapshot: what has to wait for the store. */
const WAITS: ReadonlySet<DesignRow['onSnapshot']> = new Set(['flush', 'settle', 'stage'])

/** What the gate tells the task: take the checkpoint, let a channel go on, give up. */
export function gateEffects(p: Pipeline, task: Task, net: Transport, buffers: SnapshotBuffers): GateEffects {
  const { s, design, P, S } = p
  const { sink, buf, writer, channels } = task
  const i = sink.p
  const snapshot = (id: number) => {
    sink.acking.push(id)
    if (s.finished.at(i) === 1 && s.finalId.at(i) === 0) s.finalId.set(i, id)
    if (channelStateLost(p, sink)) return declines(p, sink)
    const slot = slotOf(p, id)
    if (slot < 0) return
    if (keepsBuffer(design) && !p.bug('bufferNotInState')) copyFifo(keptOf(p, sink), buffers(slot, i))
    for (const channel of channels) s.pendingTaken.set(slot * S * P + channel.c, taken(p, channel))
  }
  writer.whenFlushed(IN_SNAPSHOT, snapshot)
  return {
    trigger(id, unaligned) {
      if (!barrierTaken(p, sink, id)) return
      if (unaligned && s.inSnapshot.length > 0) s.inSnapshot.set(i, WITH_CHANNEL_STATE)
      if (WAITS.has(design.onSnapshot)) return writer.startThen(IN_SNAPSHOT, id)
      if (design.onSnapshot === 'flushNotAwaited') writer.start()
      snapshot(id)
    },
    abort(id) {
      barrierAborted(p, sink, id)
      sink.acks.push(highestId(p.b) + id)
      if (p.bug('abortDiscards')) buf.clear()
    },
    resume: (source) => net.resume(channels[source] as Channel),
    init: () => {},
    start: (id) => net.capture(i, id),
    stop: (id) => {
      net.stopCapturing(i, id)
      giveUpCutShort(p, sink, id)
    },
    prioritize: (source) => net.prioritize(channels[source] as Channel),
  }
}

/** An abort that came while the snapshot waited has dropped its channel state: nothing can come of it any more. */
function channelStateLost({ s }: Pipeline, { p: i }: Sink): boolean {
  if (s.inSnapshot.length === 0) return false
  const lost = s.inSnapshot.at(i) === STATE_LOST
  s.inSnapshot.set(i, 0)
  return lost
}

/** The newest snapshot comes to nothing. */
function declines(p: Pipeline, { acking, acks }: Sink): void {
  for (let n = acking.length - 1; n >= 0; n--) {
    const id = acking.shift()
    if (n > 0) acking.push(id)
    else acks.push(highestId(p.b) + id)
  }
}

/** A newer checkpoint's end stops the capture of an older one: its snapshot, the newest, will never be whole. */
function giveUpCutShort({ s }: Pipeline, { p: i, acking }: Sink, stopped: number): void {
  if (s.doing.at(i) === IN_SNAPSHOT && s.doingId.at(i) === stopped) return
  for (let n = 0; n < acking.length; n++) if (acking.at(n) === stopped) return
  for (let n = acking.length - 1; n >= 0; n--) {
    const id = acking.shift()
    if (n > 0) acking.push(id)
  }
}

export function receiveRules(p: Pipeline, task: Task, gate: Gate, e: Elements, net: Transport): void {
  const { s, b, design } = p
  const { sink, buf, writer, channels } = task
  const i = sink.p

  const finished = () => {
    s.finished.set(i, 1)
  }
  writer.whenFlushed(IN_FINISH, finished)
  const endOfInput = (c: number) => {
    s.endReceived.set(c, 1)
    for (const channel of channels) if (s.endReceived.at(channel.c) === 0) return
    if (suspended(p)) return
    if (p.bug('firstRecordAgain')) buf.add(1)
    if (design.onFinish === 'write') return writer.startThen(IN_FINISH)
    if (design.onFinish === 'drop') {
      buf.clear()
      s.armed.set(i, 0)
    }
    finished()
  }
  const late = (id: number) => s.overdue >= id
  const takeEvent = (source: number, element: number) => {
    const id = e.idOf(element)
    const kind = e.kindOf(element)
    if (kind === CANCEL) return gate.cancel(source, id)
    gate.barrier(source, id, barrierKind, late(id))
  }
  const barrierKind = b.alignment === 'alternating' ? 'timeout' : b.alignment === 'unaligned' ? 'unaligned' : 'aligned'

  const announced = (c: number) => c < s.announced.length && s.announced.at(c) === 1
  /** Has something that is taken before any channel's data. */
  const urgent = (channel: Channel) => announced(channel.c) || net.overtaking(channel) >= 0

  /** What was restored into any channel is taken before anything new of any. */
  const behindRecovery = (c: number) =>
    c < s.recovering.length && s.recovering.at(c) === 0 && channels.some((other) => s.recovering.at(other.c) > 0)
  channels.forEach((channel, source) => {
    const { c, queue } = channel
    // Behind an aligned barrier nothing arrives, so what is queued may be taken: only aligned channels hold back here.
    const open = () => (b.alignment === 'aligned' ? !gate.isBlocked(source) : true)
    p.rule(
      `receive(${c})`,
      'progress',
      () =>
        p.running() &&
        s.doing.at(i) === IDLE &&
        !behindRecovery(c) &&
        (urgent(channel) || (queue.length > 0 && open() && !channels.some(urgent))),
      () => {
        const first = net.overtaking(channel)
        if (first >= 0) return net.overtake(channel, first, (barrier) => takeEvent(source, barrier))
        if (announced(c)) {
          s.announced.set(c, 0)
          const id = net.announcedId(channel)
          return gate.announcement(source, id)
        }
        const element = queue.shift()
        if (c < s.recovering.length && s.recovering.at(c) > 0) s.recovering.set(c, s.recovering.at(c) - 1)
        if (e.isRecord(element)) return writer.invoke(channel.source * b.records + element)
        if (element === e.endOfData) return endOfInput(c)
        takeEvent(source, element)
      },
    )
  })
  if (b.alignment === 'alternating')
    p.rule(
      `overtake(${sink.name})`,
      'timer',
      () => p.running() && s.doing.at(i) === IDLE && gate.timerArmed() && s.overdue >= gate.latest(),
      () => gate.alignmentTimer(),
    )
}
