// What a sink was called with, in order: the contract of its calls is judged from this and from nothing inside it.
// Read next: judge.ts.

import type { OperatorStateSnapshot } from '../../impl/runtime/operatorState.ts'
import type { Restored, SinkHost, SinkInsight } from '../../impl/runtime/sinkHost.ts'
import type { SinkRecord } from '../../impl/sinks/interfaces.ts'
import type { CheckpointId } from '../../model/pipeline/ids.ts'

export interface Call {
  readonly attempt: number
  readonly subtask: number
  readonly call: 'open' | 'write' | 'checkpoint' | 'notify' | 'abort' | 'endInput' | 'close' | 'crash'
  /** Checkpoint id, restored id (open), 0 where there is none. */
  readonly id: number
  readonly record: SinkRecord | null
  /** Of open: the operator state that it restores from. */
  readonly state?: OperatorStateSnapshot
}

/** A host whose calls are written down. A class, not a literal: getters on literals make each one a shape of its own. */
export class WatchedHost implements SinkHost {
  private readonly host: SinkHost
  private readonly attempt: number
  private readonly subtask: number
  private readonly calls: Call[]

  constructor(host: SinkHost, subtask: number, attempt: number, calls: Call[]) {
    this.host = host
    this.subtask = subtask
    this.attempt = attempt
    this.calls = calls
  }

  open(restored: Restored | null): void | Promise<void> {
    const { attempt, subtask } = this
    const id = restored?.checkpointId ?? 0
    this.calls.push({ attempt, subtask, call: 'open', id, record: null, state: restored?.state ?? {} })
    return this.host.open(restored)
  }
  write(record: SinkRecord): void | Promise<void> {
    this.note('write', 0, record)
    return this.host.write(record)
  }
  checkpoint(id: CheckpointId): OperatorStateSnapshot | Promise<OperatorStateSnapshot> {
    this.note('checkpoint', id)
    return this.host.checkpoint(id)
  }
  notify(id: CheckpointId): void | Promise<void> {
    this.note('notify', id)
    return this.host.notify(id)
  }
  abort(id: CheckpointId): void | Promise<void> {
    this.note('abort', id)
    return this.host.abort(id)
  }
  endInput(): void | Promise<void> {
    this.note('endInput')
    return this.host.endInput()
  }
  close(): void | Promise<void> {
    this.note('close')
    return this.host.close()
  }
  crash(kind: 'death' | 'failover'): void {
    this.note('crash')
    this.host.crash(kind)
  }
  fireTimer(): void | Promise<void> {
    return this.host.fireTimer()
  }
  wake(): void {
    this.host.wake()
  }
  get timers(): number {
    return this.host.timers
  }
  get sleeps(): number {
    return this.host.sleeps
  }
  get yielding(): boolean {
    return this.host.yielding
  }
  get failure(): Error | null {
    return this.host.failure
  }
  insight(): SinkInsight | null {
    return this.host.insight()
  }

  private note(call: Call['call'], id = 0, record: SinkRecord | null = null): void {
    this.calls.push({ attempt: this.attempt, subtask: this.subtask, call, id, record })
  }
}
