// The calls of a writer with several requests in flight: each is a loop that waits for a mail while something is in
// flight, or sends a batch and waits while the limit says so. A wait lasts for one mail, whichever it is; a call that has
// waited goes on behind its wait without a look at its loop's condition; a timer that fires meanwhile runs inside it.
// Source followed: Flink's AsyncSinkWriter (write, flush, the timer's callback). Read next: inFlight.ts, sink.ts.
import type { Call, WriterCells, WriterConfig, WriterEffects } from './cells.ts'
import { type InFlight, inFlight } from './inFlight.ts'

export interface AsyncCalls {
  readonly requests: InFlight
  write(entry: number): void
  checkpoint(id: number): void
  endInput(): void
  /** The buffer's timer fires. */
  fire(): void
  /** A request is answered: what failed of it, by place. */
  answered(at: number, failed: readonly number[]): void
  /** A mail has run: the innermost call goes on; where it ends, its own mail is over for the call that it ran inside of. */
  mailEnded(): void
  /** Calls that wait. */
  depth(): number
}

export function asyncCalls(cells: WriterCells, config: WriterConfig, effects: WriterEffects): AsyncCalls {
  const { buffer, waiting, nested, timerArmed } = cells
  const requests = inFlight(cells, config, effects)
  const goesOn = (call: Call) => {
    if (call === 'write') return buffer.length >= config.maxBufferedRequests
    if (call === 'timer') return buffer.length > 0
    return requests.count() > 0 || (call === 'endInput' && buffer.length > 0)
  }
  const waitsForMail = (call: Call) => call === 'checkpoint' || call === 'endInput'
  const depth = () => (waiting.call() === 'none' ? 0 : 1 + nested.read())
  const waits = (call: Call, about: number) => {
    if (waiting.call() === 'none') waiting.set(call, about)
    else nested.write(nested.read() + 1)
  }
  const ends = (call: Call, about: number) => {
    if (call === 'checkpoint') return effects.snapshot(about)
    if (call === 'endInput') return effects.inputEnded()
    if (call === 'timer') return
    requests.add(about)
    requests.sendFull()
  }
  const run = (call: Call, about: number, behindItsWait: boolean) => {
    for (let inside = behindItsWait; inside || goesOn(call); inside = false) {
      if (!inside && waitsForMail(call) && requests.count() > 0) return waits(call, about)
      if (call === 'checkpoint') continue
      if (requests.blocked()) return waits(call, about)
      requests.send()
    }
    ends(call, about)
  }
  const mailEnded = () => {
    for (let left = depth(); left > 0; left--) {
      if (nested.read() > 0) {
        nested.write(nested.read() - 1)
        run('timer', 0, true)
      } else {
        const call = waiting.call()
        const about = waiting.about()
        waiting.set('none', 0)
        run(call, about, true)
      }
      if (depth() === left) return
    }
  }
  return {
    requests,
    write: (entry) => run('write', entry, false),
    checkpoint: (id) => run('checkpoint', id, false),
    endInput: () => run('endInput', 0, false),
    fire() {
      timerArmed.write(0)
      const before = depth()
      run('timer', 0, false)
      if (depth() === before) mailEnded()
    },
    answered(at, failed) {
      requests.complete(at, failed)
      mailEnded()
    },
    mailEnded,
    depth,
  }
}
