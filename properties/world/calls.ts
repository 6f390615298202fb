// What a sink was called with, in order: the contract of its calls is judged from this and from nothing inside it.
// Read next: judge.ts.
import type { SinkHost } from '../../impl/runtime/sinkHost.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'

export interface Call {
  readonly attempt: number
  readonly call: 'open' | 'write' | 'checkpoint' | 'notify' | 'abort' | 'endInput' | 'close' | 'crash'
  /** Checkpoint id, restored id (open), 0 where there is none. */
  readonly id: number
  readonly record: SinkRecord | null
}

export class Calls {
  readonly list: Call[] = []

  /** The same host, with its calls written down. */
  watch(attempt: number, host: SinkHost): SinkHost {
    const note = (call: Call['call'], id = 0, record: SinkRecord | null = null) => {
      this.list.push({ attempt, call, id, record })
    }
    return {
      open(restored) {
        note('open', restored?.checkpointId ?? 0)
        return host.open(restored)
      },
      write(record) {
        note('write', 0, record)
        return host.write(record)
      },
      checkpoint(id) {
        note('checkpoint', id)
        return host.checkpoint(id)
      },
      notify(id) {
        note('notify', id)
        return host.notify(id)
      },
      abort(id) {
        note('abort', id)
        return host.abort(id)
      },
      endInput() {
        note('endInput')
        return host.endInput()
      },
      close() {
        note('close')
        return host.close()
      },
      crash(kind) {
        note('crash')
        host.crash(kind)
      },
      fireTimer: () => host.fireTimer(),
      wake: () => host.wake(),
      get timers() {
        return host.timers
      },
      get sleeps() {
        return host.sleeps
      },
      get failure() {
        return host.failure
      },
      insight: () => host.insight(),
    }
  }
}
