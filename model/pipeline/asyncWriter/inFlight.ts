// The requests that a writer has in flight, oldest first, and the limit that its answers move. Entries go back to the head
// of the buffer in the order in which they were handed back; full batches leave whenever the limit allows.
// Sources followed: Flink's AsyncSinkWriter, CongestionControlRateLimitingStrategy, AIMDScalingStrategy.
// Read next: calls.ts (the calls that wait).
import type { Fifo } from '../../kernel/index.ts'
import { copyFifo } from '../copy.ts'
import type { WriterCells, WriterConfig, WriterEffects } from './cells.ts'

const INCREASE_RATE = 10

export interface InFlight {
  count(): number
  /** One more request would be over the limit. */
  blocked(): boolean
  /** A batch leaves the buffer, full or not; nothing where it is empty. */
  send(): void
  sendFull(): void
  /** An entry comes into the buffer; the first one arms the timer. */
  add(entry: number): void
  /** A request is over: what failed of it, by place, goes back. */
  complete(at: number, failed: readonly number[]): void
  opened(): void
}

export function inFlight(cells: WriterCells, config: WriterConfig, effects: WriterEffects): InFlight {
  const { buffer, flights, limit, timerArmed } = cells
  const { maxBatchSize, maxInFlightRequests: most, maxBatchSizeInBytes, bytesOf, mayLeave } = config
  const boundBytes = Number.isFinite(maxBatchSizeInBytes)
  const request = (at: number) => flights[at] as Fifo
  const count = () => {
    let n = 0
    while (n < most && request(n).length > 0) n++
    return n
  }
  const messages = () => {
    let n = 0
    for (let at = 0; at < most && request(at).length > 0; at++) n += cells.asked(at)
    return n
  }
  const batchSizeLimit = () => Math.min(maxBatchSize, limit.read())
  /** Entries that may leave. */
  const free = () => {
    if (mayLeave === undefined) return buffer.length
    let n = 0
    for (let at = 0; at < buffer.length; at++) if (mayLeave(buffer.at(at))) n++
    return n
  }
  const nextBatchSize = () => Math.min(batchSizeLimit(), free())
  const blocked = () => {
    const size = nextBatchSize()
    return (size === 0 && buffer.length > 0) || count() >= most || messages() + size > limit.read()
  }
  const freeBytes = () => {
    let bytes = 0
    for (let n = 0; n < buffer.length; n++)
      if (mayLeave === undefined || mayLeave(buffer.at(n))) bytes += bytesOf(buffer.at(n))
    return bytes
  }
  const full = () => free() >= batchSizeLimit() || (boundBytes && freeBytes() >= maxBatchSizeInBytes)
  const send = () => {
    const asked = nextBatchSize()
    const at = count()
    if (mayLeave === undefined) takeHead(request(at), asked)
    else takeFree(request(at), asked, mayLeave)
    if (asked > 0) effects.send(at, asked)
  }
  const takeHead = (batch: Fifo, asked: number) => {
    for (let n = 0, bytes = 0; n < asked; n++) {
      if (boundBytes) bytes += bytesOf(buffer.at(0))
      if (bytes > maxBatchSizeInBytes) return
      batch.push(buffer.shift())
    }
  }
  /** Which entries may leave is settled before the first one goes: several of a key may share the batch. */
  const takeFree = (batch: Fifo, asked: number, leaves: (entry: number) => boolean) => {
    let [taken, bytes] = [0, 0]
    const goes: boolean[] = []
    for (let n = 0; n < buffer.length; n++) goes.push(leaves(buffer.at(n)))
    for (const entryGoes of goes) {
      const entry = buffer.shift()
      if (entryGoes && taken < asked) bytes += bytesOf(entry)
      if (entryGoes && taken < asked && bytes <= maxBatchSizeInBytes) {
        taken++
        batch.push(entry)
      } else buffer.push(entry)
    }
  }
  const sendFull = () => {
    while (!blocked() && full()) send()
  }
  const arm = () => {
    if (buffer.length === 0) timerArmed.write(1)
  }
  const putBack = (entries: Fifo, failed: readonly number[]) => {
    const behind = buffer.length
    for (const place of failed) buffer.push(entries.at(place))
    for (let n = 0; n < behind; n++) buffer.push(buffer.shift())
  }
  return {
    count,
    blocked,
    send,
    sendFull,
    add(entry) {
      if (bytesOf(entry) > config.maxRecordSizeInBytes) return effects.fail()
      arm()
      buffer.push(entry)
    },
    complete(at, failed) {
      if (failed.length > 0) {
        arm()
        putBack(request(at), failed)
      }
      for (let n = at; n + 1 < most; n++) copyFifo(request(n + 1), request(n))
      request(most - 1).clear()
      effects.removed(at)
      const now = limit.read()
      limit.write(
        failed.length > 0 ? Math.max(1, Math.round(now / 2)) : Math.min(now + INCREASE_RATE, maxBatchSize * most),
      )
      sendFull()
    },
    opened: () => limit.write(maxBatchSize),
  }
}
