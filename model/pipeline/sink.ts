// A sink's task beyond what it receives and is told: its timers, the asynchronous part of its snapshots, and close()
// in a failover. One mail runs at a time. Sources followed: DESIGN section 5, Flink's StreamTask.
// Read next: receive.ts, notice.ts, flushLoop.ts, sinks/designs.ts (the rows that all of it steps).
import { classesOf, highestId } from './bounds.ts'
import { firesTimers } from './codeUpdate.ts'
import type { Pipeline, Sink } from './pipeline.ts'
import { type SnapshotBuffers, slotOf } from './slots.ts'
import { DOWN, FAILING, hasGate, IDLE, IN_CLOSE, keepsChannelState } from './variables.ts'
import type { Task } from './writer.ts'

export function sinkRules(p: Pipeline, task: Task, buffers: SnapshotBuffers): void {
  timerRules(p, task)
  acknowledgeRules(p, task.sink, buffers)
  closeRules(p, task)
}

function timerRules(p: Pipeline, { sink, writer }: Task): void {
  p.rule(
    `flush(${sink.name})`,
    'timer',
    () => p.running() && writer.mayFire() && firesTimers(p, sink),
    () => writer.fire(),
  )
  writer.rules()
}

/** Takes the asynchronous part number `at` off the list. */
function takeAcking({ acking }: Sink, at: number): number {
  let taken = 0
  for (let n = 0, length = acking.length; n < length; n++) {
    const id = acking.shift()
    if (n === at) taken = id
    else acking.push(id)
  }
  return taken
}

function acknowledgeRules(p: Pipeline, sink: Sink, buffers: SnapshotBuffers): void {
  const { s, b } = p
  /** Channel state is complete when the last barrier has been taken: until then the snapshot's gate has it pending. */
  const overtakes = keepsChannelState(b) && hasGate(b)
  const written = (id: number) => !overtakes || s.latest.at(sink.p) !== id || s.over.at(sink.p) === id
  /** A decline or an expiry leaves messages behind that acknowledgements must not pass, long after it struck. */
  const mayDecline = classesOf(b).includes('F6')
  // Asynchronous parts run side by side: with several checkpoints pending a younger one may be done first.
  for (let at = 0; at < b.concurrency; at++)
    p.rule(
      at === 0 ? `acknowledge(${sink.name})` : `acknowledge(${sink.name}, ${at})`,
      'progress',
      () => p.running() && sink.acking.length > at && written(sink.acking.at(at)),
      () => sink.acks.push(takeAcking(sink, at)),
      () => p.design.inFlight === 1 && sink.acking.length === 1 && sink.acks.length === 0 && !mayDecline,
    )
  p.fault(
    'F6',
    `decline(${sink.name})`,
    () => p.running() && sink.acking.length > 0 && slotOf(p, sink.acking.at(0)) >= 0 && written(sink.acking.at(0)),
    () => {
      const id = takeAcking(sink, 0)
      sink.acks.push(highestId(b) + id)
      // What a decline leaves behind is no snapshot.
      const slot = slotOf(p, id)
      buffers(slot, sink.p).clear()
      for (const channel of p.channels) {
        if (channel.sink !== sink) continue
        s.pendingTaken.set(slot * p.channels.length + channel.c, 0)
        channel.pendingState.clear()
      }
    },
  )
}

function closeRules(p: Pipeline, { sink, writer }: Task): void {
  const { s } = p
  const i = sink.p
  const closed = () => {
    writer.discard()
    s.closed.set(i, 1)
    for (let other = 0; other < p.parallelism(); other++) if (s.closed.at(other) === 0) return
    s.closed.clear()
    s.job = DOWN
  }
  writer.whenFlushed(IN_CLOSE, closed)
  p.rule(
    `close(${sink.name})`,
    'progress',
    () => s.job === FAILING && i < p.parallelism() && s.closed.at(i) === 0 && s.doing.at(i) === IDLE,
    () => {
      if (!writer.closeWrites()) closed()
    },
  )
}
