// The sink's task beyond what it receives and is told: its timers, the asynchronous part of its snapshots, and close()
// in a failover. One mail runs at a time. Sources followed: DESIGN section 5, Flink's StreamTask.
// Read next: receive.ts, notice.ts, flushLoop.ts, sinks/designs.ts (the rows that all of it steps).
import { highestId } from './bounds.ts'
import { type Buffer, batchEmpty } from './buffer.ts'
import type { FlushLoop } from './flushLoop.ts'
import type { Pipeline } from './pipeline.ts'
import { CLOSING, DOWN, FAILING, IDLE, IN_CLOSE, IN_FLUSH } from './variables.ts'

export function sinkRules(p: Pipeline, buf: Buffer, loop: FlushLoop): void {
  timerRules(p, loop)
  acknowledgeRules(p)
  closeRules(p, buf, loop)
}

function timerRules(p: Pipeline, loop: FlushLoop): void {
  const { s } = p
  p.rule(
    'flush(sink0)',
    'timer',
    () => p.running() && s.doing === IDLE && s.armed === 1,
    () => loop.startThen(IN_FLUSH),
  )
  p.rule(
    'timer(sink0)',
    'timer',
    () => s.sleeping === 1,
    () => {
      s.sleeping = 0
      if (!p.bug('retryForgotten')) return loop.send()
      s.batch.clear()
      loop.nextBatch()
    },
  )
}

function acknowledgeRules(p: Pipeline): void {
  const { s } = p
  const toCoordinator = p.acks[p.S]
  p.rule(
    'acknowledge(sink0)',
    'progress',
    () => p.running() && s.acking.length > 0,
    () => {
      toCoordinator?.push(s.acking.shift())
    },
  )
  p.fault(
    'F6',
    'decline(sink0)',
    () => p.running() && s.acking.length > 0 && s.acking.at(0) === s.pending,
    () => {
      toCoordinator?.push(highestId(p.b) + s.acking.shift())
      // What a decline leaves behind is no snapshot.
      s.pendingBuffer.clear()
      s.pendingTaken.clear()
    },
  )
}

function closeRules(p: Pipeline, buf: Buffer, loop: FlushLoop): void {
  const { s, design } = p
  const closed = () => {
    buf.clear()
    s.batch.clear()
    s.backoff = 0
    s.job = DOWN
  }
  loop.whenFlushed(IN_CLOSE, closed)
  p.rule(
    'close(sink0)',
    'progress',
    () => s.job === FAILING,
    () => {
      if (design.onClose !== 'write' || (batchEmpty(p) && buf.size() === 0)) return closed()
      s.job = CLOSING
      s.doing = IN_CLOSE
      if (batchEmpty(p)) loop.nextBatch()
      else loop.send()
    },
  )
}
