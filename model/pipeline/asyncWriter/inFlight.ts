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
  const { maxBatchSize, maxInFlightRequests: most, maxBatchSizeInBytes, bytesOf } = config
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
  const nextBatchSize = () => Math.min(batchSizeLimit(), buffer.length)
  const blocked = () => count() >= most || messages() + nextBatchSize() > limit.read()
  const bufferedBytes = () => {
    let bytes = 0
    for (let n = 0; n < buffer.length; n++) bytes += bytesOf(buffer.at(n))
    return bytes
  }
  const full = () => buffer.length >= batchSizeLimit() || (boundBytes && bufferedBytes() >= maxBatchSizeInBytes)
  const send = () => {
    const asked = nextBatchSize()
    const at = count()
    for (let n = 0, bytes = 0; n < asked; n++) {
      if (boundBytes) bytes += bytesOf(buffer.at(0))
      if (bytes > maxBatchSizeInBytes) break
      request(at).push(buffer.shift())
    }
    if (asked > 0) effects.send(at, asked)
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
